#pragma once

#include "protocol/wire/message.h"

// OffsetCommit: stores a consumer group's positions.
// Request: v1 generation_id_or_member_epoch, member_id, commit_timestamp; v2 retention_time_ms, no
// commit_timestamp; v5 no retention_time_ms; v6 committed_leader_epoch; v7 group_instance_id; flexible
// since 8.
// Response: v3 throttle_time_ms; flexible since 8.
namespace mini::protocol {

struct OffsetCommitRequest {
  static constexpr MessageInfo info{ApiKey::offset_commit, "OffsetCommitRequest", range(0, 9), since(8)};

  struct OffsetCommitRequestPartition {
    std::int32_t partition_index = 0;
    std::int64_t committed_offset = 0;
    std::int32_t committed_leader_epoch = -1;
    std::int64_t commit_timestamp = -1;
    std::optional<std::string> committed_metadata = "";
    UnknownTags unknown_tags;

    static constexpr auto fields() {
      using M = OffsetCommitRequestPartition;
      return std::tuple{field("partition_index", &M::partition_index),
                        field("committed_offset", &M::committed_offset),
                        field("committed_leader_epoch", &M::committed_leader_epoch).in(since(6)).ignorable(),
                        field("commit_timestamp", &M::commit_timestamp).in(range(1, 1)),
                        field("committed_metadata", &M::committed_metadata).nullable()};
    }
    bool operator==(const OffsetCommitRequestPartition&) const = default;
  };

  struct OffsetCommitRequestTopic {
    std::string name;
    std::vector<OffsetCommitRequestPartition> partitions;
    UnknownTags unknown_tags;

    static constexpr auto fields() {
      using M = OffsetCommitRequestTopic;
      return std::tuple{field("name", &M::name), field("partitions", &M::partitions)};
    }
    bool operator==(const OffsetCommitRequestTopic&) const = default;
  };

  std::string group_id;
  std::int32_t generation_id_or_member_epoch = -1;
  std::string member_id;
  std::optional<std::string> group_instance_id;
  std::int64_t retention_time_ms = -1;
  std::vector<OffsetCommitRequestTopic> topics;
  UnknownTags unknown_tags;

  static constexpr auto fields() {
    using M = OffsetCommitRequest;
    return std::tuple{
        field("group_id", &M::group_id),
        field("generation_id_or_member_epoch", &M::generation_id_or_member_epoch).in(since(1)).ignorable(),
        field("member_id", &M::member_id).in(since(1)).ignorable(),
        field("group_instance_id", &M::group_instance_id).in(since(7)).nullable(since(7)),
        field("retention_time_ms", &M::retention_time_ms).in(range(2, 4)).ignorable(),
        field("topics", &M::topics)};
  }
  bool operator==(const OffsetCommitRequest&) const = default;
};

struct OffsetCommitResponse {
  static constexpr MessageInfo info{ApiKey::offset_commit, "OffsetCommitResponse", range(0, 9), since(8)};

  struct OffsetCommitResponsePartition {
    std::int32_t partition_index = 0;
    ErrorCode error_code = ErrorCode::none;
    UnknownTags unknown_tags;

    static constexpr auto fields() {
      using M = OffsetCommitResponsePartition;
      return std::tuple{field("partition_index", &M::partition_index), field("error_code", &M::error_code)};
    }
    bool operator==(const OffsetCommitResponsePartition&) const = default;
  };

  struct OffsetCommitResponseTopic {
    std::string name;
    std::vector<OffsetCommitResponsePartition> partitions;
    UnknownTags unknown_tags;

    static constexpr auto fields() {
      using M = OffsetCommitResponseTopic;
      return std::tuple{field("name", &M::name), field("partitions", &M::partitions)};
    }
    bool operator==(const OffsetCommitResponseTopic&) const = default;
  };

  std::int32_t throttle_time_ms = 0;
  std::vector<OffsetCommitResponseTopic> topics;
  UnknownTags unknown_tags;

  static constexpr auto fields() {
    using M = OffsetCommitResponse;
    return std::tuple{field("throttle_time_ms", &M::throttle_time_ms).in(since(3)).ignorable(),
                      field("topics", &M::topics)};
  }
  bool operator==(const OffsetCommitResponse&) const = default;
};

}  // namespace mini::protocol
