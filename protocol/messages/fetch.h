#pragma once

#include "protocol/wire/message.h"

// Fetch: reads record batches from partitions, waiting for them if asked to.
// Names topics by id from version 13 on (KIP-516); fetch sessions since 7 (KIP-227).
// Request: v3 max_bytes; v4 isolation_level; v5 log_start_offset; v7 session_id, session_epoch,
// forgotten_topics_data; v9 current_leader_epoch; v11 rack_id; v12 cluster_id, last_fetched_epoch; v13 no
// topic, topic_id; v15 no replica_id, replica_state; v17 replica_directory_id; flexible since 12.
// Response: v1 throttle_time_ms; v4 last_stable_offset, aborted_transactions; v5 log_start_offset; v7
// error_code, session_id; v11 preferred_read_replica; v12 diverging_epoch, current_leader, snapshot_id;
// v13 no topic, topic_id; v16 node_endpoints; flexible since 12.
namespace mini::protocol {

struct FetchRequest {
  static constexpr MessageInfo info{ApiKey::fetch, "FetchRequest", range(0, 17), since(12)};

  struct ReplicaState {
    std::int32_t replica_id = -1;
    std::int64_t replica_epoch = -1;
    UnknownTags unknown_tags;

    static constexpr auto fields() {
      using M = ReplicaState;
      return std::tuple{field("replica_id", &M::replica_id).in(since(15)),
                        field("replica_epoch", &M::replica_epoch).in(since(15))};
    }
    bool operator==(const ReplicaState&) const = default;
  };

  struct FetchPartition {
    std::int32_t partition = 0;
    std::int32_t current_leader_epoch = -1;
    std::int64_t fetch_offset = 0;
    std::int32_t last_fetched_epoch = -1;
    std::int64_t log_start_offset = -1;
    std::int32_t partition_max_bytes = 0;
    Uuid replica_directory_id;
    UnknownTags unknown_tags;

    static constexpr auto fields() {
      using M = FetchPartition;
      return std::tuple{field("partition", &M::partition),
                        field("current_leader_epoch", &M::current_leader_epoch).in(since(9)).ignorable(),
                        field("fetch_offset", &M::fetch_offset),
                        field("last_fetched_epoch", &M::last_fetched_epoch).in(since(12)),
                        field("log_start_offset", &M::log_start_offset).in(since(5)).ignorable(),
                        field("partition_max_bytes", &M::partition_max_bytes),
                        field("replica_directory_id", &M::replica_directory_id)
                            .in(since(17))
                            .as_tag(0, since(17))
                            .ignorable()};
    }
    bool operator==(const FetchPartition&) const = default;
  };

  struct FetchTopic {
    std::string topic;
    Uuid topic_id;
    std::vector<FetchPartition> partitions;
    UnknownTags unknown_tags;

    static constexpr auto fields() {
      using M = FetchTopic;
      return std::tuple{field("topic", &M::topic).in(range(0, 12)).ignorable(),
                        field("topic_id", &M::topic_id).in(since(13)).ignorable(),
                        field("partitions", &M::partitions)};
    }
    bool operator==(const FetchTopic&) const = default;
  };

  struct ForgottenTopic {
    std::string topic;
    Uuid topic_id;
    std::vector<std::int32_t> partitions;
    UnknownTags unknown_tags;

    static constexpr auto fields() {
      using M = ForgottenTopic;
      return std::tuple{field("topic", &M::topic).in(range(7, 12)).ignorable(),
                        field("topic_id", &M::topic_id).in(since(13)).ignorable(),
                        field("partitions", &M::partitions).in(since(7))};
    }
    bool operator==(const ForgottenTopic&) const = default;
  };

  std::optional<std::string> cluster_id;
  std::int32_t replica_id = -1;
  ReplicaState replica_state;
  std::int32_t max_wait_ms = 0;
  std::int32_t min_bytes = 0;
  std::int32_t max_bytes = std::numeric_limits<std::int32_t>::max();
  std::int8_t isolation_level = 0;
  std::int32_t session_id = 0;
  std::int32_t session_epoch = -1;
  std::vector<FetchTopic> topics;
  std::vector<ForgottenTopic> forgotten_topics_data;
  std::string rack_id;
  UnknownTags unknown_tags;

  static constexpr auto fields() {
    using M = FetchRequest;
    return std::tuple{field("cluster_id", &M::cluster_id)
                          .in(since(12))
                          .nullable(since(12))
                          .as_tag(0, since(12))
                          .ignorable(),
                      field("replica_id", &M::replica_id).in(range(0, 14)),
                      field("replica_state", &M::replica_state).in(since(15)).as_tag(1, since(15)),
                      field("max_wait_ms", &M::max_wait_ms),
                      field("min_bytes", &M::min_bytes),
                      field("max_bytes", &M::max_bytes).in(since(3)).ignorable(),
                      field("isolation_level", &M::isolation_level).in(since(4)).ignorable(),
                      field("session_id", &M::session_id).in(since(7)).ignorable(),
                      field("session_epoch", &M::session_epoch).in(since(7)).ignorable(),
                      field("topics", &M::topics),
                      field("forgotten_topics_data", &M::forgotten_topics_data).in(since(7)),
                      field("rack_id", &M::rack_id).in(since(11)).ignorable()};
  }
  bool operator==(const FetchRequest&) const = default;
};

struct FetchResponse {
  static constexpr MessageInfo info{ApiKey::fetch, "FetchResponse", range(0, 17), since(12)};

