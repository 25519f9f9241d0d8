#pragma once

#include <map>
#include <string>
#include <vector>

#include "protocol/error_code.h"
#include "protocol/messages/metadata.h"

// What is known about the cluster: its brokers, and the partitions of the topics that were asked for. Made
// from a Metadata answer; what such an answer may not say (a port out of range, a leader that is no broker)
// is left out.
namespace mini::client {

inline constexpr std::size_t brokers_max = 10'000;

struct BrokerAddress {
  std::string host;
  std::uint16_t port = 0;
  bool operator==(const BrokerAddress&) const = default;
};

struct PartitionMetadata {
  PartitionId id = 0;
  NodeId leader = -1;  // -1: none known
  LeaderEpoch leader_epoch = no_leader_epoch;
  protocol::ErrorCode error = protocol::ErrorCode::none;
};

struct TopicMetadata {
  protocol::ErrorCode error = protocol::ErrorCode::none;
  Uuid id;
  bool internal = false;
  std::vector<PartitionMetadata> partitions;  // dense: partitions[i].id == i

  bool usable() const { return !protocol::failed(error) && !partitions.empty(); }
};

class Metadata {
 public:
  void apply(const protocol::MetadataResponse& response);

  const TopicMetadata* topic(std::string_view name) const;
  const std::map<std::string, TopicMetadata, std::less<>>& topics() const { return topics_; }
  // -1 where nothing is known, or no broker leads it at the moment.
  NodeId leader(std::string_view topic, PartitionId partition) const;
  LeaderEpoch leader_epoch(std::string_view topic, PartitionId partition) const;
  std::int32_t partition_count(std::string_view topic) const;  // zero where it is unknown

  const std::map<NodeId, BrokerAddress>& brokers() const { return brokers_; }
  NodeId controller() const { return controller_; }
  const std::string& cluster_id() const { return cluster_id_; }
  std::uint64_t version() const { return version_; }  // grows with every answer
  // Something asked for is missing that may well come by itself: an election, a creation under way.
  bool wants_another_look() const;
  void forget_leader(std::string_view topic, PartitionId partition);

 private:
  void apply_topic(const protocol::MetadataResponse::MetadataResponseTopic& topic);

  std::map<NodeId, BrokerAddress> brokers_;
  std::map<std::string, TopicMetadata, std::less<>> topics_;
  NodeId controller_ = -1;
  std::string cluster_id_;
  std::uint64_t version_ = 0;
};

}  // namespace mini::client
