#include <doctest/doctest.h>

#include "tests/client/support/producer_fixture.h"

// Sequence numbers and producer ids of an idempotent producer, a step at a time.

using namespace mini::client;
using namespace mini::test;
using mini::ClientErrc;
using mini::protocol::ErrorCode;

using Fixture = ProducerFixture;

TEST_CASE_FIXTURE(Fixture, "five batches of a partition are in flight at most, numbered without gaps") {
  options.idempotent = true;
  options.linger_ms = 0;
  options.in_flight_max = 5;
  on_produce = [](const Asked&) { return Reaction::hold(); };
  start();
  send("first");
  send("goes alone");
  REQUIRE(produced().size() == 1);  // until the broker knows this producer
  drive->answer_held(ApiKey::produce, stored(produced()[0]));
  drive->answer_held(ApiKey::produce, stored(produced()[1]));
  broker.asked.clear();
  for (int i = 0; i < 8; ++i) send(std::to_string(i));
  REQUIRE(produced().size() == 5);
  int sequence = 2;
  for (const Asked& asked : produced()) {
    const SentBatch batch = batches_of(asked)[0];
    CHECK(batch.header.producer_id == 7);
    CHECK(batch.header.base_sequence == sequence);
    sequence += batch.header.record_count;
  }
  drive->answer_held(ApiKey::produce, stored(produced()[0]));
  CHECK(produced().size() == 6);
  CHECK(batches_of(produced()[5])[0].values.size() == 3);  // gathered while nothing could be sent
}

TEST_CASE_FIXTURE(Fixture,
                  "after a cut everything in flight goes out again, the same bytes in the same order") {
  options.idempotent = true;
  options.linger_ms = 0;
  int cut_at = 3;
  start();
  send("first");
  drive->pass(2000);
  broker.asked.clear();
  ends.clear();
  on_produce = [&](const Asked& asked) {
    if (static_cast<int>(produced().size()) < cut_at) return Reaction::hold();
    if (static_cast<int>(produced().size()) == cut_at) return Reaction::cut();
    return Reaction::answer(asked, stored(asked));
  };
  for (int i = 0; i < 3; ++i) send(std::to_string(i));
  drive->pass(2000);
  REQUIRE(produced().size() == 6);
  for (std::size_t i = 0; i < 3; ++i) {
    const SentBatch before = batches_of(produced()[i])[0];
    const SentBatch again = batches_of(produced()[i + 3])[0];
    CHECK(again.values == before.values);
    CHECK(again.header.base_sequence == before.header.base_sequence);
    CHECK(again.header.crc == before.header.crc);
  }
  CHECK(ends.size() == 3);
}

