#pragma once

#include "broker/api/table.h"
#include "protocol/messages/all.h"
#include "tests/support/bytes.h"
#include "tests/support/records.h"
#include "tests/support/test_broker.h"

// The words in which tests of the broker's APIs are told.
//
//   Story story;                                          // a broker, a topic "t" of one partition, a client
//   CHECK(story.produce(batch_of({"a"})).base_offset == 0);
//   CHECK(values_in(story.fetch({.offset = 0}).records.copy()) == std::vector<std::string>{"a"});
//   each_version<MetadataRequest>([&](std::int16_t version) { ... });
namespace mini::broker {

using namespace mini::protocol;
using namespace mini::test;

using Names = std::vector<std::string>;
using ProducedPartition = ProduceResponse::PartitionProduceResponse;
using FetchedPartition = FetchResponse::PartitionData;
using ListedOffset = ListOffsetsResponse::ListOffsetsPartitionResponse;

template <class Request>
VersionRange served() {
  return find_api(Request::info.api)->served;
}
template <class Request>
std::int16_t newest_of() {
  return served<Request>().last;
}

template <class Request, class Visit>
void each_version(Visit visit) {
  for (std::int16_t version = served<Request>().first; version <= served<Request>().last; ++version) {
    INFO(std::string(Request::info.name), " version ", version);
    visit(version);
  }
}

struct Place {
  std::string topic = "t";
  PartitionId partition = 0;
};

inline ProduceRequest produce_request(BytesView batch, const Place& place = {}, std::int16_t acks = -1) {
  ProduceRequest request;
  request.acks = acks;
  request.timeout_ms = 1000;
  auto& topic = request.topic_data.emplace_back();
  topic.name = place.topic;
  auto& partition = topic.partition_data.emplace_back();
  partition.index = place.partition;
  partition.records = records_field(batch);
  return request;
}

struct FetchWords {
  Place from = {};
  Offset offset = 0;
  std::int32_t max_wait_ms = 0;
  std::int32_t min_bytes = 1;
  std::int32_t max_bytes = 50 << 20;
  std::int32_t partition_max_bytes = 1 << 20;
  LeaderEpoch current_leader_epoch = no_leader_epoch;
  std::int8_t isolation_level = 0;
  std::int16_t version = 12;
};

// Both the name and the id stand in it: the version picks. The partition is added to a topic that is there.
inline void add_partition(FetchRequest& request, const FetchWords& words, const Uuid& id) {
  if (request.topics.empty() || request.topics.back().topic != words.from.topic) {
    request.topics.emplace_back().topic = words.from.topic;
    request.topics.back().topic_id = id;
  }
  auto& partition = request.topics.back().partitions.emplace_back();
  partition.partition = words.from.partition;
  partition.fetch_offset = words.offset;
  partition.partition_max_bytes = words.partition_max_bytes;
  partition.current_leader_epoch = words.current_leader_epoch;
}

inline ListOffsetsRequest list_offsets_request(TimestampMs timestamp, const Place& place = {},
                                               LeaderEpoch current_leader_epoch = no_leader_epoch) {
  ListOffsetsRequest request;
  request.replica_id = -1;
  auto& topic = request.topics.emplace_back();
  topic.name = place.topic;
  topic.partitions.push_back({place.partition, current_leader_epoch, timestamp, 1, {}});
  return request;
}

struct Story {
  explicit Story(const TestBroker::Setup& setup = {}, PartitionId partitions = 1) : broker(setup) {
    broker.create_topic("t", partitions);
  }

  template <class Response, class Request>
  Response ask(const Request& request, std::int16_t version = newest_of<Request>()) {
    return client.ask<Response>(request, version);
  }

  // ---- writing ----
  ProducedPartition produce(BytesView batch, const Place& place = {},
                            std::int16_t version = newest_of<ProduceRequest>()) {
    const auto answer = ask<ProduceResponse>(produce_request(batch, place), version);
    return answer.responses.at(0).partition_responses.at(0);
  }

  // ---- reading ----
  Uuid id_of(const std::string& topic) {
    const TopicPtr found = broker.core().topics().find(topic);
    return found ? found->id() : Uuid{};
  }
  FetchRequest fetch_request(const FetchWords& words) {
    FetchRequest request;
    request.max_wait_ms = words.max_wait_ms;
    request.min_bytes = words.min_bytes;
    request.max_bytes = words.max_bytes;
    request.isolation_level = words.isolation_level;
    add_partition(request, words, id_of(words.from.topic));
    return request;
  }
  FetchedPartition fetch(const FetchWords& words) {
    const auto answer = ask<FetchResponse>(fetch_request(words), words.version);
    return answer.responses.at(0).partitions.at(0);
  }
  Names values(const Place& place = {}, Offset offset = 0) {
    return values_in(fetch({.from = place, .offset = offset}).records.copy());
  }
  ListedOffset list_offset(TimestampMs timestamp, const Place& place = {},
                           std::int16_t version = newest_of<ListOffsetsRequest>()) {
    return ask<ListOffsetsResponse>(list_offsets_request(timestamp, place), version)
        .topics.at(0)
        .partitions.at(0);
  }

  // ---- topics ----
  CreateTopicsResponse::CreatableTopicResult create(
      const std::string& name, std::vector<std::pair<std::string, std::string>> configs = {},
      PartitionId partitions = 1) {
    CreateTopicsRequest request;
    auto& topic = request.topics.emplace_back();
    topic.name = name;
    topic.num_partitions = partitions;
    topic.replication_factor = 1;
    for (auto& [key, value] : configs) {
      auto& config = topic.configs.emplace_back();
      config.name = key;
      config.value = value;
    }
    return ask<CreateTopicsResponse>(request).topics.at(0);
  }
  DeleteTopicsResponse::DeletableTopicResult remove(const std::string& name) {
    DeleteTopicsRequest request;
    request.topics.emplace_back().name = name;
    return ask<DeleteTopicsResponse>(request).responses.at(0);
  }

  TestBroker broker;
  TestClient client{broker};
};

inline MetadataRequest metadata_request(const std::optional<Names>& names, bool may_create = false) {
  MetadataRequest request;
  request.allow_auto_topic_creation = may_create;
  if (!names) request.topics.reset();
  for (const std::string& name : names.value_or(Names{})) request.topics->emplace_back().name = name;
  return request;
}

}  // namespace mini::broker
