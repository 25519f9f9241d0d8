#pragma once

#include "protocol/wire/message.h"

// OffsetDelete: deletes a group's committed offsets of topics that nobody in it subscribes to.
// Request: the same fields in all versions; never flexible.
// Response: the same fields in all versions; never flexible.
namespace mini::protocol {

struct OffsetDeleteRequest {
  static constexpr MessageInfo info{ApiKey::offset_delete, "OffsetDeleteRequest", range(0, 0)};

  struct OffsetDeleteRequestPartition {
    std::int32_t partition_index = 0;
    UnknownTags unknown_tags;

    static constexpr auto fields() {
      using M = OffsetDeleteRequestPartition;
      return std::tuple{field("partition_index", &M::partition_index)};
    }
    bool operator==(const OffsetDeleteRequestPartition&) const = default;
  };

  struct OffsetDeleteRequestTopic {
    std::string name;
    std::vector<OffsetDeleteRequestPartition> partitions;
    UnknownTags unknown_tags;

    static constexpr auto fields() {
      using M = OffsetDeleteRequestTopic;
      return std::tuple{field("name", &M::name), field("partitions", &M::partitions)};
    }
    bool operator==(const OffsetDeleteRequestTopic&) const = default;
  };

  std::string group_id;
  std::vector<OffsetDeleteRequestTopic> topics;
  UnknownTags unknown_tags;

  static constexpr auto fields() {
    using M = OffsetDeleteRequest;
    return std::tuple{field("group_id", &M::group_id), field("topics", &M::topics)};
  }
  bool operator==(const OffsetDeleteRequest&) const = default;
};

struct OffsetDeleteResponse {
  static constexpr MessageInfo info{ApiKey::offset_delete, "OffsetDeleteResponse", range(0, 0)};

  struct OffsetDeleteResponsePartition {
    std::int32_t partition_index = 0;
    ErrorCode error_code = ErrorCode::none;
    UnknownTags unknown_tags;

    static constexpr auto fields() {
      using M = OffsetDeleteResponsePartition;
      return std::tuple{field("partition_index", &M::partition_index), field("error_code", &M::error_code)};
    }
    bool operator==(const OffsetDeleteResponsePartition&) const = default;
  };

  struct OffsetDeleteResponseTopic {
    std::string name;
    std::vector<OffsetDeleteResponsePartition> partitions;
    UnknownTags unknown_tags;

    static constexpr auto fields() {
      using M = OffsetDeleteResponseTopic;
      return std::tuple{field("name", &M::name), field("partitions", &M::partitions)};
    }
    bool operator==(const OffsetDeleteResponseTopic&) const = default;
  };

  ErrorCode error_code = ErrorCode::none;
  std::int32_t throttle_time_ms = 0;
  std::vector<OffsetDeleteResponseTopic> topics;
  UnknownTags unknown_tags;

  static constexpr auto fields() {
    using M = OffsetDeleteResponse;
    return std::tuple{field("error_code", &M::error_code),
                      field("throttle_time_ms", &M::throttle_time_ms).ignorable(),
                      field("topics", &M::topics)};
  }
  bool operator==(const OffsetDeleteResponse&) const = default;
};

}  // namespace mini::protocol
