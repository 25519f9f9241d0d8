#include <doctest/doctest.h>

#include "client/producer/producer_machine.h"
#include "tests/client/support/model_partition.h"
#include "tests/client/support/scripted_broker.h"

// Five in flight, requests and answers cut at random: what the log holds has no gap and nothing twice.

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
    broker.topics["t"] = 3;
    options.linger_ms = 2;
    options.batch_size = 300;
    broker.script = [this](const Asked& asked) { return react(asked); };
    machine.emplace(broker.cluster_options(), options, broker, seed);
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
      response.producer_id = 1;
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
    return answer_each(asked.read<ProduceRequest>(),
                       [](const auto&, mini::Offset&) { return ErrorCode::not_enough_replicas; });
  }

  void send(int number) {
    const std::string value = std::to_string(number);
    OnDelivery done = [this](const Delivery& delivery) { ++(delivery.error ? failed : delivered); };
    while (machine->append({.topic = "t", .value = value, .partition = number % 3}, done, nullptr,
                           drive->now) != Appended::yes)
      drive->pass(10);
    if (random.below(4) == 0) drive->pass(static_cast<TimeMs>(random.below(20)));
  }

  Random random;
  ScriptedBroker broker;
  ProducerOptions options;
  std::optional<ProducerMachine> machine;
  std::optional<Drive<ProducerMachine>> drive;
  std::map<int, ModelPartition> partitions;
  bool calm = false;
  int delivered = 0;
  int failed = 0;
};

}  // namespace

TEST_CASE("idempotence under fire: no gap and no double") {
  constexpr int records = 200;
  std::size_t produced = 0;
  for (std::uint64_t seed = 1; seed <= 1000; ++seed) {
    CAPTURE(seed);
    Simulation simulation(seed);
    for (int i = 0; i < records; ++i) simulation.send(i);
    simulation.calm = true;
    simulation.drive->pass(100'000);
    CHECK(simulation.delivered == records);
    CHECK(simulation.failed == 0);
    CHECK(simulation.broker.count(ApiKey::init_producer_id) == 1);
    for (int partition = 0; partition < 3; ++partition) {
      CAPTURE(partition);
      std::vector<std::string> expected;
      for (int i = partition; i < records; i += 3) expected.push_back(std::to_string(i));
      REQUIRE(simulation.partitions[partition].values == expected);
    }
    produced += simulation.broker.count(ApiKey::produce);
  }
  CHECK(produced > 1000 * 20);  // it was no empty exercise
}
