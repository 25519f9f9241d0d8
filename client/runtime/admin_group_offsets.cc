#include "client/cluster/versions.h"
#include "client/runtime/admin_face.h"
#include "client/runtime/key_list.h"
#include "protocol/messages/offset_commit.h"
#include "protocol/messages/offset_delete.h"
#include "protocol/messages/offset_fetch.h"

namespace mini {

using namespace client;
using protocol::OffsetCommitRequest;
using protocol::OffsetCommitResponse;
using protocol::OffsetDeleteRequest;
using protocol::OffsetDeleteResponse;
using protocol::OffsetFetchRequest;
using protocol::OffsetFetchResponse;

namespace {

OffsetFetchRequest ask_for_all(const std::string& group, std::int16_t version) {
  OffsetFetchRequest request;
  if (version >= 8) {  // KIP-709
    auto& each = request.groups.emplace_back();
    each.group_id = group;
    each.topics.reset();
  } else {
    request.group_id = group;
    request.topics.reset();
  }
  return request;
}

std::string words(const TopicPartition& partition) {
  return partition.topic + "-" + std::to_string(partition.partition);
}

// Both layouts of the answer name their fields alike.
template <class Topics>
Error take(const Topics& topics, Offsets& offsets) {
  for (const auto& topic : topics)
    for (const auto& each : topic.partitions) {
      const TopicPartition at{topic.name, each.partition_index};
      if (protocol::failed(each.error_code)) return broker_error(each.error_code, words(at));
      if (each.committed_offset >= 0)
        offsets[at] = {each.committed_offset, each.committed_leader_epoch, each.metadata.value_or("")};
    }
  return {};
}

Error take_all(const OffsetFetchResponse& response, const std::string& group, Offsets& offsets) {
  offsets.clear();
  if (protocol::failed(response.error_code)) return broker_error(response.error_code, "group " + group);
  if (response.groups.empty()) return take(response.topics, offsets);
  const auto& first = response.groups.front();
  if (protocol::failed(first.error_code)) return broker_error(first.error_code, "group " + group);
  return take(first.topics, offsets);
}

template <class Topics>
void settle_each(const Topics& topics, const KeyList<TopicPartition>& partitions, const Settle& settle) {
  for (const auto& topic : topics)
    for (const auto& each : topic.partitions) {
      const TopicPartition at{topic.name, each.partition_index};
      settle(partitions.number(at), broker_error(each.error_code, words(at)));
    }
}

}  // namespace

Offsets Admin::list_group_offsets(const std::string& group, Millis timeout) {
  Offsets offsets;
  const auto make = [&](const Keys&, std::int16_t version) { return ask_for_all(group, version); };
  const auto read = [&](const OffsetFetchResponse& response, const Keys& keys, const Settle& settle) {
    settle(keys.front(), take_all(response, group, offsets));
  };
  const auto errors =
      face_->run(std::make_shared<TypedCall<OffsetFetchRequest, OffsetFetchResponse>>(
                     versions::offset_fetch_all, std::vector{Target::coordinator_of(group)}, make, read),
                 timeout);
  if (errors.front()) throw KafkaError(errors.front());
  return offsets;
}

std::map<TopicPartition, Error> Admin::alter_group_offsets(const std::string& group, const Offsets& offsets,
                                                           Millis timeout) {
  const KeyList<TopicPartition> partitions(offsets);
  const auto make = [&](const Keys& keys, std::int16_t) {
    OffsetCommitRequest request;
    request.group_id = group;
    for (const std::size_t key : keys) {
      const OffsetAndMetadata& offset = offsets.at(partitions[key]);
      auto& each = topic_for(request.topics, partitions[key].topic).partitions.emplace_back();
      each.partition_index = partitions[key].partition;
      each.committed_offset = offset.offset;
      each.committed_leader_epoch = offset.leader_epoch;
      each.committed_metadata = offset.metadata;
    }
    return request;
  };
  const auto read = [&](const OffsetCommitResponse& response, const Keys&, const Settle& settle) {
    settle_each(response.topics, partitions, settle);
  };
  return partitions.errors(
      face_->run(std::make_shared<TypedCall<OffsetCommitRequest, OffsetCommitResponse>>(
                     versions::offset_commit, partitions.all(Target::coordinator_of(group)), make, read),
                 timeout));
}

std::map<TopicPartition, Error> Admin::delete_group_offsets(const std::string& group,
                                                            const std::vector<TopicPartition>& wanted,
                                                            Millis timeout) {
  const KeyList<TopicPartition> partitions(wanted);
  const auto make = [&](const Keys& keys, std::int16_t) {
    OffsetDeleteRequest request;
    request.group_id = group;
    for (const std::size_t key : keys)
      topic_for(request.topics, partitions[key].topic).partitions.emplace_back().partition_index =
          partitions[key].partition;
    return request;
  };
  const auto read = [&](const OffsetDeleteResponse& response, const Keys& keys, const Settle& settle) {
    const Error whole = broker_error(response.error_code, "group " + group);
    for (std::size_t i = 0; whole && i < keys.size(); ++i) settle(keys[i], whole);
    if (!whole) settle_each(response.topics, partitions, settle);
  };
  return partitions.errors(
      face_->run(std::make_shared<TypedCall<OffsetDeleteRequest, OffsetDeleteResponse>>(
                     versions::offset_delete, partitions.all(Target::coordinator_of(group)), make, read),
                 timeout));
}

}  // namespace mini
