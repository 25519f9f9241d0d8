#include "broker/env/timers.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "broker/env/random.h"

using namespace std::chrono_literals;
using namespace mini::broker;

namespace {

struct Story {
  Timers timers;
  std::string told;
  Timer tell(Millis at, char letter) {
    return timers.arm(at, [this, letter] { told += letter; });
  }
};

}  // namespace

TEST_CASE("timers fire by deadline, those of one deadline in the order of arming, each once") {
  Story story;
  auto a = story.tell(30ms, 'c'), b = story.tell(10ms, 'a'), c = story.tell(10ms, 'b'),
       d = story.tell(31ms, 'd');
  CHECK(story.timers.size() == 4);
  CHECK(story.timers.next_deadline() == 10ms);
  CHECK(story.timers.advance(9ms) == 0);
  CHECK(story.timers.advance(30ms) == 3);
  CHECK(story.told == "abc");
  CHECK(story.timers.advance(30ms) == 0);
  CHECK(story.timers.next_deadline() == 31ms);
  CHECK(story.timers.size() == 1);
  CHECK_FALSE(a.armed());
  CHECK(d.armed());
  CHECK(d.deadline() == 31ms);
  CHECK(a.deadline() == std::nullopt);
}

TEST_CASE("destroying, disarming or overwriting a timer disarms it") {
  Story story;
  { const auto gone = story.tell(1ms, 'x'); }
  auto disarmed = story.tell(1ms, 'x');
  disarmed.disarm();
  auto overwritten = story.tell(1ms, 'x');
  overwritten = story.tell(2ms, 'o');
  auto moved_from = story.tell(3ms, 'm');
  const Timer moved_to = std::move(moved_from);
  CHECK_FALSE(disarmed.armed());
  CHECK(moved_to.armed());
  CHECK(story.timers.size() == 2);
  CHECK(story.timers.advance(10ms) == 2);
  CHECK(story.told == "om");
  CHECK(story.timers.next_deadline() == std::nullopt);
}

TEST_CASE("an action may disarm one that is due in the same advance") {
  Story story;
  Timer second;
  const Timer first = story.timers.arm(1ms, [&] { second.disarm(); });
  second = story.tell(1ms, 'x');
  const Timer third = story.tell(2ms, 't');
  CHECK(story.timers.advance(5ms) == 2);
  CHECK(story.told == "t");
}

TEST_CASE("an action may destroy its own timer and what it holds") {
  Timers timers;
  auto owner = std::make_unique<Timer>();
  auto held = std::make_shared<int>(0);
  *owner = timers.arm(1ms, [&owner, held] {
    owner.reset();
    ++*held;
  });
  CHECK(timers.advance(1ms) == 1);
  CHECK(*held == 1);
  CHECK(held.use_count() == 1);
}

TEST_CASE("what an action arms waits for the next advance even when already due") {
  Timers timers;
  int rounds = 0;
  Timer again;
  again = timers.arm(1ms, [&] {
    ++rounds;
    again = timers.arm(0ms, [&] { ++rounds; });
  });
  CHECK(timers.advance(5ms) == 1);
  CHECK(rounds == 1);
  CHECK(again.armed());
  CHECK(timers.next_deadline() == 0ms);
  CHECK(timers.advance(5ms) == 1);
  CHECK(rounds == 2);
}

TEST_CASE("timers and their owner may go in either order") {
  auto timers = std::make_unique<Timers>();
  bool ran = false;
  Timer outlives = timers->arm(1ms, [&] { ran = true; });
  timers.reset();
  CHECK_FALSE(outlives.armed());
  outlives.disarm();
  Timer moved = std::move(outlives);
  CHECK_FALSE(ran);
}

TEST_CASE("an action that owns another's timer drops it with itself") {
  auto timers = std::make_unique<Timers>();
  auto inner = std::make_unique<Timer>(timers->arm(9ms, [] {}));
  Timer outer = timers->arm(1ms, [inner = std::move(inner)] {});
  CHECK(timers->size() == 2);
  SUBCASE("when disarmed") {
    outer.disarm();
    CHECK(timers->size() == 0);
  }
  SUBCASE("when it has run") {
    CHECK(timers->advance(1ms) == 1);
    CHECK(timers->size() == 0);
  }
  SUBCASE("when the owner of all goes") { timers.reset(); }
}

TEST_CASE("ten thousand random arms and disarms fire exactly those left, in order") {
  Random random(11);
  Timers timers;
  std::vector<std::pair<Millis, int>> fired;
  std::map<int, Timer> armed;
  for (int i = 0; i < 10000; ++i) {
    const Millis at(random.below(500));
    armed[i] = timers.arm(at, [&fired, at, i] { fired.emplace_back(at, i); });
    if (random.below(2) == 0) armed.erase(static_cast<int>(random.below(static_cast<std::uint64_t>(i) + 1)));
  }
  REQUIRE(timers.size() == armed.size());
  REQUIRE(armed.size() > 4000);
  CHECK(timers.advance(499ms) == armed.size());
  REQUIRE(fired.size() == armed.size());
  CHECK(std::is_sorted(fired.begin(), fired.end()));
  for (const auto& [at, i] : fired) CHECK(armed.count(i) == 1);
}
