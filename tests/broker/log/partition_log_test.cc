#include "broker/log/partition_log.h"

#include <doctest/doctest.h>

#include "tests/broker/log/log_fixture.h"

using namespace mini;
using namespace mini::broker;
using namespace mini::broker::test;
using protocol::Codec;
using protocol::TimestampType;

namespace {

using Offsets = std::vector<Offset>;

constexpr std::int64_t day_ms = 86400000;

// The stored batch with what the broker sets taken back.
Bytes as_sent(const protocol::BatchView& stored) {
  Bytes bytes(stored.bytes().begin(), stored.bytes().end());
  protocol::set_base_offset(bytes.data(), 0);
  protocol::set_leader_epoch(bytes.data(), no_leader_epoch);
  return bytes;
}

LogSettings segments_of(std::int64_t bytes) {
  LogSettings settings;
  settings.segment_bytes = bytes;
  return settings;
}

}  // namespace

TEST_CASE("offsets are dense, and a batch comes back as it was sent but for offset and leader epoch") {
  TestLog t;
  const Bytes sent = batch_of({1, 2, 3}, {.codec = Codec::zstd});
  CHECK(t.append(sent, {.leader_epoch = 4}).base_offset == 0);
  CHECK(t.append(sent, {.leader_epoch = 4}).base_offset == 3);
  const auto batches = batches_in(t.read(3));
  REQUIRE(batches.size() == 1);
  CHECK(batches[0].header().base_offset == 3);
  CHECK(batches[0].header().partition_leader_epoch == 4);
  CHECK(batches[0].crc_matches());
  CHECK(as_sent(batches[0]) == sent);
  CHECK(t.log->end_offset() == 6);
}

TEST_CASE("with LogAppendTime the batch carries the broker's time and a right checksum; with CreateTime -1") {
  TestLog t;
  CHECK(t.append_times({10, 30, 20}).log_append_time == no_timestamp);
  const auto appended =
      t.append(batch_of({10, 30, 20}, {.codec = Codec::gzip}),
               {.timestamp_type = TimestampType::log_append_time, .max_timestamp_delta = 1});
  CHECK(appended.log_append_time == t.now.wall.count());
  const auto stored = batches_in(t.read(3)).at(0);
  CHECK(stored.header().timestamp_type() == TimestampType::log_append_time);
  CHECK(stored.header().max_timestamp == t.now.wall.count());
  CHECK(stored.crc_matches());
  CHECK(t.log->greatest_timestamp()->offset == 3);  // all its records have the same time
  CHECK(t.found(31) == 3);
}

TEST_CASE("a read from the middle of a batch gives the batch from its beginning") {
  TestLog t;
  for (int i = 0; i < 3; ++i) t.append_times({1, 2, 3});
  CHECK(base_offsets(t.read(4)) == Offsets{3, 6});
  CHECK(base_offsets(t.read(8)) == Offsets{6});
  CHECK(t.read(9).size() == 0);
}

TEST_CASE("no batch that begins at or after `until` is read") {
  TestLog t;
  for (int i = 0; i < 3; ++i) t.append_times({1, 2, 3});
  const auto read = [&](Offset from, Offset until) {
    return base_offsets(t.log->read({.from = from, .until = until, .bytes_max = 1 << 20}));
  };
  CHECK(read(0, 3) == Offsets{0});
  CHECK(read(0, 4) == Offsets{0, 3});
  CHECK(read(4, 4) == Offsets{});
  CHECK(read(0, 100) == Offsets{0, 3, 6});
}

TEST_CASE("a read gives whole batches within its size, the first one whatever its size") {
  TestLog t;
  const Bytes batch = batch_of_size(1000);
  for (int i = 0; i < 30; ++i) t.append(batch);
  CHECK(t.read(0, 3 * batch.size()).size() == 3 * batch.size());
  CHECK(t.read(0, 3 * batch.size() - 1).size() == 2 * batch.size());
  CHECK(t.read(5, 1).size() == batch.size());
  CHECK(t.read(5, 0).size() == batch.size());
  CHECK(t.log->read({.from = 5, .until = 30, .bytes_max = 1, .first_batch_whole = false}).size() == 0);
}

TEST_CASE("neighbours in one chunk are one slice, and a slice is the log's own memory") {
  TestLog t;
  for (int i = 0; i < 10; ++i) t.append_times({1});
  const auto first = t.read(0);
  const auto second = t.read(0);
  REQUIRE(first.pieces().size() == 1);
  CHECK(first.pieces()[0].shared());
  CHECK(first.pieces()[0].view().data() == second.pieces()[0].view().data());
}

