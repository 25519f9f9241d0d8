#include <doctest/doctest.h>

#include <set>

#include "tests/client/support/producer_fixture.h"

using namespace mini::client;
using namespace mini::test;
using mini::ClientErrc;
using mini::Delivery;
using mini::OnDelivery;
using mini::protocol::ErrorCode;

using Fixture = ProducerFixture;

TEST_CASE_FIXTURE(Fixture, "records are gathered for linger.ms and sent as one batch") {
  options.linger_ms = 10;
  start();
  send("a");
  drive->pass(9);
  send("b");
  CHECK(produced().empty());
  drive->pass(1);
  REQUIRE(produced().size() == 1);
  CHECK(batches_of(produced()[0])[0].values == std::vector<std::string>{"a", "b"});
  REQUIRE(ends.size() == 2);
  CHECK(!ends[1].first);
  CHECK(ends[1].second == 1);
}

TEST_CASE_FIXTURE(Fixture, "a full batch does not linger") {
  options.linger_ms = 1000;
  options.batch_size = 200;
  start();
  send(std::string(100, 'a'));
  CHECK(produced().empty());
  send(std::string(100, 'b'));
  CHECK(produced().size() == 1);
}

TEST_CASE_FIXTURE(Fixture, "flush overrides linger for what was given before") {
  options.linger_ms = 1000;
  start();
  send("a");
  const std::uint64_t ticket = machine->flush();
  CHECK(!machine->told_up_to(ticket));
  drive->settle();
  CHECK(machine->told_up_to(ticket));
  send("b");
  CHECK(produced().size() == 1);
}

TEST_CASE_FIXTURE(Fixture, "acks=0 ends when it is sent") {
  options.acks = 0;
  options.linger_ms = 0;
  on_produce = [](const Asked&) { return Reaction::none(); };
  start();
  send("a");
  REQUIRE(ends.size() == 1);
  CHECK(!ends[0].first);
  CHECK(ends[0].second == -1);
}

TEST_CASE_FIXTURE(Fixture, "a full buffer takes nothing more until something was stored") {
  options.buffer_memory = 1000;
  options.linger_ms = 60'000;
  on_produce = [](const Asked&) { return Reaction::hold(); };
  start();
  CHECK(send(std::string(700, 'x')) == Appended::yes);
  CHECK(produced().empty());
  CHECK(send(std::string(700, 'y')) == Appended::full);
  CHECK(produced().size() == 1);  // memory is short: no lingering
  drive->answer_held(ApiKey::produce, stored(produced()[0]));
  CHECK(send(std::string(700, 'y')) == Appended::yes);
}

TEST_CASE_FIXTURE(Fixture, "what can never be sent ends at once") {
  start();
  send(std::string(2'000'000, 'x'));
  send("x", 9);
  REQUIRE(ends.size() == 2);
  CHECK(ends[0].first.code == ClientErrc::record_too_large);
  CHECK(ends[1].first.code == mini::kafka_error(3));
  CHECK(ends[1].first.message().find("none is number 9") != std::string::npos);
}

TEST_CASE_FIXTURE(Fixture,
                  "a refusal that passes is retried with growing waits, one that does not is the end") {
  options.linger_ms = 0;
  ErrorCode error = ErrorCode::not_enough_replicas;
  on_produce = [&](const Asked& asked) { return Reaction::answer(asked, stored(asked, error)); };
  start();
  send("a");
  drive->pass(2000);
  CHECK(ends.empty());
  CHECK(produced().size() >= 4);
  CHECK(produced().size() <= 7);
  error = ErrorCode::none;
  drive->pass(2000);
  REQUIRE(ends.size() == 1);
  CHECK(!ends[0].first);
  error = ErrorCode::message_too_large;
  send("b");
  REQUIRE(ends.size() == 2);
  CHECK(ends[1].first.code == mini::kafka_error(10));
  error = static_cast<ErrorCode>(999);  // from the future
  send("c");
  REQUIRE(ends.size() == 3);
  CHECK(ends[2].first.code == mini::kafka_error(999));
}

