#include "mini/admin.h"

#include <algorithm>

#include "client/runtime/admin_face.h"

namespace mini {
namespace {

using protocol::CreateTopicsRequest;
using protocol::MetadataResponse;

CreateTopicsRequest to_request(const std::vector<NewTopic>& topics, Millis timeout) {
  CreateTopicsRequest request;
  request.timeout_ms = static_cast<std::int32_t>(std::clamp<std::int64_t>(timeout.count(), 0, 60'000));
  for (const NewTopic& topic : topics) {
    auto& each = request.topics.emplace_back();
    each.name = topic.name;
    each.num_partitions = topic.partitions;
    each.replication_factor = topic.replication;
    for (const auto& [name, value] : topic.configs) {
      auto& config = each.configs.emplace_back();
      config.name = name;
      config.value = value;
    }
  }
  return request;
}

TopicInfo to_info(const MetadataResponse::MetadataResponseTopic& topic) {
  TopicInfo info{topic.name.value_or(""),
                 topic.topic_id.is_zero() ? "" : topic.topic_id.to_string(),
                 topic.is_internal,
                 {}};
  for (const auto& each : topic.partitions)
    info.partitions.push_back(
        {each.partition_index, each.leader_id, each.leader_epoch, each.replica_nodes, each.isr_nodes});
  std::sort(info.partitions.begin(), info.partitions.end(),
            [](const auto& a, const auto& b) { return a.id < b.id; });
  return info;
}

}  // namespace

Admin::Admin(const Config& config)
    : face_(std::make_unique<client::AdminFace>(config, client::transport_for(config))) {}
Admin::Admin(Admin&&) noexcept = default;
Admin& Admin::operator=(Admin&&) noexcept = default;
Admin::~Admin() = default;

std::map<std::string, Error> Admin::create_topics(const std::vector<NewTopic>& topics, Millis timeout) {
  std::map<std::string, Error> errors;
  for (const auto& topic : face_->create_topics(to_request(topics, timeout), timeout).topics)
    errors[topic.name] =
        client::broker_error(topic.error_code, "topic " + topic.name +
                                                   (topic.error_message && !topic.error_message->empty()
                                                        ? ": " + *topic.error_message
                                                        : std::string()));
  return errors;
}

std::vector<std::string> Admin::list_topics(bool internal, Millis timeout) {
  std::vector<std::string> names;
  for (const auto& topic : face_->describe(std::nullopt, timeout).topics)
    if (topic.name && (internal || !topic.is_internal)) names.push_back(*topic.name);
  std::sort(names.begin(), names.end());
  return names;
}

PerKey<TopicInfo> Admin::describe_topics(const std::vector<std::string>& names, Millis timeout) {
  PerKey<TopicInfo> infos;
  for (const auto& topic : face_->describe(names, timeout).topics) {
    if (!topic.name) continue;
    if (protocol::failed(topic.error_code))
      infos[*topic.name] = client::broker_error(topic.error_code, "topic " + *topic.name);
    else
      infos[*topic.name] = to_info(topic);
  }
  return infos;
}

ClusterInfo Admin::describe_cluster(Millis timeout) {
  const MetadataResponse response = face_->describe(std::vector<std::string>{}, timeout);
  ClusterInfo info{response.cluster_id.value_or(""), response.controller_id, {}};
  for (const auto& broker : response.brokers)
    info.brokers.push_back({broker.node_id, broker.host, broker.port});
  return info;
}

std::string Admin::last_problem() const { return face_->last_problem(); }

}  // namespace mini