TEST_CASE_FIXTURE(Fixture,
                  "a batch whose end nobody knows makes the next ones go out under a new producer id") {
  options.idempotent = true;
  options.linger_ms = 0;
  options.delivery_timeout_ms = 3000;
  on_produce = [&](const Asked& asked) {
    if (produced().size() == 1) return Reaction::hold();
    return Reaction::answer(asked, stored(asked));
  };
  start();
  send("lost");
  drive->pass(3000);
  REQUIRE(ends.size() == 1);
  CHECK(ends[0].first.code == ClientErrc::delivery_timed_out);
  drive->pass(30'000);  // its request ends too
  send("next");
  drive->pass(1000);
  REQUIRE(ends.size() == 2);
  CHECK(!ends[1].first);
  const SentBatch next = batches_of(produced().back())[0];
  CHECK(next.header.producer_id == 8);
  CHECK(next.header.base_sequence == 0);
}

TEST_CASE_FIXTURE(Fixture, "a batch that may have been stored takes its sequence numbers with it") {
  const struct {
    const char* how;
    std::vector<Reaction::Kind> before;
    ErrorCode last;
    bool numbers_come_back;
  } rows[] = {{"out of time after the append, perhaps", {}, ErrorCode::request_timed_out, false},
              {"appended, then too few", {}, ErrorCode::not_enough_replicas_after_append, false},
              {"no longer leader, perhaps after the append", {}, ErrorCode::not_leader_or_follower, false},
              {"cut, then refused", {Reaction::Kind::cut}, ErrorCode::not_enough_replicas, false},
              {"refused", {}, ErrorCode::not_enough_replicas, true}};
  for (const auto& row : rows) {
    CAPTURE(std::string(row.how));
    Fixture fresh;
    fresh.options.idempotent = true;
    fresh.options.linger_ms = 0;
    fresh.options.retries = 1;
    fresh.on_produce = [&](const Asked& asked) {
      const std::size_t number = fresh.produced().size();
      if (number == 2 && !row.before.empty()) return Reaction{row.before[0]};
      return Reaction::answer(asked, stored(asked, number <= 1 || number > 3 ? ErrorCode::none : row.last));
    };
    fresh.start();
    for (const char* value : {"first", "doubtful", "next"}) {
      fresh.send(value);
      fresh.drive->pass(2000);
    }
    REQUIRE(fresh.ends.size() == 3);
    CHECK(fresh.ends[1].first);
    CHECK(!fresh.ends[2].first);
    const SentBatch doubtful = batches_of(fresh.produced()[2])[0];
    const SentBatch next = batches_of(fresh.produced().back())[0];
    CHECK((next.header.producer_id == doubtful.header.producer_id) == row.numbers_come_back);
    CHECK(next.header.base_sequence == (row.numbers_come_back ? doubtful.header.base_sequence : 0));
  }
}

TEST_CASE_FIXTURE(Fixture,
                  "while one partition gets a new producer id, another's doubtful batch keeps its old one") {
  options.idempotent = true;
  options.linger_ms = 0;
  options.delivery_timeout_ms = 3000;
  options.request_timeout_ms = 2500;
  broker.topics["t"] = 2;
  start();
  send("a first", 0);
  send("b first", 1);
  on_produce = [](const Asked&) { return Reaction::hold(); };
  send("a lost", 0);
  drive->pass(1500);
  send("b doubtful", 1);
  drive->pass(400);
  on_produce = [](const Asked&) { return Reaction::cut(); };
  drive->pass(1100);  // the request of the first timed out, which ended the connection; then its record did
  REQUIRE(ends.size() == 3);
  CHECK(ends[2].first.code == ClientErrc::delivery_timed_out);
  on_produce = [](const Asked& asked) { return Reaction::answer(asked, stored(asked)); };
  drive->pass(1400);
  REQUIRE(ends.size() == 4);
  CHECK(!ends[3].first);
  send("a next", 0);
  send("b next", 1);
  for (const Asked& asked : produced())
    for (const SentBatch& batch : batches_of(asked)) {
      CAPTURE(batch.values[0]);
      const bool renewed = batch.values[0] == "a next";
      CHECK(batch.header.producer_id == (renewed ? 8 : 7));
      if (batch.values[0] == "b doubtful") CHECK(batch.header.base_sequence == 1);
      if (batch.values[0] == "b next") CHECK(batch.header.base_sequence == 2);
    }
}

TEST_CASE_FIXTURE(Fixture,
                  "behind a lost batch, one that may be stored is asked for under its old number first") {
  options.idempotent = true;
  options.linger_ms = 0;
  options.delivery_timeout_ms = 3000;
  options.request_timeout_ms = 30'000;
  start();
  send("first");
  on_produce = [](const Asked&) { return Reaction::hold(); };
  send("lost");
  drive->pass(1000);
  send("behind");
  drive->pass(2000);
  REQUIRE(ends.size() == 2);
  ErrorCode answer = ErrorCode::out_of_order_sequence_number;
  on_produce = [&](const Asked& asked) { return Reaction::answer(asked, stored(asked, answer)); };
  const std::size_t before = produced().size();
  broker.held.clear();
  const LinkId link = broker.links().back();
  broker.close(link);
  machine->lost(link, "cut", drive->now);
  drive->pass(100);
  answer = ErrorCode::none;
  drive->pass(800);
  REQUIRE(ends.size() == 3);
  CHECK(!ends[2].first);
  const SentBatch old = batches_of(produced()[before])[0];
  CHECK(old.values[0] == "behind");
  CHECK(old.header.producer_id == 7);
  CHECK(old.header.base_sequence == 2);
  const SentBatch anew = batches_of(produced().back())[0];
  CHECK(anew.header.producer_id == 8);  // the broker does not have it: it cannot become a double
  CHECK(anew.header.base_sequence == 0);
}

TEST_CASE_FIXTURE(Fixture,
                  "a producer that the broker forgot sends again only what is certainly not stored") {
  options.idempotent = true;
  options.linger_ms = 0;
  bool cut_first = false;
  SUBCASE("at the first attempt") {}
  SUBCASE("after a cut") { cut_first = true; }
  start();
  send("first");
  int cuts = cut_first ? 1 : 0;
  on_produce = [&](const Asked& asked) {
    if (cuts-- > 0) return Reaction::cut();
    const bool known = batches_of(asked)[0].header.producer_id == 8;
    return Reaction::answer(asked, stored(asked, known ? ErrorCode::none : ErrorCode::unknown_producer_id));
  };
  send("second");
  drive->pass(2000);
  send("third");
  REQUIRE(ends.size() == 3);
  CHECK(bool(ends[1].first) == cut_first);
  CHECK(!ends[2].first);
  CHECK(batches_of(produced().back())[0].header.producer_id == 8);
}

TEST_CASE_FIXTURE(Fixture, "an answer without a producer id is asked for again at a walking pace") {
  options.idempotent = true;
  next_producer_id = -3;
  start();
  send("a");
  drive->pass(2000);
  CHECK(broker.count(ApiKey::init_producer_id) == 4);
  REQUIRE(ends.size() == 1);
  CHECK(!ends[0].first);
}

TEST_CASE_FIXTURE(Fixture, "a refused batch leaves no gap in the sequence") {
  options.idempotent = true;
  options.linger_ms = 0;
  on_produce = [&](const Asked& asked) {
    return Reaction::answer(
        asked,
        stored(asked, produced().size() == 2 ? ErrorCode::topic_authorization_failed : ErrorCode::none));
  };
  start();
  for (const char* value : {"a", "b", "c"}) send(value);
  REQUIRE(ends.size() == 3);
  CHECK(ends[1].first.code == mini::kafka_error(29));
  CHECK(batches_of(produced()[1])[0].header.base_sequence == 1);
  CHECK(batches_of(produced()[2])[0].header.base_sequence == 1);
  CHECK(batches_of(produced()[2])[0].header.producer_id == 7);
}
