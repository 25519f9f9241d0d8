#pragma once

#include "protocol/wire/message.h"

// ListOffsets: finds offsets by time, and the ends of partitions.
// Special timestamps: -1 latest, -2 earliest, -3 that of the greatest timestamp (version 7 on).
// Request: v1 no max_num_offsets; v2 isolation_level; v4 current_leader_epoch; v10 timeout_ms; flexible
// since 6.
// Response: v1 no old_style_offsets, timestamp, offset; v2 throttle_time_ms; v4 leader_epoch; flexible
// since 6.
namespace mini::protocol {

struct ListOffsetsRequest {
  static constexpr MessageInfo info{ApiKey::list_offsets, "ListOffsetsRequest", range(0, 10), since(6)};

  struct ListOffsetsPartition {
    std::int32_t partition_index = 0;
    std::int32_t current_leader_epoch = -1;
    std::int64_t timestamp = 0;
    std::int32_t max_num_offsets = 1;
    UnknownTags unknown_tags;

    static constexpr auto fields() {
      using M = ListOffsetsPartition;
      return std::tuple{field("partition_index", &M::partition_index),
                        field("current_leader_epoch", &M::current_leader_epoch).in(since(4)).ignorable(),
                        field("timestamp", &M::timestamp),
                        field("max_num_offsets", &M::max_num_offsets).in(range(0, 0))};
    }
    bool operator==(const ListOffsetsPartition&) const = default;
  };

  struct ListOffsetsTopic {
    std::string name;
    std::vector<ListOffsetsPartition> partitions;
    UnknownTags unknown_tags;

    static constexpr auto fields() {
      using M = ListOffsetsTopic;
      return std::tuple{field("name", &M::name), field("partitions", &M::partitions)};
    }
    bool operator==(const ListOffsetsTopic&) const = default;
  };

  std::int32_t replica_id = 0;
  std::int8_t isolation_level = 0;
  std::vector<ListOffsetsTopic> topics;
  std::int32_t timeout_ms = 0;
  UnknownTags unknown_tags;

  static constexpr auto fields() {
    using M = ListOffsetsRequest;
    return std::tuple{field("replica_id", &M::replica_id),
                      field("isolation_level", &M::isolation_level).in(since(2)), field("topics", &M::topics),
                      field("timeout_ms", &M::timeout_ms).in(since(10)).ignorable()};
  }
  bool operator==(const ListOffsetsRequest&) const = default;
};

struct ListOffsetsResponse {
  static constexpr MessageInfo info{ApiKey::list_offsets, "ListOffsetsResponse", range(0, 10), since(6)};

  struct ListOffsetsPartitionResponse {
    std::int32_t partition_index = 0;
    ErrorCode error_code = ErrorCode::none;
    std::vector<std::int64_t> old_style_offsets;
    std::int64_t timestamp = -1;
    std::int64_t offset = -1;
    std::int32_t leader_epoch = -1;
    UnknownTags unknown_tags;

    static constexpr auto fields() {
      using M = ListOffsetsPartitionResponse;
      return std::tuple{field("partition_index", &M::partition_index),
                        field("error_code", &M::error_code),
                        field("old_style_offsets", &M::old_style_offsets).in(range(0, 0)),
                        field("timestamp", &M::timestamp).in(since(1)),
                        field("offset", &M::offset).in(since(1)),
                        field("leader_epoch", &M::leader_epoch).in(since(4))};
    }
    bool operator==(const ListOffsetsPartitionResponse&) const = default;
  };

  struct ListOffsetsTopicResponse {
    std::string name;
    std::vector<ListOffsetsPartitionResponse> partitions;
    UnknownTags unknown_tags;

    static constexpr auto fields() {
      using M = ListOffsetsTopicResponse;
      return std::tuple{field("name", &M::name), field("partitions", &M::partitions)};
    }
    bool operator==(const ListOffsetsTopicResponse&) const = default;
  };

  std::int32_t throttle_time_ms = 0;
  std::vector<ListOffsetsTopicResponse> topics;
  UnknownTags unknown_tags;

  static constexpr auto fields() {
    using M = ListOffsetsResponse;
    return std::tuple{field("throttle_time_ms", &M::throttle_time_ms).in(since(2)).ignorable(),
                      field("topics", &M::topics)};
  }
  bool operator==(const ListOffsetsResponse&) const = default;
};

}  // namespace mini::protocol
