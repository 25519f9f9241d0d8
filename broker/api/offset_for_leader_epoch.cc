// OffsetForLeaderEpoch, v2-4.
// Gives the end offset of the greatest epoch not above the one asked for (KIP-320).
// Not emulated: replicas. replica_id is read and ignored.
#include "protocol/messages/offset_for_leader_epoch.h"
#include "broker/api/handlers.h"
#include "broker/topics/topics.h"

namespace mini::broker {

using protocol::ErrorCode;
using protocol::OffsetForLeaderEpochRequest;
using protocol::OffsetForLeaderEpochResponse;

void offset_for_leader_epoch(Services& broker, const RequestContext&,
                             const OffsetForLeaderEpochRequest& request,
                             Reply<OffsetForLeaderEpochResponse> reply) {
  OffsetForLeaderEpochResponse response;
  for (const auto& asked : request.topics) {
    auto& topic_answer = response.topics.emplace_back();
    topic_answer.topic = asked.topic;
    const TopicPtr topic = broker.topics.find(asked.topic);
    for (const auto& wanted : asked.partitions) {
      auto& answer = topic_answer.partitions.emplace_back();
      answer.partition = wanted.partition;
      const Partition* partition = topic ? topic->partition(wanted.partition) : nullptr;
      answer.error_code = partition ? check_leader_epoch(*partition, wanted.current_leader_epoch)
                                    : ErrorCode::unknown_topic_or_partition;
      if (failed(answer.error_code)) continue;
      const EpochEnd end = partition->log().end_of_epoch(wanted.leader_epoch);
      answer.leader_epoch = end.leader_epoch;
      answer.end_offset = end.end_offset;
    }
  }
  reply.send(response);
}

}  // namespace mini::broker