TEST_CASE_FIXTURE(Fixture, "a record that is not stored by delivery.timeout.ms is given up") {
  options.linger_ms = 0;
  options.delivery_timeout_ms = 5000;
  on_produce = [](const Asked& asked) {
    return Reaction::answer(asked, stored(asked, ErrorCode::not_enough_replicas));
  };
  start();
  send("a");
  drive->pass(4999);
  CHECK(ends.empty());
  drive->pass(1);
  REQUIRE(ends.size() == 1);
  CHECK(ends[0].first.code == ClientErrc::delivery_timed_out);
}

TEST_CASE_FIXTURE(Fixture, "a change of leader is looked up before the batch goes out again") {
  options.linger_ms = 0;
  on_produce = [&](const Asked& asked) {
    const bool first = produced().size() == 1;
    return Reaction::answer(asked,
                            stored(asked, first ? ErrorCode::not_leader_or_follower : ErrorCode::none));
  };
  start();
  const std::size_t looks = broker.count(ApiKey::metadata);
  send("a");
  drive->pass(500);
  CHECK(broker.count(ApiKey::metadata) == looks + 1);
  REQUIRE(ends.size() == 1);
  CHECK(!ends[0].first);
}

TEST_CASE_FIXTURE(Fixture, "every codec gives a batch that can be read") {
  using mini::protocol::Codec;
  for (const Codec codec : {Codec::gzip, Codec::snappy, Codec::lz4, Codec::zstd}) {
    CAPTURE(mini::protocol::name_of(codec));
    Fixture fresh;
    fresh.options.codec = codec;
    fresh.options.linger_ms = 0;
    fresh.start();
    fresh.send(std::string(1000, 'x'));
    REQUIRE(fresh.produced().size() == 1);
    const SentBatch batch = batches_of(fresh.produced()[0])[0];
    CHECK(batch.header.codec() == codec);
    CHECK(batch.header.size() < 500);
    CHECK(batch.values.at(0) == std::string(1000, 'x'));
  }
}

TEST_CASE_FIXTURE(Fixture, "a topic that is being created is waited for") {
  broker.topics.clear();
  start();
  CHECK(send("early") == Appended::unknown_topic);
  drive->pass(500);
  broker.topics["t"] = 2;
  drive->pass(1500);
  CHECK(send("late") == Appended::yes);
}

TEST_CASE_FIXTURE(Fixture, "an abort fails what is left, and tells a receipt too") {
  options.linger_ms = 60'000;
  start();
  mini::Receipt receipt;
  OnDelivery nobody;
  machine->append({.topic = "t", .value = "x"}, nobody, &receipt, drive->now);
  CHECK(!receipt.ready());
  machine->abort(client_error(ClientErrc::closed, ""), drive->now);
  drive->after_each();
  CHECK(receipt.ready());
  CHECK(receipt.error().code == ClientErrc::closed);
  CHECK_THROWS_AS(receipt.get(), mini::KafkaError);
}

// ---- batches ----

