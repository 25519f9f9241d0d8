// OffsetCommit, v2-9.
// Stores positions for a member of the group, or for anyone while the group has no members. Offsets are taken
// as they are, also outside the log. The empty group id is allowed, as in Kafka. Past mini.memory.limit a
// partition's first commit, or longer metadata, is COORDINATOR_NOT_AVAILABLE.
// Versions 2-4 may name a retention of their own, which is honoured (-1: offsets.retention.minutes).
#include "protocol/messages/offset_commit.h"
#include "broker/api/handlers.h"
#include "broker/groups/group_registry.h"
#include "broker/topics/topics.h"

namespace mini::broker {

using protocol::ErrorCode;
using protocol::OffsetCommitRequest;
using protocol::OffsetCommitResponse;

namespace {

CommitInput input_of(const OffsetCommitRequest& request, std::int16_t version) {
  const bool knows_unknown_groups = version >= 9;  // KIP-848
  CommitInput input;
  input.group_id = request.group_id;
  input.member = {request.member_id, request.group_instance_id, request.generation_id_or_member_epoch};
  input.retention_time_ms = request.retention_time_ms;
  if (knows_unknown_groups) input.unknown_group = ErrorCode::group_id_not_found;
  return input;
}

bool exists(const Topics& topics, const std::string& topic, PartitionId partition) {
  const auto found = topics.find(topic);
  return found && found->has_partition(partition);
}

// An answer for every partition, in order; those that `take` accepts are none for now.
template <class Take>
OffsetCommitResponse answer_each(const OffsetCommitRequest& request, Take take) {
  OffsetCommitResponse response;
  for (const auto& topic : request.topics) {
    auto& answer = response.topics.emplace_back();
    answer.name = topic.name;
    for (const auto& partition : topic.partitions) {
      auto& one = answer.partitions.emplace_back();
      one.partition_index = partition.partition_index;
      one.error_code = take(topic, partition);
    }
  }
  return response;
}

void put(OffsetCommitResponse& response, const std::vector<ErrorCode>& errors) {
  auto next = errors.begin();
  for (auto& topic : response.topics)
    for (auto& partition : topic.partitions)
      if (!failed(partition.error_code)) partition.error_code = *next++;
}

}  // namespace

void offset_commit(Services& broker, const RequestContext& context, const OffsetCommitRequest& request,
                   Reply<OffsetCommitResponse> reply) {
  CommitInput input = input_of(request, context.version);
  OffsetCommitResponse response = answer_each(request, [&](const auto& topic, const auto& partition) {
    if (!exists(broker.topics, topic.name, partition.partition_index))
      return ErrorCode::unknown_topic_or_partition;
    input.offsets.push_back({topic.name, partition.partition_index, partition.committed_offset,
                             partition.committed_leader_epoch, partition.committed_metadata.value_or("")});
    return ErrorCode::none;
  });
  if (!input.offsets.empty()) put(response, broker.groups.commit(input, broker.now));
  reply.send(response);
}

}  // namespace mini::broker