  struct EpochEndOffset {
    std::int32_t epoch = -1;
    std::int64_t end_offset = -1;
    UnknownTags unknown_tags;

    static constexpr auto fields() {
      using M = EpochEndOffset;
      return std::tuple{field("epoch", &M::epoch).in(since(12)),
                        field("end_offset", &M::end_offset).in(since(12))};
    }
    bool operator==(const EpochEndOffset&) const = default;
  };

  struct LeaderIdAndEpoch {
    std::int32_t leader_id = -1;
    std::int32_t leader_epoch = -1;
    UnknownTags unknown_tags;

    static constexpr auto fields() {
      using M = LeaderIdAndEpoch;
      return std::tuple{field("leader_id", &M::leader_id).in(since(12)),
                        field("leader_epoch", &M::leader_epoch).in(since(12))};
    }
    bool operator==(const LeaderIdAndEpoch&) const = default;
  };

  struct SnapshotId {
    std::int64_t end_offset = -1;
    std::int32_t epoch = -1;
    UnknownTags unknown_tags;

    static constexpr auto fields() {
      using M = SnapshotId;
      return std::tuple{field("end_offset", &M::end_offset), field("epoch", &M::epoch)};
    }
    bool operator==(const SnapshotId&) const = default;
  };

  struct AbortedTransaction {
    std::int64_t producer_id = 0;
    std::int64_t first_offset = 0;
    UnknownTags unknown_tags;

    static constexpr auto fields() {
      using M = AbortedTransaction;
      return std::tuple{field("producer_id", &M::producer_id).in(since(4)),
                        field("first_offset", &M::first_offset).in(since(4))};
    }
    bool operator==(const AbortedTransaction&) const = default;
  };

  struct PartitionData {
    std::int32_t partition_index = 0;
    ErrorCode error_code = ErrorCode::none;
    std::int64_t high_watermark = 0;
    std::int64_t last_stable_offset = -1;
    std::int64_t log_start_offset = -1;
    EpochEndOffset diverging_epoch;
    LeaderIdAndEpoch current_leader;
    SnapshotId snapshot_id;
    std::optional<std::vector<AbortedTransaction>> aborted_transactions = std::vector<AbortedTransaction>{};
    std::int32_t preferred_read_replica = -1;
    Records records;
    UnknownTags unknown_tags;

    static constexpr auto fields() {
      using M = PartitionData;
      return std::tuple{
          field("partition_index", &M::partition_index),
          field("error_code", &M::error_code),
          field("high_watermark", &M::high_watermark),
          field("last_stable_offset", &M::last_stable_offset).in(since(4)).ignorable(),
          field("log_start_offset", &M::log_start_offset).in(since(5)).ignorable(),
          field("diverging_epoch", &M::diverging_epoch).in(since(12)).as_tag(0, since(12)),
          field("current_leader", &M::current_leader).in(since(12)).as_tag(1, since(12)),
          field("snapshot_id", &M::snapshot_id).in(since(12)).as_tag(2, since(12)),
          field("aborted_transactions", &M::aborted_transactions).in(since(4)).nullable(since(4)).ignorable(),
          field("preferred_read_replica", &M::preferred_read_replica).in(since(11)),
          field("records", &M::records).nullable()};
    }
    bool operator==(const PartitionData&) const = default;
  };

  struct FetchableTopicResponse {
    std::string topic;
    Uuid topic_id;
    std::vector<PartitionData> partitions;
    UnknownTags unknown_tags;

    static constexpr auto fields() {
      using M = FetchableTopicResponse;
      return std::tuple{field("topic", &M::topic).in(range(0, 12)).ignorable(),
                        field("topic_id", &M::topic_id).in(since(13)).ignorable(),
                        field("partitions", &M::partitions)};
    }
    bool operator==(const FetchableTopicResponse&) const = default;
  };

  struct NodeEndpoint {
    std::int32_t node_id = 0;
    std::string host;
    std::int32_t port = 0;
    std::optional<std::string> rack;
    UnknownTags unknown_tags;

    static constexpr auto fields() {
      using M = NodeEndpoint;
      return std::tuple{field("node_id", &M::node_id).in(since(16)), field("host", &M::host).in(since(16)),
                        field("port", &M::port).in(since(16)),
                        field("rack", &M::rack).in(since(16)).nullable(since(16))};
    }
    bool operator==(const NodeEndpoint&) const = default;
  };

  std::int32_t throttle_time_ms = 0;
  ErrorCode error_code = ErrorCode::none;
  std::int32_t session_id = 0;
  std::vector<FetchableTopicResponse> responses;
  std::vector<NodeEndpoint> node_endpoints;
  UnknownTags unknown_tags;

  static constexpr auto fields() {
    using M = FetchResponse;
    return std::tuple{field("throttle_time_ms", &M::throttle_time_ms).in(since(1)).ignorable(),
                      field("error_code", &M::error_code).in(since(7)).ignorable(),
                      field("session_id", &M::session_id).in(since(7)), field("responses", &M::responses),
                      field("node_endpoints", &M::node_endpoints).in(since(16)).as_tag(0, since(16))};
  }
  bool operator==(const FetchResponse&) const = default;
};

}  // namespace mini::protocol