TEST_CASE_FIXTURE(Fixture,
                  "ten thousand small records make fewer than two hundred requests, five in flight") {
  options.idempotent = true;
  options.linger_ms = 5;
  broker.topics["t"] = 4;
  std::size_t most = 0;
  on_produce = [&](const Asked&) { return Reaction::hold(); };
  start();
  const std::string value(100, 'x');
  for (int ms = 0; ms < 100; ++ms) {
    for (int i = 0; i < 100; ++i) {
      const std::string key = "key" + std::to_string(i);
      OnDelivery done = [this](const Delivery& delivery) { ends.emplace_back(delivery.error, 0); };
      const mini::RecordView record{.topic = "t", .key = key, .value = value};
      REQUIRE(machine->append(record, done, nullptr, drive->now) == Appended::yes);
    }
    drive->settle();
    most = std::max(most, broker.held.size());
    const bool acquainted = ms >= 10;
    if (broker.held.size() == 5 || (!acquainted && !broker.held.empty()))
      drive->answer_held(ApiKey::produce, stored(broker.held.front()));
    drive->pass(1);
  }
  drive->pass(100);
  while (!broker.held.empty()) drive->answer_held(ApiKey::produce, stored(broker.held.front()));
  CHECK(ends.size() == 10'000);
  CHECK(produced().size() < 200);
  CHECK(most == 5);
}

TEST_CASE_FIXTURE(Fixture,
                  "a batch of many pages, and a record larger than a page, are read as they were given") {
  options.linger_ms = 1000;
  start();
  std::vector<std::string> given;
  for (int i = 0; i < 200; ++i) {
    given.push_back(std::to_string(i) + std::string(static_cast<std::size_t>(i * 5), 'a'));
    if (i % 50 == 49) given.back() += std::string(i == 99 ? 40'000 : 5'000, 'b');
    CHECK(send(given.back()) == Appended::yes);
  }
  drive->pass(1000);
  std::vector<std::string> seen;
  for (const Asked& asked : produced())
    for (const SentBatch& batch : batches_of(asked))
      seen.insert(seen.end(), batch.values.begin(), batch.values.end());
  CHECK(seen == given);
  CHECK(produced().size() == 2);  // of at most 128 KiB each
  CHECK(ends.size() == 200);
}

TEST_CASE_FIXTURE(Fixture, "records without a key fill one batch here and the next one there") {
  options.linger_ms = 1000;
  options.batch_size = 300;
  broker.topics["t"] = 3;
  start();
  for (int i = 0; i < 30; ++i) send(std::string(50, 'x'));
  drive->pass(1000);
  int before = -1;
  std::set<int> used;
  for (const Asked& asked : produced())
    for (const SentBatch& batch : batches_of(asked)) {
      CHECK(batch.values.size() >= 2);
      used.insert(batch.partition);
      before = batch.partition;
    }
  CHECK(before >= 0);
  CHECK(used.size() == 3);
}

TEST_CASE_FIXTURE(Fixture, "what is not taken leaves the callback with the caller") {
  options.buffer_memory = 1000;
  options.linger_ms = 0;
  on_produce = [](const Asked&) { return Reaction::hold(); };
  start();
  send(std::string(700, 'x'));
  int called = 0;
  OnDelivery done = [&](const Delivery&) { ++called; };
  const mini::RecordView record{.topic = "t", .value = std::string_view("y")};
  const std::string large(700, 'y');
  CHECK(machine->append({.topic = "t", .value = large}, done, nullptr, drive->now) == Appended::full);
  CHECK(machine->append({.topic = "unknown"}, done, nullptr, drive->now) == Appended::unknown_topic);
  REQUIRE(done);
  CHECK(machine->unsettled() == 1);
  drive->answer_held(ApiKey::produce, stored(produced()[0]));
  CHECK(machine->append(record, done, nullptr, drive->now) == Appended::yes);
  CHECK(!done);
  drive->settle();
  drive->answer_held(ApiKey::produce, stored(produced()[1]));
  CHECK(called == 1);
}

TEST_CASE_FIXTURE(Fixture, "memory is given back when nothing was to do for a while") {
  options.linger_ms = 1;
  options.request_size_max = 8'000'000;
  start();
  const std::string value(10'000, 'x');
  for (int i = 0; i < 500; ++i) {
    OnDelivery nobody;
    machine->append({.topic = "t", .value = value}, nobody, nullptr, drive->now);
  }
  CHECK(machine->accumulator().pool().used() > 5'000'000);
  drive->pass(9'000);
  CHECK(machine->accumulator().pool().used() > 5'000'000);
  drive->pass(2'000);
  CHECK(machine->accumulator().pool().used() <= 1024 * 1024);
}

TEST_CASE_FIXTURE(Fixture, "a partition that is added while records come gets its share") {
  options.linger_ms = 0;
  start();
  send("a");
  CHECK(send("b", 1) == Appended::yes);
  REQUIRE(ends.size() == 2);
  CHECK(ends[1].first.code == mini::kafka_error(3));
  broker.topics["t"] = 2;
  drive->pass(300'000);  // the metadata is asked for again
  CHECK(send("b", 1) == Appended::yes);
  REQUIRE(ends.size() == 3);
  CHECK(!ends[2].first);
}
