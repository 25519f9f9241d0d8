#pragma once

#include "protocol/wire/message.h"

// CreateTopics: creates topics.
// Request: v1 validate_only; flexible since 5.
// Response: v1 error_message; v2 throttle_time_ms; v5 topic_config_error_code, num_partitions,
// replication_factor, configs; v7 topic_id; flexible since 5.
namespace mini::protocol {

struct CreateTopicsRequest {
  static constexpr MessageInfo info{ApiKey::create_topics, "CreateTopicsRequest", range(0, 7), since(5)};

  struct CreatableReplicaAssignment {
    std::int32_t partition_index = 0;
    std::vector<std::int32_t> broker_ids;
    UnknownTags unknown_tags;

    static constexpr auto fields() {
      using M = CreatableReplicaAssignment;
      return std::tuple{field("partition_index", &M::partition_index), field("broker_ids", &M::broker_ids)};
    }
    bool operator==(const CreatableReplicaAssignment&) const = default;
  };

  struct CreatableTopicConfig {
    std::string name;
    std::optional<std::string> value = "";
    UnknownTags unknown_tags;

    static constexpr auto fields() {
      using M = CreatableTopicConfig;
      return std::tuple{field("name", &M::name), field("value", &M::value).nullable()};
    }
    bool operator==(const CreatableTopicConfig&) const = default;
  };

  struct CreatableTopic {
    std::string name;
    std::int32_t num_partitions = 0;
    std::int16_t replication_factor = 0;
    std::vector<CreatableReplicaAssignment> assignments;
    std::vector<CreatableTopicConfig> configs;
    UnknownTags unknown_tags;

    static constexpr auto fields() {
      using M = CreatableTopic;
      return std::tuple{field("name", &M::name), field("num_partitions", &M::num_partitions),
                        field("replication_factor", &M::replication_factor),
                        field("assignments", &M::assignments), field("configs", &M::configs)};
    }
    bool operator==(const CreatableTopic&) const = default;
  };

  std::vector<CreatableTopic> topics;
  std::int32_t timeout_ms = 60000;
  bool validate_only = false;
  UnknownTags unknown_tags;

  static constexpr auto fields() {
    using M = CreateTopicsRequest;
    return std::tuple{field("topics", &M::topics), field("timeout_ms", &M::timeout_ms),
                      field("validate_only", &M::validate_only).in(since(1))};
  }
  bool operator==(const CreateTopicsRequest&) const = default;
};

struct CreateTopicsResponse {
  static constexpr MessageInfo info{ApiKey::create_topics, "CreateTopicsResponse", range(0, 7), since(5)};

  struct CreatableTopicConfigs {
    std::string name;
    std::optional<std::string> value = "";
    bool read_only = false;
    std::int8_t config_source = -1;
    bool is_sensitive = false;
    UnknownTags unknown_tags;

    static constexpr auto fields() {
      using M = CreatableTopicConfigs;
      return std::tuple{field("name", &M::name).in(since(5)),
                        field("value", &M::value).in(since(5)).nullable(since(5)),
                        field("read_only", &M::read_only).in(since(5)),
                        field("config_source", &M::config_source).in(since(5)).ignorable(),
                        field("is_sensitive", &M::is_sensitive).in(since(5))};
    }
    bool operator==(const CreatableTopicConfigs&) const = default;
  };

  struct CreatableTopicResult {
    std::string name;
    Uuid topic_id;
    ErrorCode error_code = ErrorCode::none;
    std::optional<std::string> error_message = "";
    std::int16_t topic_config_error_code = 0;
    std::int32_t num_partitions = -1;
    std::int16_t replication_factor = -1;
    std::optional<std::vector<CreatableTopicConfigs>> configs = std::vector<CreatableTopicConfigs>{};
    UnknownTags unknown_tags;

    static constexpr auto fields() {
      using M = CreatableTopicResult;
      return std::tuple{field("name", &M::name),
                        field("topic_id", &M::topic_id).in(since(7)).ignorable(),
                        field("error_code", &M::error_code),
                        field("error_message", &M::error_message).in(since(1)).nullable().ignorable(),
                        field("topic_config_error_code", &M::topic_config_error_code)
                            .in(since(5))
                            .as_tag(0, since(5))
                            .ignorable(),
                        field("num_partitions", &M::num_partitions).in(since(5)).ignorable(),
                        field("replication_factor", &M::replication_factor).in(since(5)).ignorable(),
                        field("configs", &M::configs).in(since(5)).nullable(since(5)).ignorable()};
    }
    bool operator==(const CreatableTopicResult&) const = default;
  };

  std::int32_t throttle_time_ms = 0;
  std::vector<CreatableTopicResult> topics;
  UnknownTags unknown_tags;

  static constexpr auto fields() {
    using M = CreateTopicsResponse;
    return std::tuple{field("throttle_time_ms", &M::throttle_time_ms).in(since(2)).ignorable(),
                      field("topics", &M::topics)};
  }
  bool operator==(const CreateTopicsResponse&) const = default;
};

}  // namespace mini::protocol
