#include "broker/log/producer_state.h"

#include <doctest/doctest.h>

#include <limits>

#include "broker/env/random.h"
#include "tests/broker/log/log_fixture.h"

using namespace mini;
using namespace mini::broker;
using namespace mini::broker::test;

namespace {

constexpr auto last_sequence = std::numeric_limits<std::int32_t>::max();

}  // namespace

TEST_CASE("one of the last five batches sent again is acknowledged with its first offset and not stored") {
  TestLog t;
  for (int sequence = 0; sequence < 5; ++sequence) t.append(idempotent(sequence));
  for (int sequence = 0; sequence < 5; ++sequence) {
    const Appended again = t.append(idempotent(sequence));
    CHECK(again.repeated);
    CHECK(again.error == ErrorCode::none);
    CHECK(again.base_offset == sequence);
  }
  CHECK(t.log->end_offset() == 5);
}

TEST_CASE("the sixth last batch sent again is out of order") {
  TestLog t;
  for (int sequence = 0; sequence < 6; ++sequence) t.append(idempotent(sequence));
  CHECK(t.append(idempotent(0)).error == ErrorCode::out_of_order_sequence_number);
  CHECK(t.append(idempotent(1)).repeated);
}

TEST_CASE("a repeat is told by both ends of its sequences, and keeps the time it got") {
  TestLog t;
  const AppendOptions told{.timestamp_type = protocol::TimestampType::log_append_time};
  const Appended first = t.append(idempotent(0, 3), told);
  t.pass(Millis(1000));
  const Appended again = t.append(idempotent(0, 3), told);
  CHECK(again.repeated);
  CHECK(again.log_append_time == first.log_append_time);
  CHECK(t.append(idempotent(0, 2)).error == ErrorCode::out_of_order_sequence_number);
  CHECK(t.append(idempotent(1, 2)).error == ErrorCode::out_of_order_sequence_number);
}

TEST_CASE("a gap is out of order, and what was refused leaves no trace") {
  TestLog t;
  t.append(idempotent(0, 2));
  CHECK(t.append(idempotent(3)).error == ErrorCode::out_of_order_sequence_number);
  CHECK(t.log->end_offset() == 2);
  CHECK(t.append(idempotent(2)).base_offset == 2);
}

TEST_CASE("sequences wrap from the greatest to 0, between batches and inside one") {
  TestLog t;
  t.append(idempotent(last_sequence - 2, 2));
  CHECK(t.append(idempotent(last_sequence, 3)).error == ErrorCode::none);  // ends at 1
  CHECK(t.append(idempotent(2)).error == ErrorCode::none);
  CHECK(t.append(idempotent(last_sequence, 3)).repeated);
  TestLog u;
  u.append(idempotent(last_sequence));
  CHECK(u.append(idempotent(0)).base_offset == 1);
}

TEST_CASE("an unknown producer is accepted at any sequence") {
  TestLog t;
  CHECK(t.append(idempotent(17)).error == ErrorCode::none);
  CHECK(t.append(idempotent(18)).error == ErrorCode::none);
  CHECK(t.append(idempotent(20)).error == ErrorCode::out_of_order_sequence_number);
}

TEST_CASE("a higher epoch begins at 0, a lower one is fenced") {
  TestLog t;
  t.append(idempotent(0, 1, 1));
  CHECK(t.append(idempotent(3, 1, 2)).error == ErrorCode::out_of_order_sequence_number);
  CHECK(t.append(idempotent(1, 1, 1)).error == ErrorCode::none);
  CHECK(t.append(idempotent(0, 1, 2)).base_offset == 2);
  CHECK(t.append(idempotent(0, 1, 2)).repeated);
  CHECK(t.append(idempotent(2, 1, 1)).error == ErrorCode::invalid_producer_epoch);
  CHECK(t.append(idempotent(1, 1, 1)).error == ErrorCode::invalid_producer_epoch);
}

TEST_CASE("a new epoch forgets the batches of the one before") {
  TestLog t;
  t.append(idempotent(0, 1, 1));
  t.append(idempotent(1, 1, 1));
  t.append(idempotent(0, 1, 2));
  CHECK(t.append(idempotent(1, 1, 2)).base_offset == 3);  // not the old epoch's batch 1
}

