#include "client/cluster/versions.h"
#include "client/runtime/admin_face.h"
#include "client/runtime/key_list.h"
#include "protocol/messages/delete_records.h"
#include "protocol/messages/list_offsets.h"

namespace mini {

using namespace client;
using protocol::DeleteRecordsRequest;
using protocol::DeleteRecordsResponse;
using protocol::ListOffsetsRequest;
using protocol::ListOffsetsResponse;

namespace {

constexpr std::int32_t a_client = -1;  // as replica id

std::vector<Target> leaders(const KeyList<TopicPartition>& partitions) {
  std::vector<Target> targets;
  for (const TopicPartition& partition : partitions) targets.push_back(Target::leader_of(partition));
  return targets;
}

std::string words(const TopicPartition& partition) {
  return partition.topic + "-" + std::to_string(partition.partition);
}

ListedOffset to_listed(const ListOffsetsResponse::ListOffsetsPartitionResponse& wire) {
  ListedOffset listed{wire.offset, std::nullopt, wire.leader_epoch};
  if (wire.timestamp >= 0) listed.timestamp = Timestamp(Millis(wire.timestamp));
  return listed;
}

protocol::VersionRange list_versions(const std::map<TopicPartition, OffsetSpec>& questions) {
  const bool newest = std::any_of(questions.begin(), questions.end(), [](const auto& entry) {
    return entry.second.timestamp == OffsetSpec::max_timestamp().timestamp;
  });
  return newest ? versions::list_offsets_max_timestamp : versions::list_offsets;
}

}  // namespace

Results<TopicPartition, ListedOffset> Admin::list_offsets(
    const std::map<TopicPartition, OffsetSpec>& questions, Millis timeout) {
  const KeyList<TopicPartition> partitions(questions);
  std::vector<ListedOffset> found(partitions.size());
  const auto make = [&](const Keys& keys, std::int16_t) {
    ListOffsetsRequest request;
    request.replica_id = a_client;
    for (const std::size_t key : keys) {
      auto& each = topic_for(request.topics, partitions[key].topic).partitions.emplace_back();
      each.partition_index = partitions[key].partition;
      each.timestamp = questions.at(partitions[key]).timestamp;
    }
    return request;
  };
  const auto read = [&](const ListOffsetsResponse& response, const Keys&, const Settle& settle) {
    for (const auto& topic : response.topics)
      for (const auto& each : topic.partitions) {
        const TopicPartition at{topic.name, each.partition_index};
        const std::size_t key = partitions.number(at);
        if (key < found.size()) found[key] = to_listed(each);
        settle(key, broker_error(each.error_code, words(at)));
      }
  };
  const auto errors = face_->run(std::make_shared<TypedCall<ListOffsetsRequest, ListOffsetsResponse>>(
                                     list_versions(questions), leaders(partitions), make, read),
                                 timeout);
  return partitions.results(errors, std::move(found));
}

Results<TopicPartition, std::int64_t> Admin::delete_records(
    const std::map<TopicPartition, std::int64_t>& before, Millis timeout) {
  const KeyList<TopicPartition> partitions(before);
  std::vector<std::int64_t> found(partitions.size(), -1);
  const auto make = [&](const Keys& keys, std::int16_t) {
    DeleteRecordsRequest request;
    request.timeout_ms = broker_timeout_ms(timeout);
    for (const std::size_t key : keys) {
      auto& each = topic_for(request.topics, partitions[key].topic).partitions.emplace_back();
      each.partition_index = partitions[key].partition;
      each.offset = before.at(partitions[key]);
    }
    return request;
  };
  const auto read = [&](const DeleteRecordsResponse& response, const Keys&, const Settle& settle) {
    for (const auto& topic : response.topics)
      for (const auto& each : topic.partitions) {
        const TopicPartition at{topic.name, each.partition_index};
        const std::size_t key = partitions.number(at);
        if (key < found.size()) found[key] = each.low_watermark;
        settle(key, broker_error(each.error_code, words(at)));
      }
  };
  const auto errors = face_->run(std::make_shared<TypedCall<DeleteRecordsRequest, DeleteRecordsResponse>>(
                                     versions::delete_records, leaders(partitions), make, read),
                                 timeout);
  return partitions.results(errors, std::move(found));
}

}  // namespace mini
