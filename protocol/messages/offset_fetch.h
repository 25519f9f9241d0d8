#pragma once

#include "protocol/wire/message.h"

// OffsetFetch: reads a consumer group's committed positions.
// Several groups in one request since version 8 (KIP-709).
// Request: v7 require_stable; v8 no group_id, no topics, no name, no partition_indexes, groups; v9
// member_id, member_epoch; flexible since 6.
// Response: v2 error_code; v3 throttle_time_ms; v5 committed_leader_epoch; v8 no topics, no name, no
// partitions, no partition_index, no committed_offset, no committed_leader_epoch, no metadata, no
// error_code, groups; flexible since 6.
namespace mini::protocol {

struct OffsetFetchRequest {
  static constexpr MessageInfo info{ApiKey::offset_fetch, "OffsetFetchRequest", range(0, 9), since(6)};

  struct OffsetFetchRequestTopic {
    std::string name;
    std::vector<std::int32_t> partition_indexes;
    UnknownTags unknown_tags;

    static constexpr auto fields() {
      using M = OffsetFetchRequestTopic;
      return std::tuple{field("name", &M::name).in(range(0, 7)),
                        field("partition_indexes", &M::partition_indexes).in(range(0, 7))};
    }
    bool operator==(const OffsetFetchRequestTopic&) const = default;
  };

  struct OffsetFetchRequestTopics {
    std::string name;
    std::vector<std::int32_t> partition_indexes;
    UnknownTags unknown_tags;

    static constexpr auto fields() {
      using M = OffsetFetchRequestTopics;
      return std::tuple{field("name", &M::name).in(since(8)),
                        field("partition_indexes", &M::partition_indexes).in(since(8))};
    }
    bool operator==(const OffsetFetchRequestTopics&) const = default;
  };

  struct OffsetFetchRequestGroup {
    std::string group_id;
    std::optional<std::string> member_id;
    std::int32_t member_epoch = -1;
    std::optional<std::vector<OffsetFetchRequestTopics>> topics = std::vector<OffsetFetchRequestTopics>{};
    UnknownTags unknown_tags;

    static constexpr auto fields() {
      using M = OffsetFetchRequestGroup;
      return std::tuple{field("group_id", &M::group_id).in(since(8)),
                        field("member_id", &M::member_id).in(since(9)).nullable(since(9)).ignorable(),
                        field("member_epoch", &M::member_epoch).in(since(9)).ignorable(),
                        field("topics", &M::topics).in(since(8)).nullable(since(8))};
    }
    bool operator==(const OffsetFetchRequestGroup&) const = default;
  };

  std::string group_id;
  std::optional<std::vector<OffsetFetchRequestTopic>> topics = std::vector<OffsetFetchRequestTopic>{};
  std::vector<OffsetFetchRequestGroup> groups;
  bool require_stable = false;
  UnknownTags unknown_tags;

  static constexpr auto fields() {
    using M = OffsetFetchRequest;
    return std::tuple{field("group_id", &M::group_id).in(range(0, 7)),
                      field("topics", &M::topics).in(range(0, 7)).nullable(range(2, 7)),
                      field("groups", &M::groups).in(since(8)),
                      field("require_stable", &M::require_stable).in(since(7))};
  }
  bool operator==(const OffsetFetchRequest&) const = default;
};

struct OffsetFetchResponse {
  static constexpr MessageInfo info{ApiKey::offset_fetch, "OffsetFetchResponse", range(0, 9), since(6)};

  struct OffsetFetchResponsePartition {
    std::int32_t partition_index = 0;
    std::int64_t committed_offset = 0;
    std::int32_t committed_leader_epoch = -1;
    std::optional<std::string> metadata = "";
    ErrorCode error_code = ErrorCode::none;
    UnknownTags unknown_tags;

    static constexpr auto fields() {
      using M = OffsetFetchResponsePartition;
      return std::tuple{
          field("partition_index", &M::partition_index).in(range(0, 7)),
          field("committed_offset", &M::committed_offset).in(range(0, 7)),
          field("committed_leader_epoch", &M::committed_leader_epoch).in(range(5, 7)).ignorable(),
          field("metadata", &M::metadata).in(range(0, 7)).nullable(range(0, 7)),
          field("error_code", &M::error_code).in(range(0, 7))};
    }
    bool operator==(const OffsetFetchResponsePartition&) const = default;
  };

  struct OffsetFetchResponseTopic {
    std::string name;
    std::vector<OffsetFetchResponsePartition> partitions;
    UnknownTags unknown_tags;

    static constexpr auto fields() {
      using M = OffsetFetchResponseTopic;
      return std::tuple{field("name", &M::name).in(range(0, 7)),
                        field("partitions", &M::partitions).in(range(0, 7))};
    }
    bool operator==(const OffsetFetchResponseTopic&) const = default;
  };

  struct OffsetFetchResponsePartitions {
    std::int32_t partition_index = 0;
    std::int64_t committed_offset = 0;
    std::int32_t committed_leader_epoch = -1;
    std::optional<std::string> metadata = "";
    ErrorCode error_code = ErrorCode::none;
    UnknownTags unknown_tags;

    static constexpr auto fields() {
      using M = OffsetFetchResponsePartitions;
      return std::tuple{field("partition_index", &M::partition_index).in(since(8)),
                        field("committed_offset", &M::committed_offset).in(since(8)),
                        field("committed_leader_epoch", &M::committed_leader_epoch).in(since(8)).ignorable(),
                        field("metadata", &M::metadata).in(since(8)).nullable(since(8)),
                        field("error_code", &M::error_code).in(since(8))};
    }
    bool operator==(const OffsetFetchResponsePartitions&) const = default;
  };

  struct OffsetFetchResponseTopics {
    std::string name;
    std::vector<OffsetFetchResponsePartitions> partitions;
    UnknownTags unknown_tags;

    static constexpr auto fields() {
      using M = OffsetFetchResponseTopics;
      return std::tuple{field("name", &M::name).in(since(8)),
                        field("partitions", &M::partitions).in(since(8))};
    }
    bool operator==(const OffsetFetchResponseTopics&) const = default;
  };

  struct OffsetFetchResponseGroup {
    std::string group_id;
    std::vector<OffsetFetchResponseTopics> topics;
    ErrorCode error_code = ErrorCode::none;
    UnknownTags unknown_tags;

    static constexpr auto fields() {
      using M = OffsetFetchResponseGroup;
      return std::tuple{field("group_id", &M::group_id).in(since(8)),
                        field("topics", &M::topics).in(since(8)),
                        field("error_code", &M::error_code).in(since(8))};
    }
    bool operator==(const OffsetFetchResponseGroup&) const = default;
  };

  std::int32_t throttle_time_ms = 0;
  std::vector<OffsetFetchResponseTopic> topics;
  ErrorCode error_code = ErrorCode::none;
  std::vector<OffsetFetchResponseGroup> groups;
  UnknownTags unknown_tags;

  static constexpr auto fields() {
    using M = OffsetFetchResponse;
    return std::tuple{field("throttle_time_ms", &M::throttle_time_ms).in(since(3)).ignorable(),
                      field("topics", &M::topics).in(range(0, 7)),
                      field("error_code", &M::error_code).in(range(2, 7)).ignorable(),
                      field("groups", &M::groups).in(since(8))};
  }
  bool operator==(const OffsetFetchResponse&) const = default;
};

}  // namespace mini::protocol
