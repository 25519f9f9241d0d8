#pragma once

#include "protocol/wire/message.h"

// CreatePartitions: adds partitions to topics.
// Request: the same fields in all versions; flexible since 2.
// Response: the same fields in all versions; flexible since 2.
namespace mini::protocol {

struct CreatePartitionsRequest {
  static constexpr MessageInfo info{ApiKey::create_partitions, "CreatePartitionsRequest", range(0, 3),
                                    since(2)};

  struct CreatePartitionsAssignment {
    std::vector<std::int32_t> broker_ids;
    UnknownTags unknown_tags;

    static constexpr auto fields() {
      using M = CreatePartitionsAssignment;
      return std::tuple{field("broker_ids", &M::broker_ids)};
    }
    bool operator==(const CreatePartitionsAssignment&) const = default;
  };

  struct CreatePartitionsTopic {
    std::string name;
    std::int32_t count = 0;
    std::optional<std::vector<CreatePartitionsAssignment>> assignments =
        std::vector<CreatePartitionsAssignment>{};
    UnknownTags unknown_tags;

    static constexpr auto fields() {
      using M = CreatePartitionsTopic;
      return std::tuple{field("name", &M::name), field("count", &M::count),
                        field("assignments", &M::assignments).nullable()};
    }
    bool operator==(const CreatePartitionsTopic&) const = default;
  };

  std::vector<CreatePartitionsTopic> topics;
  std::int32_t timeout_ms = 0;
  bool validate_only = false;
  UnknownTags unknown_tags;

  static constexpr auto fields() {
    using M = CreatePartitionsRequest;
    return std::tuple{field("topics", &M::topics), field("timeout_ms", &M::timeout_ms),
                      field("validate_only", &M::validate_only)};
  }
  bool operator==(const CreatePartitionsRequest&) const = default;
};

struct CreatePartitionsResponse {
  static constexpr MessageInfo info{ApiKey::create_partitions, "CreatePartitionsResponse", range(0, 3),
                                    since(2)};

  struct CreatePartitionsTopicResult {
    std::string name;
    ErrorCode error_code = ErrorCode::none;
    std::optional<std::string> error_message;
    UnknownTags unknown_tags;

    static constexpr auto fields() {
      using M = CreatePartitionsTopicResult;
      return std::tuple{field("name", &M::name), field("error_code", &M::error_code),
                        field("error_message", &M::error_message).nullable()};
    }
    bool operator==(const CreatePartitionsTopicResult&) const = default;
  };

  std::int32_t throttle_time_ms = 0;
  std::vector<CreatePartitionsTopicResult> results;
  UnknownTags unknown_tags;

  static constexpr auto fields() {
    using M = CreatePartitionsResponse;
    return std::tuple{field("throttle_time_ms", &M::throttle_time_ms), field("results", &M::results)};
  }
  bool operator==(const CreatePartitionsResponse&) const = default;
};

}  // namespace mini::protocol
