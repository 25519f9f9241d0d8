#include "client/cluster/metadata.h"

#include <algorithm>

namespace mini::client {

using protocol::ErrorCode;

void Metadata::apply(const protocol::MetadataResponse& response) {
  std::map<NodeId, BrokerAddress> brokers;
  for (const auto& broker : response.brokers) {
    const bool possible =
        broker.node_id >= 0 && !broker.host.empty() && broker.port > 0 && broker.port <= 65535;
    if (possible && brokers.size() < brokers_max)
      brokers[broker.node_id] = {broker.host, static_cast<std::uint16_t>(broker.port)};
  }
  ++version_;
  if (brokers.empty()) return;  // a broker that is only starting: what was known is better
  brokers_ = std::move(brokers);
  controller_ = response.controller_id;
  cluster_id_ = response.cluster_id.value_or("");
  topics_.clear();
  for (const auto& topic : response.topics) apply_topic(topic);
}

void Metadata::apply_topic(const protocol::MetadataResponse::MetadataResponseTopic& topic) {
  if (!topic.name) return;
  TopicMetadata& known = topics_[*topic.name];
  known = {};
  known.error = topic.error_code;
  known.id = topic.topic_id;
  known.internal = topic.is_internal;
  for (const auto& each : topic.partitions) {
    const NodeId leader = brokers_.contains(each.leader_id) ? each.leader_id : -1;
    known.partitions.push_back({each.partition_index, leader, each.leader_epoch, each.error_code});
  }
  std::sort(known.partitions.begin(), known.partitions.end(),
            [](const auto& a, const auto& b) { return a.id < b.id; });
  for (std::size_t i = 0; i < known.partitions.size(); ++i)
    if (known.partitions[i].id != static_cast<PartitionId>(i)) known.partitions.resize(i);
}

const TopicMetadata* Metadata::topic(std::string_view name) const {
  const auto found = topics_.find(name);
  return found == topics_.end() ? nullptr : &found->second;
}

NodeId Metadata::leader(std::string_view name, PartitionId partition) const {
  const TopicMetadata* known = topic(name);
  if (!known || partition < 0 || static_cast<std::size_t>(partition) >= known->partitions.size()) return -1;
  return known->partitions[static_cast<std::size_t>(partition)].leader;
}

LeaderEpoch Metadata::leader_epoch(std::string_view name, PartitionId partition) const {
  const TopicMetadata* known = topic(name);
  if (!known || partition < 0 || static_cast<std::size_t>(partition) >= known->partitions.size())
    return no_leader_epoch;
  return known->partitions[static_cast<std::size_t>(partition)].leader_epoch;
}

std::int32_t Metadata::partition_count(std::string_view name) const {
  const TopicMetadata* known = topic(name);
  return known ? static_cast<std::int32_t>(known->partitions.size()) : 0;
}

bool Metadata::wants_another_look() const {
  return std::any_of(topics_.begin(), topics_.end(), [](const auto& entry) {
    const TopicMetadata& topic = entry.second;
    if (failed(topic.error)) return protocol::describe(topic.error).retriable;
    return topic.partitions.empty() ||
           std::any_of(topic.partitions.begin(), topic.partitions.end(),
                       [](const PartitionMetadata& each) { return each.leader < 0; });
  });
}

void Metadata::forget_leader(std::string_view name, PartitionId partition) {
  const auto found = topics_.find(name);
  if (found == topics_.end() || partition < 0) return;
  auto& partitions = found->second.partitions;
  if (static_cast<std::size_t>(partition) < partitions.size())
    partitions[static_cast<std::size_t>(partition)].leader = -1;
}

}  // namespace mini::client
