#include "sensor_gen/pace.h"

#include <doctest/doctest.h>

using namespace std::chrono_literals;
using mini::sensor_gen::Pace;

namespace {

// How many events leave when the pace is asked every step, for so long.
int sent_within(Pace& pace, Pace::Nanos length, Pace::Nanos step) {
  const Pace::Clock::time_point start{};
  int sent = 0;
  for (Pace::Nanos now{}; now < length; now += step)
    for (; pace.wait(start + now) == 0ns && sent < 1'000'000; ++sent) pace.sent();
  return sent;
}

}  // namespace

TEST_CASE("an interval lets one event of every sensor go at once, and then waits") {
  Pace pace = Pace::rounds(3, 5s);
  const Pace::Clock::time_point start{};
  for (int i = 0; i < 3; ++i) {
    CHECK(pace.wait(start) == 0ns);
    pace.sent();
  }
  CHECK(pace.wait(start) == 5s);
  CHECK(pace.wait(start + 2s) == 3s);
  CHECK(pace.wait(start + 5s) == 0ns);
}

TEST_CASE("a rate is kept on the mean, whatever the rhythm of the questions") {
  for (const double rate : {0.5, 1.0, 7.0, 333.0, 25'000.0}) {
    CAPTURE(rate);
    Pace fine = Pace::per_second(rate), coarse = Pace::per_second(rate);
    CHECK(sent_within(fine, 20s, 1ms) == doctest::Approx(20 * rate).epsilon(0.06));
    CHECK(sent_within(coarse, 20s, 130ms) == doctest::Approx(20 * rate).epsilon(0.06));
  }
}

TEST_CASE("after a long absence a second's worth is made up, not the whole absence") {
  Pace pace = Pace::per_second(10);
  const Pace::Clock::time_point start{};
  CHECK(pace.wait(start) == 0ns);
  int sent = 0;
  for (; pace.wait(start + 1h) == 0ns && sent < 1000; ++sent) pace.sent();
  CHECK(sent > 9);
  CHECK(sent < 13);
}

TEST_CASE("without a limit the next event is always due") {
  Pace pace = Pace::unlimited();
  for (int i = 0; i < 1000; ++i) {
    REQUIRE(pace.wait(Pace::Clock::time_point{}) == 0ns);
    pace.sent();
  }
}
