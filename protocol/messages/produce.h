#pragma once

#include "protocol/wire/message.h"

// Produce: appends record batches to partitions.
// Only versions 3 and later carry record batch v2, the one format that is stored.
// Request: v3 transactional_id; flexible since 9.
// Response: v1 throttle_time_ms; v2 log_append_time_ms; v5 log_start_offset; v8 record_errors,
// error_message; v10 current_leader, node_endpoints; flexible since 9.
namespace mini::protocol {

struct ProduceRequest {
  static constexpr MessageInfo info{ApiKey::produce, "ProduceRequest", range(0, 11), since(9)};

  struct PartitionProduceData {
    std::int32_t index = 0;
    Records records;
    UnknownTags unknown_tags;

    static constexpr auto fields() {
      using M = PartitionProduceData;
      return std::tuple{field("index", &M::index), field("records", &M::records).nullable()};
    }
    bool operator==(const PartitionProduceData&) const = default;
  };

  struct TopicProduceData {
    std::string name;
    std::vector<PartitionProduceData> partition_data;
    UnknownTags unknown_tags;

    static constexpr auto fields() {
      using M = TopicProduceData;
      return std::tuple{field("name", &M::name), field("partition_data", &M::partition_data)};
    }
    bool operator==(const TopicProduceData&) const = default;
  };

  std::optional<std::string> transactional_id;
  std::int16_t acks = 0;
  std::int32_t timeout_ms = 0;
  std::vector<TopicProduceData> topic_data;
  UnknownTags unknown_tags;

  static constexpr auto fields() {
    using M = ProduceRequest;
    return std::tuple{field("transactional_id", &M::transactional_id).in(since(3)).nullable(since(3)),
                      field("acks", &M::acks), field("timeout_ms", &M::timeout_ms),
                      field("topic_data", &M::topic_data)};
  }
  bool operator==(const ProduceRequest&) const = default;
};

struct ProduceResponse {
  static constexpr MessageInfo info{ApiKey::produce, "ProduceResponse", range(0, 11), since(9)};

  struct BatchIndexAndErrorMessage {
    std::int32_t batch_index = 0;
    std::optional<std::string> batch_index_error_message;
    UnknownTags unknown_tags;

    static constexpr auto fields() {
      using M = BatchIndexAndErrorMessage;
      return std::tuple{
          field("batch_index", &M::batch_index).in(since(8)),
          field("batch_index_error_message", &M::batch_index_error_message).in(since(8)).nullable(since(8))};
    }
    bool operator==(const BatchIndexAndErrorMessage&) const = default;
  };

  struct LeaderIdAndEpoch {
    std::int32_t leader_id = -1;
    std::int32_t leader_epoch = -1;
    UnknownTags unknown_tags;

    static constexpr auto fields() {
      using M = LeaderIdAndEpoch;
      return std::tuple{field("leader_id", &M::leader_id).in(since(10)),
                        field("leader_epoch", &M::leader_epoch).in(since(10))};
    }
    bool operator==(const LeaderIdAndEpoch&) const = default;
  };

  struct PartitionProduceResponse {
    std::int32_t index = 0;
    ErrorCode error_code = ErrorCode::none;
    std::int64_t base_offset = 0;
    std::int64_t log_append_time_ms = -1;
    std::int64_t log_start_offset = -1;
    std::vector<BatchIndexAndErrorMessage> record_errors;
    std::optional<std::string> error_message;
    LeaderIdAndEpoch current_leader;
    UnknownTags unknown_tags;

    static constexpr auto fields() {
      using M = PartitionProduceResponse;
      return std::tuple{field("index", &M::index),
                        field("error_code", &M::error_code),
                        field("base_offset", &M::base_offset),
                        field("log_append_time_ms", &M::log_append_time_ms).in(since(2)).ignorable(),
                        field("log_start_offset", &M::log_start_offset).in(since(5)).ignorable(),
                        field("record_errors", &M::record_errors).in(since(8)).ignorable(),
                        field("error_message", &M::error_message).in(since(8)).nullable(since(8)).ignorable(),
                        field("current_leader", &M::current_leader).in(since(10)).as_tag(0, since(10))};
    }
    bool operator==(const PartitionProduceResponse&) const = default;
  };

  struct TopicProduceResponse {
    std::string name;
    std::vector<PartitionProduceResponse> partition_responses;
    UnknownTags unknown_tags;

    static constexpr auto fields() {
      using M = TopicProduceResponse;
      return std::tuple{field("name", &M::name), field("partition_responses", &M::partition_responses)};
    }
    bool operator==(const TopicProduceResponse&) const = default;
  };

  struct NodeEndpoint {
    std::int32_t node_id = 0;
    std::string host;
    std::int32_t port = 0;
    std::optional<std::string> rack;
    UnknownTags unknown_tags;

    static constexpr auto fields() {
      using M = NodeEndpoint;
      return std::tuple{field("node_id", &M::node_id).in(since(10)), field("host", &M::host).in(since(10)),
                        field("port", &M::port).in(since(10)),
                        field("rack", &M::rack).in(since(10)).nullable(since(10))};
    }
    bool operator==(const NodeEndpoint&) const = default;
  };

  std::vector<TopicProduceResponse> responses;
  std::int32_t throttle_time_ms = 0;
  std::vector<NodeEndpoint> node_endpoints;
  UnknownTags unknown_tags;

  static constexpr auto fields() {
    using M = ProduceResponse;
    return std::tuple{field("responses", &M::responses),
                      field("throttle_time_ms", &M::throttle_time_ms).in(since(1)).ignorable(),
                      field("node_endpoints", &M::node_endpoints).in(since(10)).as_tag(0, since(10))};
  }
  bool operator==(const ProduceResponse&) const = default;
};

}  // namespace mini::protocol
