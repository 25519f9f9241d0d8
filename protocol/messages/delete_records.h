#pragma once

#include "protocol/wire/message.h"

// DeleteRecords: moves the start of partitions forward.
// Request: the same fields in all versions; flexible since 2.
// Response: the same fields in all versions; flexible since 2.
namespace mini::protocol {

struct DeleteRecordsRequest {
  static constexpr MessageInfo info{ApiKey::delete_records, "DeleteRecordsRequest", range(0, 2), since(2)};

  struct DeleteRecordsPartition {
    std::int32_t partition_index = 0;
    std::int64_t offset = 0;
    UnknownTags unknown_tags;

    static constexpr auto fields() {
      using M = DeleteRecordsPartition;
      return std::tuple{field("partition_index", &M::partition_index), field("offset", &M::offset)};
    }
    bool operator==(const DeleteRecordsPartition&) const = default;
  };

  struct DeleteRecordsTopic {
    std::string name;
    std::vector<DeleteRecordsPartition> partitions;
    UnknownTags unknown_tags;

    static constexpr auto fields() {
      using M = DeleteRecordsTopic;
      return std::tuple{field("name", &M::name), field("partitions", &M::partitions)};
    }
    bool operator==(const DeleteRecordsTopic&) const = default;
  };

  std::vector<DeleteRecordsTopic> topics;
  std::int32_t timeout_ms = 0;
  UnknownTags unknown_tags;

  static constexpr auto fields() {
    using M = DeleteRecordsRequest;
    return std::tuple{field("topics", &M::topics), field("timeout_ms", &M::timeout_ms)};
  }
  bool operator==(const DeleteRecordsRequest&) const = default;
};

struct DeleteRecordsResponse {
  static constexpr MessageInfo info{ApiKey::delete_records, "DeleteRecordsResponse", range(0, 2), since(2)};

  struct DeleteRecordsPartitionResult {
    std::int32_t partition_index = 0;
    std::int64_t low_watermark = 0;
    ErrorCode error_code = ErrorCode::none;
    UnknownTags unknown_tags;

    static constexpr auto fields() {
      using M = DeleteRecordsPartitionResult;
      return std::tuple{field("partition_index", &M::partition_index),
                        field("low_watermark", &M::low_watermark), field("error_code", &M::error_code)};
    }
    bool operator==(const DeleteRecordsPartitionResult&) const = default;
  };

  struct DeleteRecordsTopicResult {
    std::string name;
    std::vector<DeleteRecordsPartitionResult> partitions;
    UnknownTags unknown_tags;

    static constexpr auto fields() {
      using M = DeleteRecordsTopicResult;
      return std::tuple{field("name", &M::name), field("partitions", &M::partitions)};
    }
    bool operator==(const DeleteRecordsTopicResult&) const = default;
  };

  std::int32_t throttle_time_ms = 0;
  std::vector<DeleteRecordsTopicResult> topics;
  UnknownTags unknown_tags;

  static constexpr auto fields() {
    using M = DeleteRecordsResponse;
    return std::tuple{field("throttle_time_ms", &M::throttle_time_ms), field("topics", &M::topics)};
  }
  bool operator==(const DeleteRecordsResponse&) const = default;
};

}  // namespace mini::protocol
