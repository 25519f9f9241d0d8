#pragma once

#include "protocol/wire/message.h"

// Metadata: lists brokers, topics, partitions and their leaders.
// A null list of topics asks for all, an empty one for none (version 1 on); topic ids since 10.
// Request: v4 allow_auto_topic_creation; v8 include_cluster_authorized_operations,
// include_topic_authorized_operations; v10 topic_id; v11 no include_cluster_authorized_operations;
// flexible since 9.
// Response: v1 rack, controller_id, is_internal; v2 cluster_id; v3 throttle_time_ms; v5 offline_replicas;
// v7 leader_epoch; v8 topic_authorized_operations, cluster_authorized_operations; v10 topic_id; v11 no
// cluster_authorized_operations; flexible since 9.
namespace mini::protocol {

struct MetadataRequest {
  static constexpr MessageInfo info{ApiKey::metadata, "MetadataRequest", range(0, 12), since(9)};

  struct MetadataRequestTopic {
    Uuid topic_id;
    std::optional<std::string> name = "";
    UnknownTags unknown_tags;

    static constexpr auto fields() {
      using M = MetadataRequestTopic;
      return std::tuple{field("topic_id", &M::topic_id).in(since(10)).ignorable(),
                        field("name", &M::name).nullable(since(10))};
    }
    bool operator==(const MetadataRequestTopic&) const = default;
  };

  std::optional<std::vector<MetadataRequestTopic>> topics = std::vector<MetadataRequestTopic>{};
  bool allow_auto_topic_creation = true;
  bool include_cluster_authorized_operations = false;
  bool include_topic_authorized_operations = false;
  UnknownTags unknown_tags;

  static constexpr auto fields() {
    using M = MetadataRequest;
    return std::tuple{
        field("topics", &M::topics).nullable(since(1)),
        field("allow_auto_topic_creation", &M::allow_auto_topic_creation).in(since(4)),
        field("include_cluster_authorized_operations", &M::include_cluster_authorized_operations)
            .in(range(8, 10)),
        field("include_topic_authorized_operations", &M::include_topic_authorized_operations).in(since(8))};
  }
  bool operator==(const MetadataRequest&) const = default;
};

struct MetadataResponse {
  static constexpr MessageInfo info{ApiKey::metadata, "MetadataResponse", range(0, 12), since(9)};

  struct MetadataResponseBroker {
    std::int32_t node_id = 0;
    std::string host;
    std::int32_t port = 0;
    std::optional<std::string> rack;
    UnknownTags unknown_tags;

    static constexpr auto fields() {
      using M = MetadataResponseBroker;
      return std::tuple{field("node_id", &M::node_id), field("host", &M::host), field("port", &M::port),
                        field("rack", &M::rack).in(since(1)).nullable(since(1)).ignorable()};
    }
    bool operator==(const MetadataResponseBroker&) const = default;
  };

  struct MetadataResponsePartition {
    ErrorCode error_code = ErrorCode::none;
    std::int32_t partition_index = 0;
    std::int32_t leader_id = 0;
    std::int32_t leader_epoch = -1;
    std::vector<std::int32_t> replica_nodes;
    std::vector<std::int32_t> isr_nodes;
    std::vector<std::int32_t> offline_replicas;
    UnknownTags unknown_tags;

    static constexpr auto fields() {
      using M = MetadataResponsePartition;
      return std::tuple{field("error_code", &M::error_code),
                        field("partition_index", &M::partition_index),
                        field("leader_id", &M::leader_id),
                        field("leader_epoch", &M::leader_epoch).in(since(7)).ignorable(),
                        field("replica_nodes", &M::replica_nodes),
                        field("isr_nodes", &M::isr_nodes),
                        field("offline_replicas", &M::offline_replicas).in(since(5)).ignorable()};
    }
    bool operator==(const MetadataResponsePartition&) const = default;
  };

  struct MetadataResponseTopic {
    ErrorCode error_code = ErrorCode::none;
    std::optional<std::string> name = "";
    Uuid topic_id;
    bool is_internal = false;
    std::vector<MetadataResponsePartition> partitions;
    std::int32_t topic_authorized_operations = std::numeric_limits<std::int32_t>::min();
    UnknownTags unknown_tags;

    static constexpr auto fields() {
      using M = MetadataResponseTopic;
      return std::tuple{field("error_code", &M::error_code),
                        field("name", &M::name).nullable(since(12)),
                        field("topic_id", &M::topic_id).in(since(10)).ignorable(),
                        field("is_internal", &M::is_internal).in(since(1)).ignorable(),
                        field("partitions", &M::partitions),
                        field("topic_authorized_operations", &M::topic_authorized_operations).in(since(8))};
    }
    bool operator==(const MetadataResponseTopic&) const = default;
  };

  std::int32_t throttle_time_ms = 0;
  std::vector<MetadataResponseBroker> brokers;
  std::optional<std::string> cluster_id;
  std::int32_t controller_id = -1;
  std::vector<MetadataResponseTopic> topics;
  std::int32_t cluster_authorized_operations = std::numeric_limits<std::int32_t>::min();
  UnknownTags unknown_tags;

  static constexpr auto fields() {
    using M = MetadataResponse;
    return std::tuple{
        field("throttle_time_ms", &M::throttle_time_ms).in(since(3)).ignorable(),
        field("brokers", &M::brokers),
        field("cluster_id", &M::cluster_id).in(since(2)).nullable(since(2)).ignorable(),
        field("controller_id", &M::controller_id).in(since(1)).ignorable(),
        field("topics", &M::topics),
        field("cluster_authorized_operations", &M::cluster_authorized_operations).in(range(8, 10))};
  }
  bool operator==(const MetadataResponse&) const = default;
};

}  // namespace mini::protocol
