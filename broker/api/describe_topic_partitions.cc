// DescribeTopicPartitions, v0.
// Topics in the order of their names, at most response_partition_limit partitions an answer and never more
// than max.request.partition.size.limit; next_cursor tells where to go on. No topics named means all. Never
// creates a topic.
#include <algorithm>
#include <set>

#include "broker/api/handlers.h"
#include "broker/api/operations.h"
#include "broker/topics/topics.h"
#include "protocol/messages/describe_topic_partitions.h"

namespace mini::broker {

using protocol::DescribeTopicPartitionsRequest;
using protocol::DescribeTopicPartitionsResponse;
using protocol::ErrorCode;
using TopicAnswer = DescribeTopicPartitionsResponse::DescribeTopicPartitionsResponseTopic;

namespace {

std::set<std::string> names_asked(const Services& broker, const DescribeTopicPartitionsRequest& request) {
  std::set<std::string> names;
  for (const auto& topic : request.topics) names.insert(topic.name);
  if (!names.empty()) return names;
  for (const auto& [name, topic] : broker.topics.all()) names.insert(name);
  return names;
}

TopicAnswer describe(const Topic* topic, const std::string& name, PartitionId first, PartitionId last,
                     NodeId node) {
  TopicAnswer answer;
  answer.name = name;
  answer.topic_authorized_operations = topic_operations;
  if (!topic) {
    answer.error_code = why_illegal_topic_name(name).empty() ? ErrorCode::unknown_topic_or_partition
                                                             : ErrorCode::invalid_topic_exception;
    return answer;
  }
  answer.topic_id = topic->id();
  answer.is_internal = topic->internal();
  for (PartitionId id = first; id < last; ++id) {
    auto& partition = answer.partitions.emplace_back();
    partition.partition_index = id;
    partition.leader_id = node;
    partition.leader_epoch = topic->partition(id)->leader_epoch();
    partition.replica_nodes = {node};
    partition.isr_nodes = {node};
    partition.eligible_leader_replicas.emplace();
    partition.last_known_elr.emplace();
  }
  return answer;
}

// A cursor tells where to go on in the topics asked for: at another topic it means nothing.
DescribeTopicPartitionsResponse refused(const std::set<std::string>& names) {
  DescribeTopicPartitionsResponse response;
  for (const std::string& name : names) {
    TopicAnswer& answer = response.topics.emplace_back();
    answer.name = name;
    answer.error_code = ErrorCode::invalid_request;
  }
  return response;
}

}  // namespace

void describe_topic_partitions(Services& broker, const RequestContext&,
                               const DescribeTopicPartitionsRequest& request,
                               Reply<DescribeTopicPartitionsResponse> reply) {
  DescribeTopicPartitionsResponse response;
  PartitionId room =
      std::clamp(request.response_partition_limit, 1, broker.settings.described_partitions_max);
  const std::set<std::string> names = names_asked(broker, request);
  const bool strange_cursor =
      request.cursor && !request.topics.empty() && !names.contains(request.cursor->topic_name);
  if (strange_cursor) return reply.send(refused(names));
  for (const std::string& name : names) {
    const bool before_cursor = request.cursor && name < request.cursor->topic_name;
    if (before_cursor) continue;
    const TopicPtr topic = broker.topics.find(name);
    const PartitionId count = topic ? topic->partition_count() : 0;
    const bool at_cursor = request.cursor && name == request.cursor->topic_name;
    const PartitionId first = at_cursor ? std::clamp(request.cursor->partition_index, 0, count) : 0;
    if (room == 0) {
      response.next_cursor = DescribeTopicPartitionsResponse::Cursor{name, 0, {}};
      break;
    }
    const PartitionId last = std::min(count, first + room);
    response.topics.push_back(describe(topic.get(), name, first, last, broker.settings.node_id));
    room -= last - first;
    if (last == count) continue;
    response.next_cursor = DescribeTopicPartitionsResponse::Cursor{name, 0, {}};
    response.next_cursor->partition_index = last;
    break;
  }
  reply.send(response);
}

}  // namespace mini::broker
