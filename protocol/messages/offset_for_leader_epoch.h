#pragma once

#include "protocol/wire/message.h"

// OffsetForLeaderEpoch: finds where a leader epoch ended.
// Request: v2 current_leader_epoch; v3 replica_id; flexible since 4.
// Response: v1 leader_epoch; v2 throttle_time_ms; flexible since 4.
namespace mini::protocol {

struct OffsetForLeaderEpochRequest {
  static constexpr MessageInfo info{ApiKey::offset_for_leader_epoch, "OffsetForLeaderEpochRequest",
                                    range(0, 4), since(4)};

  struct OffsetForLeaderPartition {
    std::int32_t partition = 0;
    std::int32_t current_leader_epoch = -1;
    std::int32_t leader_epoch = 0;
    UnknownTags unknown_tags;

    static constexpr auto fields() {
      using M = OffsetForLeaderPartition;
      return std::tuple{field("partition", &M::partition),
                        field("current_leader_epoch", &M::current_leader_epoch).in(since(2)).ignorable(),
                        field("leader_epoch", &M::leader_epoch)};
    }
    bool operator==(const OffsetForLeaderPartition&) const = default;
  };

  struct OffsetForLeaderTopic {
    std::string topic;
    std::vector<OffsetForLeaderPartition> partitions;
    UnknownTags unknown_tags;

    static constexpr auto fields() {
      using M = OffsetForLeaderTopic;
      return std::tuple{field("topic", &M::topic), field("partitions", &M::partitions)};
    }
    bool operator==(const OffsetForLeaderTopic&) const = default;
  };

  std::int32_t replica_id = -2;
  std::vector<OffsetForLeaderTopic> topics;
  UnknownTags unknown_tags;

  static constexpr auto fields() {
    using M = OffsetForLeaderEpochRequest;
    return std::tuple{field("replica_id", &M::replica_id).in(since(3)).ignorable(),
                      field("topics", &M::topics)};
  }
  bool operator==(const OffsetForLeaderEpochRequest&) const = default;
};

struct OffsetForLeaderEpochResponse {
  static constexpr MessageInfo info{ApiKey::offset_for_leader_epoch, "OffsetForLeaderEpochResponse",
                                    range(0, 4), since(4)};

  struct EpochEndOffset {
    ErrorCode error_code = ErrorCode::none;
    std::int32_t partition = 0;
    std::int32_t leader_epoch = -1;
    std::int64_t end_offset = -1;
    UnknownTags unknown_tags;

    static constexpr auto fields() {
      using M = EpochEndOffset;
      return std::tuple{field("error_code", &M::error_code), field("partition", &M::partition),
                        field("leader_epoch", &M::leader_epoch).in(since(1)).ignorable(),
                        field("end_offset", &M::end_offset)};
    }
    bool operator==(const EpochEndOffset&) const = default;
  };

  struct OffsetForLeaderTopicResult {
    std::string topic;
    std::vector<EpochEndOffset> partitions;
    UnknownTags unknown_tags;

    static constexpr auto fields() {
      using M = OffsetForLeaderTopicResult;
      return std::tuple{field("topic", &M::topic), field("partitions", &M::partitions)};
    }
    bool operator==(const OffsetForLeaderTopicResult&) const = default;
  };

  std::int32_t throttle_time_ms = 0;
  std::vector<OffsetForLeaderTopicResult> topics;
  UnknownTags unknown_tags;

  static constexpr auto fields() {
    using M = OffsetForLeaderEpochResponse;
    return std::tuple{field("throttle_time_ms", &M::throttle_time_ms).in(since(2)).ignorable(),
                      field("topics", &M::topics)};
  }
  bool operator==(const OffsetForLeaderEpochResponse&) const = default;
};

}  // namespace mini::protocol
