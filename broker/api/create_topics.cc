// CreateTopics, v0-7.
// One topic's error does not spoil the others. When the answer arrives the topic has a leader: timeout_ms is
// ignored. Not emulated: more than one replica.
#include <map>

#include "broker/api/handlers.h"
#include "broker/api/named.h"
#include "broker/api/replica_assignment.h"
#include "broker/config/describe.h"
#include "broker/topics/topics.h"
#include "protocol/messages/create_topics.h"

namespace mini::broker {

using protocol::CreateTopicsRequest;
using protocol::CreateTopicsResponse;
using protocol::ErrorCode;
using Asked = CreateTopicsRequest::CreatableTopic;
using Answer = CreateTopicsResponse::CreatableTopicResult;

namespace {

constexpr std::int32_t broker_default = -1;  // KIP-464

struct Problem {
  ErrorCode error = ErrorCode::none;
  std::string message;
};

Answer refused(const Asked& asked, const Problem& problem) {
  Answer answer;
  answer.name = asked.name;
  answer.error_code = problem.error;
  answer.error_message = problem.message;
  return answer;
}

Problem check_replicas(const Asked& asked, NodeId node) {
  if (!asked.assignments.empty()) {
    const bool counts_too =
        asked.num_partitions != broker_default || asked.replication_factor != broker_default;
    if (counts_too)
      return {ErrorCode::invalid_request, "Give either replica assignments or counts (-1 and -1), not both."};
    std::map<PartitionId, std::vector<NodeId>> replicas;
    for (const auto& each : asked.assignments) replicas[each.partition_index] = each.broker_ids;
    if (replicas.size() != asked.assignments.size())
      return {ErrorCode::invalid_replica_assignment, "A partition is assigned twice."};
    const std::string why = why_bad_assignment(replicas, node);
    if (!why.empty()) return {ErrorCode::invalid_replica_assignment, why};
    return {};
  }
  if (asked.num_partitions != broker_default && asked.num_partitions <= 0)
    return {ErrorCode::invalid_partitions,
            "The number of partitions must be larger than 0, or -1 for the default."};
  if (asked.replication_factor != broker_default && asked.replication_factor != 1)
    return {ErrorCode::invalid_replication_factor,
            "The replication factor must be 1, or -1 for the default: there is one broker."};
  return {};
}

Problem read_configs(const Asked& asked, TopicConfig& config) {
  for (const auto& entry : asked.configs) {
    if (const auto error = config.set(entry.name, entry.value)) return {ErrorCode::invalid_config, *error};
  }
  return {};
}

std::vector<CreateTopicsResponse::CreatableTopicConfigs> described(const TopicConfig& config) {
  std::vector<CreateTopicsResponse::CreatableTopicConfigs> lines;
  for (const ConfigEntry& entry : describe_topic(config)) {
    auto& line = lines.emplace_back();
    line.name = entry.name;
    line.value = entry.value;
    line.read_only = entry.read_only;
    line.config_source = static_cast<std::int8_t>(entry.source);
    line.is_sensitive = entry.sensitive;
  }
  return lines;
}

std::size_t bytes_of(const Answer& answer) {  // about, with its texts
  const std::size_t lines = answer.configs ? answer.configs->size() : 0;
  return 2 * (sizeof(Answer) + lines * sizeof(CreateTopicsResponse::CreatableTopicConfigs));
}

Answer create_one(Services& broker, const Asked& asked, bool validate_only) {
  TopicConfig config(broker.config);
  Topics::NewTopic topic{asked.name, asked.num_partitions, config};
  if (asked.num_partitions == broker_default) topic.partitions = broker.settings.num_partitions;
  if (!asked.assignments.empty()) topic.partitions = static_cast<PartitionId>(asked.assignments.size());
  if (const std::string why = why_illegal_topic_name(asked.name); !why.empty())
    return refused(asked, {ErrorCode::invalid_topic_exception, why});
  if (broker.topics.find(asked.name))
    return refused(asked, {ErrorCode::topic_already_exists, "Topic '" + asked.name + "' already exists."});
  if (const Problem problem = read_configs(asked, config); failed(problem.error))
    return refused(asked, problem);
  if (const Problem problem = check_replicas(asked, broker.settings.node_id); failed(problem.error))
    return refused(asked, problem);
  topic.config = config;
  const auto created = validate_only ? broker.topics.check(topic) : broker.topics.create(topic);
  if (failed(created.error)) return refused(asked, {created.error, created.message});
  Answer answer;
  answer.name = asked.name;
  answer.error_message.reset();
  if (created.topic) answer.topic_id = created.topic->id();
  answer.num_partitions = topic.partitions;
  answer.replication_factor = 1;
  answer.configs = described(config);
  return answer;
}

}  // namespace

void create_topics(Services& broker, const RequestContext&, const CreateTopicsRequest& request,
                   Reply<CreateTopicsResponse> reply) {
  Named<std::string_view> named;
  for (const Asked& asked : request.topics) named.add(asked.name);
  CreateTopicsResponse response;
  std::size_t bytes = 0;
  for (const Asked& asked : request.topics) {
    if (!named.answer_due(asked.name)) continue;
    response.topics.push_back(
        named.twice(asked.name)
            ? refused(asked, {ErrorCode::invalid_request, "The request names this topic more than once."})
            : create_one(broker, asked, request.validate_only));
    bytes += bytes_of(response.topics.back());
    if (!reply.has_room_for(bytes)) return;
  }
  reply.send(response);
}

}  // namespace mini::broker