TEST_CASE("a producer id without a sequence is an invalid record") {
  TestLog t;
  CHECK(t.append(idempotent(-1)).error == ErrorCode::invalid_record);
}

TEST_CASE("what is known of a producer outlives its records") {
  TestLog t;
  t.append(idempotent(0));
  t.log->delete_before(1);
  CHECK(t.append(idempotent(0)).repeated);
  CHECK(t.append(idempotent(2)).error == ErrorCode::out_of_order_sequence_number);
  CHECK(t.append(idempotent(1)).base_offset == 1);
}

TEST_CASE("producers are told apart") {
  TestLog t;
  t.append(idempotent(0, 1, 0, 7));
  CHECK(t.append(idempotent(0, 1, 0, 8)).base_offset == 1);
  CHECK(t.append(idempotent(0, 1, 0, 7)).base_offset == 0);
  CHECK(t.log->producers().size() == 2);
}

TEST_CASE("a producer is forgotten when it was silent for its time, whatever the wall clock did") {
  LogSettings settings;
  settings.producer_expiry_ms = 1000;
  settings.retention_ms = -1;
  TestLog t(settings);
  t.append(idempotent(0, 1, 0, 7));
  t.pass(Millis(500));
  t.append(idempotent(0, 1, 0, 8));
  t.now.wall += std::chrono::hours(24);
  t.pass(Millis(499));
  t.log->expire(t.now);
  CHECK(t.log->producers().size() == 2);
  t.pass(Millis(1));
  t.log->expire(t.now);
  CHECK(t.log->producers().size() == 1);
  CHECK(t.append(idempotent(9, 1, 0, 7)).error == ErrorCode::none);
  CHECK(t.append(idempotent(9, 1, 0, 8)).error == ErrorCode::out_of_order_sequence_number);
}

TEST_CASE("past the limit the producer that was silent for longest is forgotten") {
  LogSettings settings;
  settings.producer_ids_max = 3;
  TestLog t(settings);
  for (const ProducerId id : {1, 2, 3}) t.append(idempotent(0, 1, 0, id));
  t.append(idempotent(1, 1, 0, 1));
  t.append(idempotent(0, 1, 0, 4));
  CHECK(t.log->producers().size() == 3);
  CHECK(t.append(idempotent(0, 1, 0, 1)).repeated);
  CHECK(t.append(idempotent(0, 1, 0, 3)).repeated);
  CHECK(t.append(idempotent(5, 1, 0, 2)).error == ErrorCode::none);  // unknown again
}

TEST_CASE("whatever is sent again, in whatever order, each sequence is stored once and in order") {
  for (std::uint64_t seed = 0; seed < 1000; ++seed) {
    CAPTURE(seed);
    Random random(seed);
    TestLog t;
    std::vector<std::pair<Bytes, Offset>> acknowledged;
    auto sequence = static_cast<std::int32_t>(last_sequence - random.below(40));
    for (int step = 0; step < 60; ++step) {
      if (!acknowledged.empty() && random.below(2) == 0) {
        const std::size_t age = random.below(std::min<std::size_t>(acknowledged.size(), 8));
        const auto& [bytes, offset] = acknowledged[acknowledged.size() - 1 - age];
        const Appended again = t.append(bytes);
        CHECK(again.repeated == (age < 5));
        CHECK(again.error == (age < 5 ? ErrorCode::none : ErrorCode::out_of_order_sequence_number));
        if (age < 5) CHECK(again.base_offset == offset);
        continue;
      }
      const std::size_t count = 1 + random.below(3);
      Bytes batch = idempotent(sequence, count);
      const Offset end = t.log->end_offset();
      CHECK(t.append(batch).base_offset == end);
      sequence = view_of(batch).header().last_sequence();
      sequence = sequence == last_sequence ? 0 : sequence + 1;
      acknowledged.emplace_back(std::move(batch), end);
    }
    Offset expected = 0;
    for (const auto& batch : batches_in(t.read(0))) {
      CHECK(batch.header().base_offset == expected);
      expected = batch.header().next_offset();
    }
    CHECK(batches_in(t.read(0)).size() == acknowledged.size());
  }
}
