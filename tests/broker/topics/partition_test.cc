#include "tests/broker/topics/topics_fixture.h"

namespace mini::broker {

TEST_CASE("the watermarks move together, and a refused batch moves none") {
  TopicsWorld world;
  Partition& partition = *world.create("t", 1, {{"segment.bytes", "1048576"}})->partition(0);
  CHECK(partition.high_watermark() == 0);
  world.append(partition, "a");
  world.append(partition, "b");
  CHECK(partition.log_end_offset() == 2);
  CHECK(partition.high_watermark() == 2);
  CHECK(partition.last_stable_offset() == 2);
  CHECK(partition.log_start_offset() == 0);
  CHECK(world.append(partition, std::string(2 << 20, 'x')).error == ErrorCode::record_list_too_large);
  CHECK(partition.high_watermark() == 2);
}

TEST_CASE("the epoch that a client believes in is checked where it says one") {
  TopicsWorld world;
  const Partition& partition = *world.create("t")->partition(0);
  CHECK(check_leader_epoch(partition, -1) == ErrorCode::none);
  CHECK(check_leader_epoch(partition, 0) == ErrorCode::none);
  CHECK(check_leader_epoch(partition, 1) == ErrorCode::unknown_leader_epoch);
}

TEST_CASE("retention follows the topic's settings, and a topic that is only compacted keeps everything") {
  TopicsWorld world;
  const TimestampMs old = world.now.wall.count() - 10'000;
  Partition& deleting = *world.create("deleting", 1, {{"retention.ms", "5000"}})->partition(0);
  Partition& keeping =
      *world.create("keeping", 1, {{"retention.ms", "5000"}, {"cleanup.policy", "compact"}})->partition(0);
  world.append(deleting, "old", old);
  world.append(keeping, "old", old);
  world.topics.expire(world.now);
  CHECK(deleting.log_start_offset() == 1);
  CHECK(keeping.log_start_offset() == 0);
}

TEST_CASE("a batch that was stored before does not wake who waits") {
  TopicsWorld world;
  Partition& partition = *world.create("t")->partition(0);
  const protocol::Bytes bytes =
      mini::test::batch_of({"once"}, {.producer_id = 7, .producer_epoch = 0, .base_sequence = 0});
  const auto append = [&] {
    return partition.append(*protocol::BatchView::parse(bytes), {.now = world.now});
  };
  REQUIRE(append().base_offset == 0);
  FetchWaiters waiters(world.timers);
  WaitList* const waits = &partition.waits();
  int answers = 0;
  waiters.park({1, 1, world.now.monotonic + 1s}, {&waits, 1}, [&] { ++answers; });
  CHECK(append().repeated);
  waiters.answer_ready();
  CHECK(answers == 0);
  world.append(partition, "new");
  waiters.answer_ready();
  CHECK(answers == 1);
}

}  // namespace mini::broker
