#pragma once

#include <doctest/doctest.h>

#include "client/producer/producer_machine.h"
#include "protocol/records/record.h"
#include "tests/client/support/model_partition.h"
#include "tests/client/support/scripted_broker.h"

// A producer against a broker of which a test says what it answers to Produce requests.
//
//   options.linger_ms = 10;
//   on_produce = [&](const Asked& asked) { return Reaction::answer(asked, stored(asked)); };
//   start();
//   send("a");
//   drive->pass(10);
//   produced(), ends ...
namespace mini::test {

struct SentBatch {
  int partition;
  protocol::BatchHeader header;
  std::vector<std::string> values;
};

inline std::vector<SentBatch> batches_of(const Asked& asked) {
  std::vector<SentBatch> batches;
  const auto request = asked.read<protocol::ProduceRequest>();
  for (const auto& topic : request.topic_data)
    for (const auto& data : topic.partition_data) {
      const auto view = protocol::BatchView::parse(data.records.view());
      REQUIRE(view);
      CHECK(view->crc_matches());
      SentBatch batch{data.index, view->header(), {}};
      Bytes room;
      protocol::RecordReader records(*view, room, 1 << 20);
      while (const auto record = records.next()) batch.values.emplace_back(record->value.value_or("null"));
      CHECK(records.status() == protocol::RecordReader::Status::ok);
      batches.push_back(std::move(batch));
    }
  return batches;
}

inline protocol::ProduceResponse stored(const Asked& asked,
                                        protocol::ErrorCode error = protocol::ErrorCode::none,
                                        Offset base_offset = 0) {
  return answer_each(asked.read<protocol::ProduceRequest>(), [&](const auto&, Offset& offset) {
    offset = failed(error) ? -1 : base_offset;
    return error;
  });
}

struct ProducerFixture {
  ScriptedBroker broker;
  client::ProducerOptions options;
  std::optional<client::ProducerMachine> machine;
  std::optional<Drive<client::ProducerMachine>> drive;
  std::vector<std::pair<Error, std::int64_t>> ends;
  std::int64_t next_producer_id = 7;
  std::function<Reaction(const Asked&)> on_produce = [](const Asked& asked) {
    return Reaction::answer(asked, stored(asked));
  };

  ProducerFixture() {
    options.idempotent = false;
    broker.topics["t"] = 1;
  }
  void start() {
    broker.script = [this](const Asked& asked) {
      if (asked.api == ApiKey::produce) return on_produce(asked);
      protocol::InitProducerIdResponse response;
      response.producer_id = next_producer_id++;
      return Reaction::answer(asked, response);
    };
    machine.emplace(broker.cluster_options(), options, broker, 1);
    drive.emplace(*machine, broker);
    drive->after_each = [this] {
      for (client::BatchPtr batch : machine->take_settled()) {
        batch->tell();
        machine->told(*batch);
      }
    };
    OnDelivery nobody;
    machine->append({.topic = "t"}, nobody, nullptr, drive->now);  // makes the topic known
    drive->settle();
  }
  client::Appended send(std::string_view value, std::optional<int> partition = {}) {
    OnDelivery done = [this](const Delivery& delivery) {
      ends.emplace_back(delivery.error, delivery.offset);
    };
    const client::Appended appended =
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

}  // namespace mini::test
