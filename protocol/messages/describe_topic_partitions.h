#pragma once

#include "protocol/wire/message.h"

// DescribeTopicPartitions: describes topics page by page.
// Request: the same fields in all versions; flexible since 0.
// Response: the same fields in all versions; flexible since 0.
namespace mini::protocol {

struct DescribeTopicPartitionsRequest {
  static constexpr MessageInfo info{ApiKey::describe_topic_partitions, "DescribeTopicPartitionsRequest",
                                    range(0, 0), always};

  struct TopicRequest {
    std::string name;
    UnknownTags unknown_tags;

    static constexpr auto fields() {
      using M = TopicRequest;
      return std::tuple{field("name", &M::name)};
    }
    bool operator==(const TopicRequest&) const = default;
  };

  struct Cursor {
    std::string topic_name;
    std::int32_t partition_index = 0;
    UnknownTags unknown_tags;

    static constexpr auto fields() {
      using M = Cursor;
      return std::tuple{field("topic_name", &M::topic_name), field("partition_index", &M::partition_index)};
    }
    bool operator==(const Cursor&) const = default;
  };

  std::vector<TopicRequest> topics;
  std::int32_t response_partition_limit = 2000;
  std::optional<Cursor> cursor;
  UnknownTags unknown_tags;

  static constexpr auto fields() {
    using M = DescribeTopicPartitionsRequest;
    return std::tuple{field("topics", &M::topics),
                      field("response_partition_limit", &M::response_partition_limit),
                      field("cursor", &M::cursor).nullable()};
  }
  bool operator==(const DescribeTopicPartitionsRequest&) const = default;
};

struct DescribeTopicPartitionsResponse {
  static constexpr MessageInfo info{ApiKey::describe_topic_partitions, "DescribeTopicPartitionsResponse",
                                    range(0, 0), always};

  struct DescribeTopicPartitionsResponsePartition {
    ErrorCode error_code = ErrorCode::none;
    std::int32_t partition_index = 0;
    std::int32_t leader_id = 0;
    std::int32_t leader_epoch = -1;
    std::vector<std::int32_t> replica_nodes;
    std::vector<std::int32_t> isr_nodes;
    std::optional<std::vector<std::int32_t>> eligible_leader_replicas;
    std::optional<std::vector<std::int32_t>> last_known_elr;
    std::vector<std::int32_t> offline_replicas;
    UnknownTags unknown_tags;

    static constexpr auto fields() {
      using M = DescribeTopicPartitionsResponsePartition;
      return std::tuple{field("error_code", &M::error_code),
                        field("partition_index", &M::partition_index),
                        field("leader_id", &M::leader_id),
                        field("leader_epoch", &M::leader_epoch).ignorable(),
                        field("replica_nodes", &M::replica_nodes),
                        field("isr_nodes", &M::isr_nodes),
                        field("eligible_leader_replicas", &M::eligible_leader_replicas).nullable(),
                        field("last_known_elr", &M::last_known_elr).nullable(),
                        field("offline_replicas", &M::offline_replicas).ignorable()};
    }
    bool operator==(const DescribeTopicPartitionsResponsePartition&) const = default;
  };

  struct DescribeTopicPartitionsResponseTopic {
    ErrorCode error_code = ErrorCode::none;
    std::optional<std::string> name = "";
    Uuid topic_id;
    bool is_internal = false;
    std::vector<DescribeTopicPartitionsResponsePartition> partitions;
    std::int32_t topic_authorized_operations = std::numeric_limits<std::int32_t>::min();
    UnknownTags unknown_tags;

    static constexpr auto fields() {
      using M = DescribeTopicPartitionsResponseTopic;
      return std::tuple{field("error_code", &M::error_code),
                        field("name", &M::name).nullable(),
                        field("topic_id", &M::topic_id).ignorable(),
                        field("is_internal", &M::is_internal).ignorable(),
                        field("partitions", &M::partitions),
                        field("topic_authorized_operations", &M::topic_authorized_operations)};
    }
    bool operator==(const DescribeTopicPartitionsResponseTopic&) const = default;
  };

  struct Cursor {
    std::string topic_name;
    std::int32_t partition_index = 0;
    UnknownTags unknown_tags;

    static constexpr auto fields() {
      using M = Cursor;
      return std::tuple{field("topic_name", &M::topic_name), field("partition_index", &M::partition_index)};
    }
    bool operator==(const Cursor&) const = default;
  };

  std::int32_t throttle_time_ms = 0;
  std::vector<DescribeTopicPartitionsResponseTopic> topics;
  std::optional<Cursor> next_cursor;
  UnknownTags unknown_tags;

  static constexpr auto fields() {
    using M = DescribeTopicPartitionsResponse;
    return std::tuple{field("throttle_time_ms", &M::throttle_time_ms).ignorable(),
                      field("topics", &M::topics), field("next_cursor", &M::next_cursor).nullable()};
  }
  bool operator==(const DescribeTopicPartitionsResponse&) const = default;
};

}  // namespace mini::protocol
