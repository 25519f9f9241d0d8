// Metadata, v0-12.
// A null list asks for all topics and creates none; an empty one asks for none (version 0: for all). A named
// topic that is missing is created where request and broker allow it: this answer still says
// UNKNOWN_TOPIC_OR_PARTITION, as Apache Kafka's does, and the next one has it. Not emulated: replicas. Every
// partition has this node as leader, replica and in-sync replica.
#include "protocol/messages/metadata.h"
#include <algorithm>

#include "broker/api/handlers.h"
#include "broker/api/named.h"
#include "broker/api/operations.h"
#include "broker/topics/topics.h"

namespace mini::broker {

using protocol::ErrorCode;
using protocol::MetadataRequest;
using protocol::MetadataResponse;
using TopicAnswer = MetadataResponse::MetadataResponseTopic;

namespace {

class Describing {
 public:
  Describing(Services& broker, const RequestContext& context, const MetadataRequest& request)
      : broker_(broker), context_(context), request_(request) {}

  std::vector<TopicAnswer> topics() {
    std::vector<TopicAnswer> answers;
    const bool empty_means_all = context_.version == 0;
    if (!request_.topics || (empty_means_all && request_.topics->empty())) {
      for (const auto& [name, topic] : broker_.topics.all()) answers.push_back(describe(*topic));
      return answers;
    }
    Once<std::pair<std::string, Uuid>> once;
    for (const Asked& asked : *request_.topics) {
      if (once.first({asked.name.value_or(""), asked.topic_id})) answers.push_back(find(asked));
    }
    return answers;
  }

  // Versions 10 and 11 carry topic ids, but cannot answer without a name: then no topic is looked at.
  bool asks_too_early_by_id() const {
    if (context_.version >= 12 || !request_.topics) return false;
    return std::any_of(request_.topics->begin(), request_.topics->end(),
                       [](const Asked& asked) { return !asked.name || !asked.topic_id.is_zero(); });
  }

  std::vector<TopicAnswer> refuse_all() const {
    std::vector<TopicAnswer> answers;
    for (const Asked& asked : *request_.topics) {
      answers.push_back(refused(asked.name.value_or(""), ErrorCode::invalid_request));
      answers.back().topic_id = asked.topic_id;
    }
    return answers;
  }

 private:
  using Asked = MetadataRequest::MetadataRequestTopic;

  TopicAnswer find(const Asked& asked) {
    const bool by_id = !asked.topic_id.is_zero();
    if (by_id) {
      const TopicPtr topic = broker_.topics.find(asked.topic_id);
      if (topic) return describe(*topic);
      TopicAnswer answer = refused(std::nullopt, ErrorCode::unknown_topic_id);
      answer.topic_id = asked.topic_id;
      return answer;
    }
    if (!asked.name) return refused(asked.name, ErrorCode::invalid_request);
    if (const TopicPtr topic = broker_.topics.find(*asked.name)) return describe(*topic);
    return missing(*asked.name);
  }

  TopicAnswer missing(const std::string& name) {
    if (!why_illegal_topic_name(name).empty()) return refused(name, ErrorCode::invalid_topic_exception);
    if (request_.allow_auto_topic_creation && broker_.settings.auto_create_topics) {
      const auto created = broker_.topics.create(
          {name, broker_.settings.num_partitions, TopicConfig(broker_.config), "auto-created"});
      const bool never_possible = created.error == ErrorCode::invalid_topic_exception;
      if (never_possible) return refused(name, created.error);
    }
    return refused(name, ErrorCode::unknown_topic_or_partition);
  }

  TopicAnswer describe(const Topic& topic) const {
    TopicAnswer answer;
    answer.name = topic.name();
    answer.topic_id = topic.id();
    answer.is_internal = topic.internal();
    if (request_.include_topic_authorized_operations) answer.topic_authorized_operations = topic_operations;
    answer.partitions.resize(static_cast<std::size_t>(topic.partition_count()));
    for (PartitionId id = 0; id < topic.partition_count(); ++id) {
      auto& partition = answer.partitions[static_cast<std::size_t>(id)];
      partition.partition_index = id;
      partition.leader_id = broker_.settings.node_id;
      partition.leader_epoch = topic.partition(id)->leader_epoch();
      partition.replica_nodes = {broker_.settings.node_id};
      partition.isr_nodes = {broker_.settings.node_id};
    }
    return answer;
  }

  static TopicAnswer refused(const std::optional<std::string>& name, ErrorCode error) {
    TopicAnswer answer;
    answer.name = name;
    answer.error_code = error;
    return answer;
  }

  Services& broker_;
  const RequestContext& context_;
  const MetadataRequest& request_;
};

}  // namespace

void metadata(Services& broker, const RequestContext& context, const MetadataRequest& request,
              Reply<MetadataResponse> reply) {
  MetadataResponse response;
  Describing describing(broker, context, request);
  if (describing.asks_too_early_by_id()) {
    response.topics = describing.refuse_all();
    return reply.send(response);
  }
  const Endpoint endpoint = advertised(broker, context.origin);
  auto& self = response.brokers.emplace_back();
  self.node_id = broker.settings.node_id;
  self.host = endpoint.host;
  self.port = endpoint.port;
  if (!broker.settings.rack.empty()) self.rack = broker.settings.rack;
  response.cluster_id = broker.cluster_id;
  response.controller_id = broker.settings.node_id;
  if (request.include_cluster_authorized_operations)
    response.cluster_authorized_operations = cluster_operations;
  response.topics = describing.topics();
  reply.send(response);
}

}  // namespace mini::broker
