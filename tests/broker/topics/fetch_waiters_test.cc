#include "broker/topics/fetch_waiters.h"

#include <doctest/doctest.h>

namespace mini::broker {

using namespace std::chrono_literals;

namespace {

struct Waiting {
  void park(ConnectionId connection, std::size_t bytes_missing, std::vector<WaitList*> lists,
            Millis deadline = 500ms) {
    waiters.park({connection, bytes_missing, deadline}, lists,
                 [this, connection] { answered.push_back(connection); });
  }

  Timers timers;
  FetchWaiters waiters{timers};
  WaitList a, b;
  std::vector<ConnectionId> answered;
};

using Ids = std::vector<ConnectionId>;

}  // namespace

TEST_CASE("a wait ends once enough bytes came, over all its partitions together") {
  Waiting w;
  w.park(1, 100, {&w.a, &w.b});
  w.a.appended(60);
  w.waiters.answer_ready();
  CHECK(w.answered.empty());
  w.b.appended(40);
  CHECK(w.answered.empty());
  w.waiters.answer_ready();
  CHECK(w.answered == Ids{1});
  CHECK(w.waiters.size() == 0);
  CHECK(w.a.empty());
  CHECK(w.b.empty());
  CHECK(w.timers.size() == 0);
}

TEST_CASE("a wait is answered once, however often it became ready") {
  Waiting w;
  w.park(1, 1, {&w.a, &w.b});
  w.a.appended(10);
  w.b.appended(10);
  w.a.partition_gone();
  w.waiters.answer_ready();
  w.waiters.answer_ready();
  w.timers.advance(500ms);
  CHECK(w.answered == Ids{1});
}

TEST_CASE("a wait ends at its deadline and not before") {
  Waiting w;
  w.park(1, 1, {&w.a});
  CHECK(w.timers.next_deadline() == 500ms);
  CHECK(w.timers.advance(499ms) == 0);
  CHECK(w.timers.advance(500ms) == 1);
  CHECK(w.answered == Ids{1});
  CHECK(w.a.empty());
}

TEST_CASE("a wait that was ready and came to its deadline is answered once") {
  Waiting w;
  w.park(1, 1, {&w.a});
  w.a.appended(1);
  w.timers.advance(500ms);
  w.waiters.answer_ready();
  CHECK(w.answered == Ids{1});
}

TEST_CASE("all who wait on a partition that goes are answered") {
  Waiting w;
  w.park(1, 1000, {&w.a});
  w.park(2, 1000, {&w.a, &w.b});
  w.park(3, 1000, {&w.b});
  w.a.partition_gone();
  w.waiters.answer_ready();
  CHECK(w.waiters.size() == 1);
  CHECK(w.answered.size() == 2);
  CHECK(w.a.empty());
  CHECK_FALSE(w.b.empty());
}

TEST_CASE("a partition that is destroyed lets its waiters go") {
  Waiting w;
  {
    WaitList short_lived;
    w.park(1, 1000, {&short_lived, &w.a});
  }
  w.waiters.answer_ready();
  CHECK(w.answered == Ids{1});
  CHECK(w.a.empty());
}

TEST_CASE("dropping a connection frees what its wait held at once, and answers nobody") {
  Waiting w;
  const auto held = std::make_shared<int>(1);
  WaitList* const lists[] = {&w.a, &w.b};
  w.waiters.park({7, 1, 24h}, lists, [&w, held] { w.answered.push_back(7); });
  CHECK(held.use_count() == 2);
  w.waiters.drop(7);
  CHECK(held.use_count() == 1);
  CHECK(w.waiters.size() == 0);
  CHECK(w.timers.size() == 0);
  CHECK(w.a.empty());
  CHECK(w.b.empty());
  w.a.appended(1);
  w.waiters.answer_ready();
  w.timers.advance(48h);
  CHECK(w.answered.empty());
}

TEST_CASE("a connection dropped after it became ready is not answered, nor is its successor too early") {
  Waiting w;
  w.park(1, 1, {&w.a});
  w.a.appended(1);
  w.waiters.drop(1);
  w.park(1, 1, {&w.b});
  w.waiters.answer_ready();
  CHECK(w.answered.empty());
  w.b.appended(1);
  w.waiters.answer_ready();
  CHECK(w.answered == Ids{1});
}

TEST_CASE("an answer may park again, and waits for bytes to come") {
  Waiting w;
  w.waiters.park({1, 1, 500ms}, std::vector<WaitList*>{&w.a}, [&] { w.park(1, 1, {&w.a}); });
  w.a.appended(1);
  w.waiters.answer_ready();
  CHECK(w.waiters.size() == 1);
  CHECK(w.answered.empty());
  w.a.appended(1);
  w.waiters.answer_ready();
  CHECK(w.answered == Ids{1});
}

TEST_CASE("waits in the middle of a ring of many end without their neighbours") {
  Waiting w;
  for (ConnectionId id = 1; id <= 5; ++id) w.park(id, id * 10, {&w.a});
  w.waiters.drop(3);
  w.waiters.drop(1);
  w.waiters.drop(5);
  w.a.appended(20);
  w.waiters.answer_ready();
  CHECK(w.answered == Ids{2});
  w.a.appended(20);
  w.waiters.answer_ready();
  CHECK(w.answered == Ids{2, 4});
  CHECK(w.a.empty());
}

}  // namespace mini::broker
