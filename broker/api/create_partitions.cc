// CreatePartitions, v0-3.
// A topic only grows. New partitions accept writes at once. timeout_ms is ignored.
#include <map>

#include "broker/api/handlers.h"
#include "broker/api/named.h"
#include "broker/api/replica_assignment.h"
#include "broker/topics/topics.h"
#include "protocol/messages/create_partitions.h"

namespace mini::broker {

using protocol::CreatePartitionsRequest;
using protocol::CreatePartitionsResponse;
using protocol::ErrorCode;
using Asked = CreatePartitionsRequest::CreatePartitionsTopic;
using Answer = CreatePartitionsResponse::CreatePartitionsTopicResult;

namespace {

Answer answer_to(const Asked& asked, ErrorCode error, std::string message = "") {
  Answer answer;
  answer.name = asked.name;
  answer.error_code = error;
  if (failed(error)) answer.error_message = message.empty() ? std::string(describe(error).message) : message;
  return answer;
}

std::string why_bad_assignments(const Asked& asked, const Topic& topic, NodeId node) {
  if (!asked.assignments) return "";
  if (static_cast<PartitionId>(asked.assignments->size()) != asked.count - topic.partition_count())
    return "There must be one assignment for each new partition.";
  std::map<PartitionId, std::vector<NodeId>> replicas;
  PartitionId next = topic.partition_count();
  for (const auto& each : *asked.assignments) replicas[next++] = each.broker_ids;
  return why_bad_assignment(replicas, node, topic.partition_count());
}

Answer grow_one(Services& broker, const Asked& asked, bool validate_only) {
  const TopicPtr topic = broker.topics.find(asked.name);
  if (!topic) return answer_to(asked, ErrorCode::unknown_topic_or_partition);
  if (const auto refused = broker.topics.check_growth(*topic, asked.count); failed(refused.error))
    return answer_to(asked, refused.error, refused.message);
  if (const std::string why = why_bad_assignments(asked, *topic, broker.settings.node_id); !why.empty())
    return answer_to(asked, ErrorCode::invalid_replica_assignment, why);
  if (!validate_only) broker.topics.grow(*topic, asked.count);
  return answer_to(asked, ErrorCode::none);
}

}  // namespace

void create_partitions(Services& broker, const RequestContext&, const CreatePartitionsRequest& request,
                       Reply<CreatePartitionsResponse> reply) {
  Named<std::string_view> named;
  for (const Asked& asked : request.topics) named.add(asked.name);
  CreatePartitionsResponse response;
  for (const Asked& asked : request.topics) {
    if (!named.answer_due(asked.name)) continue;
    response.results.push_back(named.twice(asked.name) ? answer_to(asked, ErrorCode::invalid_request)
                                                       : grow_one(broker, asked, request.validate_only));
  }
  reply.send(response);
}

}  // namespace mini::broker
