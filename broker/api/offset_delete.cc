// OffsetDelete, v0.
// Deletes committed offsets of topics that no member of the group subscribes to. While the members are not of
// protocol type "consumer" it cannot be known what they read, and nothing is deleted (NON_EMPTY_GROUP).
#include "protocol/messages/offset_delete.h"
#include "broker/api/handlers.h"
#include "broker/groups/group_registry.h"
#include "broker/topics/topics.h"

namespace mini::broker {

using protocol::ErrorCode;
using protocol::OffsetDeleteRequest;
using protocol::OffsetDeleteResponse;

void offset_delete(Services& broker, const RequestContext&, const OffsetDeleteRequest& request,
                   Reply<OffsetDeleteResponse> reply) {
  std::vector<TopicPartition> which;
  for (const auto& topic : request.topics)
    for (const auto& partition : topic.partitions) which.push_back({topic.name, partition.partition_index});

  OffsetDeleteResponse response;
  const auto deleted = broker.groups.delete_offsets(request.group_id, which);
  response.error_code = deleted.error;
  if (failed(deleted.error)) return reply.send(response);
  auto error = deleted.each.begin();
  for (const auto& topic : request.topics) {
    const TopicPtr found = broker.topics.find(topic.name);
    auto& answer = response.topics.emplace_back();
    answer.name = topic.name;
    for (const auto& partition : topic.partitions) {
      auto& one = answer.partitions.emplace_back();
      one.partition_index = partition.partition_index;
      const bool known = found && found->has_partition(partition.partition_index);
      one.error_code = known ? *error : ErrorCode::unknown_topic_or_partition;
      ++error;
    }
  }
  reply.send(response);
}

}  // namespace mini::broker
