#include <doctest/doctest.h>

#include "client/producer/producer_machine.h"
#include "tests/client/support/model_partition.h"
#include "tests/client/support/scripted_broker.h"

// Five in flight, requests and answers cut at random: what the log holds has no gap and nothing twice. Where
// records are given up besides, what is told of each is true.

using namespace mini::client;
using namespace mini::test;
using mini::Delivery;
using mini::OnDelivery;
using mini::protocol::ErrorCode;
using mini::protocol::InitProducerIdResponse;
using mini::protocol::ProduceRequest;
using mini::protocol::ProduceResponse;

namespace {

struct Simulation {
  explicit Simulation(std::uint64_t seed) : random(seed) {
    broker.topics["t"] = partitions_count;
    options.linger_ms = 2;
    options.batch_size = 300;
    broker.script = [this](const Asked& asked) { return react(asked); };
  }
  void start() {
    machine.emplace(broker.cluster_options(), options, broker, random.below(1000));
    drive.emplace(*machine, broker);
    drive->after_each = [this] {
      for (BatchPtr batch : machine->take_settled()) {
        batch->tell();
        machine->told(*batch);
      }
    };
  }

  Reaction react(const Asked& asked) {
    if (asked.api == ApiKey::init_producer_id) {
      InitProducerIdResponse response;
      response.producer_id = ++last_producer_id;
      return Reaction::answer(asked, response);
    }
    if (calm || random.below(100) >= 30) return Reaction::answer(asked, store(asked));
    switch (random.below(4)) {
      case 0: return Reaction::cut();  // before it was stored
      case 1: store(asked); return Reaction::cut();
      case 2: return Reaction::answer(asked, refuse(asked));
      default: store(asked); return Reaction::hold();  // no answer: the request times out
    }
  }

  ProduceResponse store(const Asked& asked) { return store_in(partitions, asked.read<ProduceRequest>()); }
  ProduceResponse refuse(const Asked& asked) {
    return answer_each(asked.read<ProduceRequest>(), [this](const auto& data, mini::Offset& base_offset) {
      return harsh ? refuse_harshly(data, base_offset) : ErrorCode::not_enough_replicas;
    });
  }
  // Some refuse for good, and some are said of what was stored.
  template <class Data>
  ErrorCode refuse_harshly(const Data& data, mini::Offset& base_offset) {
    constexpr ErrorCode codes[] = {
        ErrorCode::not_enough_replicas,    ErrorCode::topic_authorization_failed,
        ErrorCode::unknown_producer_id,    ErrorCode::request_timed_out,
        ErrorCode::not_leader_or_follower, ErrorCode::not_enough_replicas_after_append};
    const std::uint64_t which = random.below(std::size(codes) + 1);
    const auto batch = mini::protocol::BatchView::parse(data.records.view());
    if (which == std::size(codes)) return partitions[data.index].append(*batch, base_offset);
    const bool perhaps = which >= 3;
    if (perhaps && (which == 5 || random.below(2) == 0))
      if (const ErrorCode code = partitions[data.index].append(*batch, base_offset); failed(code))
        return code;
    base_offset = mini::no_offset;
    return codes[which];
  }

  void send(int number) {
    const std::string value = std::to_string(number);
    OnDelivery done = [this, number](const Delivery& delivery) {
      ends[number].push_back(delivery.error ? gave_up : delivery.offset);
    };
    while (machine->append({.topic = "t", .value = value, .partition = number % partitions_count}, done,
                           nullptr, drive->now) != Appended::yes)
      drive->pass(10);
    if (random.below(4) == 0) drive->pass(static_cast<TimeMs>(random.below(20)));
  }

  // What was told of every record, against what the log holds.
  void check_log(int partition) {
    const std::vector<std::string>& log = partitions[partition].values;
    std::map<int, std::vector<mini::Offset>> found;
    for (std::size_t at = 0; at < log.size(); ++at)
      found[std::stoi(log[at])].push_back(static_cast<mini::Offset>(at));
    mini::Offset last = -1;
    for (const auto& ending : ends) {
      const int number = ending.first;
      const auto& told = ending.second;
      if (number % partitions_count != partition) continue;
      CAPTURE(number);
      REQUIRE(told.size() == 1);
      if (told[0] == gave_up) {
        REQUIRE(found[number].size() <= 1);
        ++failures;
        continue;
      }
      REQUIRE(found[number] == told);
      REQUIRE(told[0] > last);
      last = told[0];
    }
  }

  static constexpr int partitions_count = 3;
  static constexpr mini::Offset gave_up = -2;

  Random random;
  ScriptedBroker broker;
  ProducerOptions options;
  std::optional<ProducerMachine> machine;
  std::optional<Drive<ProducerMachine>> drive;
  std::map<int, ModelPartition> partitions;
  mini::ProducerId last_producer_id = 0;
  bool harsh = false;
  bool calm = false;
  std::map<int, std::vector<mini::Offset>> ends;
  std::size_t failures = 0;
};

}  // namespace

TEST_CASE("idempotence under fire: no gap and no double") {
  constexpr int records = 200;
  std::size_t produced = 0;
  for (std::uint64_t seed = 1; seed <= 1000; ++seed) {
    CAPTURE(seed);
    Simulation simulation(seed);
    simulation.start();
    for (int i = 0; i < records; ++i) simulation.send(i);
    simulation.calm = true;
    simulation.drive->pass(100'000);
    CHECK(simulation.ends.size() == records);
    CHECK(simulation.broker.count(ApiKey::init_producer_id) == 1);
    for (int partition = 0; partition < 3; ++partition) {
      CAPTURE(partition);
      simulation.check_log(partition);
      std::vector<std::string> expected;
      for (int i = partition; i < records; i += 3) expected.push_back(std::to_string(i));
      REQUIRE(simulation.partitions[partition].values == expected);
    }
    CHECK(simulation.failures == 0);
    produced += simulation.broker.count(ApiKey::produce);
  }
  CHECK(produced > 1000 * 20);  // it was no empty exercise
}

TEST_CASE(
    "idempotence where records are given up: what is told stored is there once, the rest at most once") {
  constexpr int records = 200;
  std::size_t failures = 0;
  std::size_t renewals = 0;
  for (std::uint64_t seed = 1; seed <= 1000; ++seed) {
    CAPTURE(seed);
    Simulation simulation(seed);
    simulation.harsh = true;
    simulation.options.request_timeout_ms = 150;
    simulation.options.retry_backoff_ms = 10;
    simulation.options.delivery_timeout_ms = 50 + static_cast<TimeMs>(simulation.random.below(600));
    if (seed % 3 == 0) simulation.options.retries = static_cast<std::int64_t>(simulation.random.below(3));
    simulation.start();
    for (int i = 0; i < records; ++i) simulation.send(i);
    simulation.calm = true;
    simulation.drive->pass(2'000);
    for (int i = records; i < records + 3; ++i) simulation.send(i);  // the calm reaches every partition
    simulation.drive->pass(100'000);
    CHECK(simulation.ends.size() == records + 3);
    for (int partition = 0; partition < 3; ++partition) {
      CAPTURE(partition);
      simulation.check_log(partition);
      CHECK(simulation.ends[records + partition][0] != Simulation::gave_up);
    }
    failures += simulation.failures;
    renewals += simulation.broker.count(ApiKey::init_producer_id) - 1;
  }
  CHECK(failures > 1000 * 5);
  CHECK(renewals > 1000);
}
