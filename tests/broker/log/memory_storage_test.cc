#include "broker/log/memory_storage.h"

#include <doctest/doctest.h>

#include <vector>

#include "tests/broker/log/log_fixture.h"

using namespace mini;
using namespace mini::broker;
using namespace mini::broker::test;

TEST_CASE(
    "chunks come in a few sizes, larger ones made to measure, and are counted while somebody holds them") {
  MemoryBudget memory(16 << 20);
  MemoryStorage storage(memory);
  CHECK(storage.allocate(1)->capacity() == 4 << 10);
  CHECK(storage.allocate((4 << 10) + 1)->capacity() == 16 << 10);
  CHECK(storage.allocate(512 << 10)->capacity() == 512 << 10);
  CHECK(storage.allocate((512 << 10) + 1)->capacity() == 576 << 10);
  CHECK(memory.used() == 0);
  const auto chunk = storage.allocate(5000);
  CHECK(memory.used() == 16 << 10);
  const auto shared = chunk;
  CHECK(memory.used() == 16 << 10);
}

TEST_CASE("a chunk that nobody holds is used again") {
  MemoryBudget memory(16 << 20);
  MemoryStorage storage(memory);
  const std::uint8_t* data = storage.allocate(64 << 10)->data();
  CHECK(storage.pooled_bytes() == 64 << 10);
  CHECK(storage.allocate(64 << 10)->data() == data);
  CHECK(storage.allocate(4 << 10)->data() != data);
}

TEST_CASE("the pool keeps to its limit, and a hoard of one size gives way to another") {
  MemoryBudget memory(16 << 20);
  MemoryStorage storage(memory, 1 << 20);
  std::vector<std::shared_ptr<Chunk>> held;
  for (int i = 0; i < 100; ++i) held.push_back(storage.allocate(16 << 10));
  held.clear();
  CHECK(storage.pooled_bytes() == 1 << 20);
  const std::uint8_t* data = storage.allocate(512 << 10)->data();
  CHECK(storage.pooled_bytes() == 1 << 20);
  CHECK(storage.allocate(512 << 10)->data() == data);
  storage.allocate(2 << 20);  // above the pool's limit: not kept
  CHECK(storage.pooled_bytes() <= 1 << 20);
}

TEST_CASE("what is held and what is pooled together stay within the limit") {
  MemoryBudget memory(1 << 20);
  MemoryStorage storage(memory);
  storage.allocate(512 << 10);
  storage.allocate(256 << 10);
  CHECK(storage.pooled_bytes() == (512 + 256) << 10);
  const auto chunk = storage.allocate(576 << 10);
  REQUIRE(chunk);
  CHECK(memory.used() + storage.pooled_bytes() <= memory.limit());
  CHECK_FALSE(storage.allocate(512 << 10));
  CHECK(memory.used() == 576 << 10);
}

TEST_CASE("a chunk may outlive its storage") {
  MemoryBudget memory(1 << 20);
  std::shared_ptr<Chunk> chunk;
  {
    MemoryStorage storage(memory);
    chunk = storage.allocate(4096);
  }
  CHECK(memory.used() == 0);
  chunk->data()[4095] = 1;
  CHECK(chunk->data()[4095] == 1);
}

TEST_CASE("an empty partition takes well under a KiB and nothing of the budget") {
  TestLog t;
  MESSAGE("sizeof(PartitionLog) = " << sizeof(PartitionLog) << ", sizeof(Segment) = " << sizeof(Segment));
  CHECK(sizeof(PartitionLog) <= 400);
  CHECK(t.memory.used() == 0);
  t.log->expire(t.now);
  t.log->delete_before(5);
  CHECK_FALSE(t.log->find_timestamp(0).has_value());
  CHECK(t.read(0).size() == 0);
  CHECK(t.memory.used() == 0);
}

TEST_CASE("a partition with one record takes one small chunk") {
  TestLog t;
  t.append_times({1});
  CHECK(t.memory.used() == 4096);
}

TEST_CASE("no chunk is taken that the segment could not fill") {
  LogSettings settings;
  settings.segment_bytes = 90 << 10;
  TestLog t(settings);
  for (int i = 0; i < 88; ++i) t.append(batch_of_size(1024));
  CHECK(t.log->segment_count() == 1);
  CHECK(t.memory.used() < (4 + 16 + 64 + 16 + 1) << 10);
}

TEST_CASE("where the chunk that comes next is too large for what is left, a smaller one is taken") {
  TestLog t({}, 64 << 10);
  const Bytes batch = batch_of_size(1000);
  while (!failed(t.append(batch).error)) continue;
  CHECK(t.log->size_bytes() > 56 << 10);
}

TEST_CASE(
    "where memory is used up a batch is NOT_ENOUGH_REPLICAS, nothing changes, and it can be sent again") {
  LogSettings settings;
  settings.segment_bytes = 20000;
  TestLog t(settings, 64 << 10);
  Offset stored = 0;
  std::int32_t sequence = 0;
  const auto next = [&] {
    return batch_of(Times(10, 1), {.producer_id = 7, .producer_epoch = 0, .base_sequence = sequence},
                    std::string(150, 'x'));
  };
  for (; !failed(t.append(next()).error); sequence += 10) stored += 10;
  CHECK(t.append(next()).error == ErrorCode::not_enough_replicas);
  CHECK(t.log->end_offset() == stored);
  CHECK(t.memory.used() <= t.memory.limit());
  CHECK(stored > 200);
  CHECK(batches_in(t.read(0)).size() == static_cast<std::size_t>(stored / 10));
  t.log->delete_before(stored);
  const Appended again = t.append(next());
  CHECK(again.base_offset == stored);
  CHECK_FALSE(again.repeated);
}

TEST_CASE(
    "a slice keeps its bytes when retention, deletion or the log's end takes them; then all comes back") {
  LogSettings settings;
  settings.segment_bytes = 3000;
  settings.retention_ms = 1000;
  TestLog t(settings);
  for (int i = 0; i < 10; ++i)
    t.append(batch_of({t.now.wall.count()}, {.producer_id = i, .producer_epoch = 0, .base_sequence = 0},
                      std::string(800, static_cast<char>('a' + i))));
  auto early = t.read(0);
  const Bytes before = early.copy();
  t.pass(Millis(2000));
  t.log->expire(t.now);
  CHECK(t.log->size_bytes() == 0);
  t.append(batch_of_size(2000));
  auto late = t.read(t.log->start_offset());
  const Bytes after = late.copy();
  t.log.reset();
  CHECK(early.copy() == before);
  CHECK(late.copy() == after);
  CHECK(t.memory.used() > 0);
  early = {};
  late = {};
  CHECK(t.memory.used() == 0);
}

TEST_CASE("a slice sees only what was there when it was made") {
  TestLog t;
  t.append_times({1});
  const auto read = t.read(0);
  const Bytes before = read.copy();
  t.append_times({2});
  CHECK(read.copy() == before);
}