TEST_CASE("a batch larger than any chunk gets one of its own; reading goes on across chunks and segments") {
  TestLog t(segments_of(3 << 20));
  const Bytes big = batch_of_size(900'000);
  for (int i = 0; i < 4; ++i) {
    t.append(big);
    t.append_times({1});
  }
  CHECK(t.log->segment_count() == 2);
  CHECK(base_offsets(t.read(0)) == Offsets{0, 1, 2, 3, 4, 5, 6, 7});
  CHECK(batches_in(t.read(7)).size() == 1);
}

TEST_CASE("a batch above segment.bytes is RECORD_LIST_TOO_LARGE and takes no offset") {
  TestLog t(segments_of(1000));
  CHECK(t.append(batch_of_size(1100)).error == ErrorCode::record_list_too_large);
  CHECK(t.log->end_offset() == 0);
  CHECK(t.log->segment_count() == 0);
  CHECK(t.append_times({1}).base_offset == 0);
}

TEST_CASE("a segment is closed when the next batch would not fit segment.bytes") {
  const Bytes batch = batch_of_size(500);
  TestLog t(segments_of(static_cast<std::int64_t>(3 * batch.size())));
  for (int i = 0; i < 7; ++i) t.append(batch);
  CHECK(t.log->segment_count() == 3);
}

TEST_CASE("segment.ms counts from the first batch's time, and by the wall clock where it has none") {
  LogSettings settings;
  settings.segment_ms = 1000;
  SUBCASE("record times") {
    TestLog t(settings);
    t.append_times({5000});
    t.append_times({6000});
    t.append_times({4000});
    CHECK(t.log->segment_count() == 1);
    t.append_times({6001});
    CHECK(t.log->segment_count() == 2);
  }
  SUBCASE("no record times") {
    TestLog t(settings);
    t.append_times({no_timestamp});
    t.pass(Millis(1000));
    t.append_times({no_timestamp});
    CHECK(t.log->segment_count() == 1);
    t.pass(Millis(1));
    t.append_times({no_timestamp});
    CHECK(t.log->segment_count() == 2);
  }
  SUBCASE("append time") {
    TestLog t(settings);
    const AppendOptions told{.timestamp_type = TimestampType::log_append_time};
    t.append(batch_of({5}), told);
    t.pass(Millis(1001));
    t.append(batch_of({5}), told);
    CHECK(t.log->segment_count() == 2);
  }
}

TEST_CASE("retention.ms removes segments whose newest record is too old, oldest first") {
  LogSettings settings = segments_of(200);
  settings.retention_ms = day_ms;
  TestLog t(settings);
  const TimestampMs today = t.now.wall.count();
  for (const TimestampMs time : {today - 2 * day_ms, today - 10, today - 3 * day_ms, today - 1})
    t.append(batch_of({time}, {}, std::string(60, 'x')));
  REQUIRE(t.log->segment_count() == 4);
  CHECK(t.log->expire(t.now) == 1);  // the third is old, but behind one that stays
  CHECK(t.log->start_offset() == 1);
  t.pass(Millis(day_ms - 10));
  CHECK(t.log->expire(t.now) == 0);
  t.pass(Millis(1));
  CHECK(t.log->expire(t.now) == 2);
  CHECK(t.log->start_offset() == 3);
}

TEST_CASE("a log whose records are all too old is emptied; offsets go on where they were") {
  LogSettings settings;
  settings.retention_ms = 1000;
  TestLog t(settings);
  for (int i = 0; i < 5; ++i) t.append_times({t.now.wall.count()});
  t.pass(Millis(1000));
  CHECK(t.log->expire(t.now) == 0);
  t.pass(Millis(1));
  CHECK(t.log->expire(t.now) == 1);
  CHECK(t.log->start_offset() == 5);
  CHECK(t.log->end_offset() == 5);
  CHECK(t.log->size_bytes() == 0);
  CHECK(t.memory.used() == 0);
  CHECK(t.append_times({t.now.wall.count()}).base_offset == 5);
  CHECK(base_offsets(t.read(5)) == Offsets{5});
}

TEST_CASE("records without a time are kept for retention.ms after the last append") {
  LogSettings settings;
  settings.retention_ms = 1000;
  TestLog t(settings);
  t.append_times({no_timestamp});
  t.pass(Millis(1000));
  CHECK(t.log->expire(t.now) == 0);
  t.pass(Millis(1));
  CHECK(t.log->expire(t.now) == 1);
}

TEST_CASE("retention.bytes removes whole segments while the rest is still as large") {
  const Bytes batch = batch_of_size(500);
  const auto size = static_cast<std::int64_t>(batch.size());
  LogSettings settings = segments_of(size);
  settings.retention_ms = -1;
  settings.retention_bytes = 3 * size - 1;
  TestLog t(settings);
  for (int i = 0; i < 5; ++i) t.append(batch);
  CHECK(t.log->start_offset() == 1);  // as the fifth was begun, there were four
  CHECK(t.log->expire(t.now) == 1);
  CHECK(t.log->size_bytes() == 3 * batch.size());
}

TEST_CASE("with retention.bytes 0 not even the newest segment stays") {
  LogSettings settings;
  settings.retention_bytes = 0;
  TestLog t(settings);
  t.append_times({1});
  CHECK(t.log->expire(t.now) == 1);
  CHECK(t.log->start_offset() == 1);
}

TEST_CASE("without limits nothing expires") {
  LogSettings settings = segments_of(200);
  settings.retention_ms = -1;
  TestLog t(settings);
  for (int i = 0; i < 5; ++i) t.append_times({1});
  t.pass(Millis(1000 * day_ms));
  CHECK(t.log->expire(t.now) == 0);
}

TEST_CASE("deleting moves the start exactly, also into the middle of a batch, and never back") {
  TestLog t(segments_of(250));
  for (int i = 0; i < 4; ++i) t.append_times({1, 2, 3});
  const std::size_t segments = t.log->segment_count();
  t.log->delete_before(4);
  CHECK(t.log->start_offset() == 4);
  CHECK(base_offsets(t.read(4)).front() == 3);
  t.log->delete_before(2);
  CHECK(t.log->start_offset() == 4);
  t.log->delete_before(10);
  CHECK(t.log->segment_count() < segments);
  t.log->delete_before(1000);
  CHECK(t.log->start_offset() == 12);
  CHECK(t.log->segment_count() == 0);
  CHECK(t.append_times({1}).base_offset == 12);
}

TEST_CASE("times are found inside batches of every codec, though they are not in order") {
  for (const Codec codec : {Codec::none, Codec::gzip, Codec::snappy, Codec::lz4, Codec::zstd}) {
    CAPTURE(name_of(codec));
    TestLog t;
    t.append_times({100, 50, 300, 200}, {.codec = codec});  // 0..3
    t.append_times({250, 400, 10}, {.codec = codec});       // 4..6
    CHECK(t.found(0) == 0);
    CHECK(t.found(100) == 0);
    CHECK(t.found(101) == 2);
    CHECK(t.found(300) == 2);
    CHECK(t.found(301) == 5);
    CHECK(t.found(401) == no_offset);
    CHECK(t.log->find_timestamp(301)->timestamp == 400);
    CHECK(t.log->greatest_timestamp()->offset == 5);
    CHECK(t.log->greatest_timestamp()->timestamp == 400);
  }
}

TEST_CASE("a time is never found below the log's start") {
  TestLog t;
  t.append_times({100, 500, 300, 400}, {.codec = Codec::lz4});
  t.append_times({200});
  t.log->delete_before(2);
  CHECK(t.found(0) == 2);
  CHECK(t.found(301) == 3);
  CHECK(t.found(401) == no_offset);
  CHECK(t.log->greatest_timestamp()->offset == 3);
  t.log->delete_before(4);
  CHECK(t.log->greatest_timestamp()->offset == 4);
  t.log->delete_before(5);
  CHECK_FALSE(t.log->greatest_timestamp().has_value());
}

TEST_CASE("of equal greatest times the first record counts; records without a time do not") {
  TestLog t;
  t.append_times({no_timestamp});
  CHECK_FALSE(t.log->greatest_timestamp().has_value());
  t.append_times({7, 9, 9});
  t.append_times({9});
  CHECK(t.log->greatest_timestamp()->offset == 2);
}

TEST_CASE("a found record tells the leader epoch it was written in") {
  TestLog t;
  t.append(batch_of({100}), {.leader_epoch = 2});
  t.append(batch_of({200}), {.leader_epoch = 5});
  CHECK(t.log->find_timestamp(50)->leader_epoch == 2);
  CHECK(t.log->find_timestamp(150)->leader_epoch == 5);
  CHECK(t.log->greatest_timestamp()->leader_epoch == 5);
  CHECK(t.log->end_of_epoch(2).end_offset == 1);
  CHECK(t.log->end_of_epoch(5).end_offset == 2);
}

TEST_CASE("a batch that says too late a time for its records does not stop the search") {
  TestLog t;
  Bytes lying = batch_of({100});
  auto header = view_of(lying).header();
  header.max_timestamp = 1000;
  protocol::seal_batch(lying.data(), lying.size(), header);
  t.append(lying);
  t.append_times({900});
  CHECK(t.found(500) == 1);
}
