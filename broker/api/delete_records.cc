// DeleteRecords, v0-2.
// Offset -1 means up to the high watermark. The new low watermark is exact, also in the middle of a batch.
#include "protocol/messages/delete_records.h"
#include "broker/api/handlers.h"
#include "broker/topics/topics.h"

namespace mini::broker {

using protocol::DeleteRecordsRequest;
using protocol::DeleteRecordsResponse;
using protocol::ErrorCode;
using Answer = DeleteRecordsResponse::DeleteRecordsPartitionResult;

namespace {

constexpr Offset up_to_high_watermark = -1;

ErrorCode delete_from(std::string_view name, const Topic* topic, PartitionId id, Offset offset) {
  if (is_internal_topic(name)) return ErrorCode::invalid_topic_exception;
  Partition* partition = topic ? topic->partition(id) : nullptr;
  if (!partition) return ErrorCode::unknown_topic_or_partition;
  if (!topic->settings().cleanup_delete) return ErrorCode::policy_violation;
  const Offset target = offset == up_to_high_watermark ? partition->high_watermark() : offset;
  if (target < 0 || target > partition->high_watermark()) return ErrorCode::offset_out_of_range;
  partition->delete_before(target);
  return ErrorCode::none;
}

}  // namespace

void delete_records(Services& broker, const RequestContext&, const DeleteRecordsRequest& request,
                    Reply<DeleteRecordsResponse> reply) {
  DeleteRecordsResponse response;
  for (const auto& asked : request.topics) {
    auto& topic_answer = response.topics.emplace_back();
    topic_answer.name = asked.name;
    const TopicPtr topic = broker.topics.find(asked.name);
    for (const auto& partition : asked.partitions) {
      Answer& answer = topic_answer.partitions.emplace_back();
      answer.partition_index = partition.partition_index;
      answer.error_code = delete_from(asked.name, topic.get(), partition.partition_index, partition.offset);
      answer.low_watermark = failed(answer.error_code)
                                 ? no_offset
                                 : topic->partition(partition.partition_index)->log_start_offset();
    }
  }
  reply.send(response);
}

}  // namespace mini::broker
