#include "client/producer/producer_machine.h"

#include <doctest/doctest.h>

#include <set>

#include "protocol/messages/produce.h"
#include "protocol/records/record.h"
#include "tests/client/support/scripted_broker.h"

using namespace mini::client;
using namespace mini::test;
using mini::ClientErrc;
using mini::Delivery;
using mini::Error;
using mini::Millis;
using mini::OnDelivery;
using mini::protocol::ErrorCode;
using mini::protocol::InitProducerIdResponse;
using mini::protocol::ProduceRequest;
using mini::protocol::ProduceResponse;

namespace {

struct SentBatch {
  int partition;
  mini::protocol::BatchHeader header;
  std::vector<std::string> values;
};

std::vector<SentBatch> batches_of(const Asked& asked) {
  std::vector<SentBatch> batches;
  const auto request = asked.read<ProduceRequest>();
  for (const auto& topic : request.topic_data)
    for (const auto& data : topic.partition_data) {
      const auto view = mini::protocol::BatchView::parse(data.records.view());
      REQUIRE(view);
      CHECK(view->crc_matches());
      SentBatch batch{data.index, view->header(), {}};
      Bytes room;
      mini::protocol::RecordReader records(*view, room, 1 << 20);
      while (const auto record = records.next()) batch.values.emplace_back(record->value.value_or("null"));
      CHECK(records.status() == mini::protocol::RecordReader::Status::ok);
      batches.push_back(std::move(batch));
    }
  return batches;
}

ProduceResponse stored(const Asked& asked, ErrorCode error = ErrorCode::none, mini::Offset base_offset = 0) {
  ProduceResponse response;
  const auto request = asked.read<ProduceRequest>();
  for (const auto& topic : request.topic_data) {
    auto& answer = response.responses.emplace_back();
    answer.name = topic.name;
    for (const auto& data : topic.partition_data) {
      auto& each = answer.partition_responses.emplace_back();
      each.index = data.index;
      each.error_code = error;
      each.base_offset = failed(error) ? -1 : base_offset;
    }
  }
  return response;
}

struct Fixture {
  ScriptedBroker broker;
  ProducerOptions options;
  std::optional<ProducerMachine> machine;
  std::optional<Drive<ProducerMachine>> drive;
  std::vector<std::pair<Error, std::int64_t>> ends;
  std::int64_t next_producer_id = 7;
  std::function<Reaction(const Asked&)> on_produce = [](const Asked& asked) {
    return Reaction::answer(asked, stored(asked));
  };

  Fixture() {
    options.idempotent = false;
    broker.topics["t"] = 1;
  }
  void start() {
    broker.script = [this](const Asked& asked) {
      if (asked.api == ApiKey::produce) return on_produce(asked);
      InitProducerIdResponse response;
      response.producer_id = next_producer_id++;
      return Reaction::answer(asked, response);
    };
    machine.emplace(broker.cluster_options(), options, broker, 1);
    drive.emplace(*machine, broker);
    drive->after_each = [this] {
      for (BatchPtr batch : machine->take_settled()) {
        batch->tell();
        machine->told(*batch);
      }
    };
    OnDelivery nobody;
    machine->append({.topic = "t"}, nobody, nullptr, drive->now);  // makes the topic known
    drive->settle();
  }
  Appended send(std::string_view value, std::optional<int> partition = {}) {
    OnDelivery done = [this](const Delivery& delivery) {
      ends.emplace_back(delivery.error, delivery.offset);
    };
    const Appended appended =
        machine->append({.topic = "t", .value = value, .partition = partition}, done, nullptr, drive->now);
    drive->settle();
    return appended;
  }
  std::vector<Asked> produced() const {
    std::vector<Asked> all;
    for (const Asked& each : broker.asked)
      if (each.api == ApiKey::produce) all.push_back(each);
    return all;
  }
};

}  // namespace

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
