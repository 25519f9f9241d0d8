#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

// Settings as plain members, for code that asks at each request. Defaults are Apache Kafka's.
//
//   if (request_bytes > config.broker().socket_request_max_bytes) ...
//   if (settings.retention_ms >= 0 && age_ms > settings.retention_ms) ...
//
// Values: copied freely, changed by nobody but the box that makes them.
namespace mini::broker {

class Config;
struct Setting;

struct BrokerSettings {
  // Who it is
  std::int32_t node_id = 1;
  std::string cluster_id;  // empty: draw one
  std::string rack;        // empty: none

  // Connections and requests
  std::int32_t max_connections = 2147483647;
  std::int32_t max_connections_per_ip = 2147483647;
  std::int64_t connections_max_idle_ms = 600'000;  // negative: never closed
  std::int64_t frame_deadline_ms = 30'000;
  std::int64_t busy_poll_ms = 0;  // 0: the broker's thread sleeps whenever there is nothing to do
  std::int32_t socket_request_max_bytes = 104'857'600;
  std::int32_t fetch_max_bytes = 57'671'680;
  std::int64_t memory_limit_bytes = 0;  // 0: nobody said; the server works one out

  // Topics
  std::int32_t num_partitions = 1;
  std::int32_t partitions_max = 100'000;
  std::int32_t described_partitions_max = 2'000;  // in one answer
  bool auto_create_topics = true;
  bool delete_topic_enable = true;
  std::int64_t retention_check_interval_ms = 300'000;

  // Groups
  std::int32_t group_initial_rebalance_delay_ms = 3'000;
  std::int32_t group_min_session_timeout_ms = 6'000;
  std::int32_t group_max_session_timeout_ms = 1'800'000;
  std::int32_t group_max_size = 2147483647;
  std::int32_t groups_max = 5'000;
  std::int64_t offsets_retention_ms = 604'800'000;
  std::int64_t offsets_retention_check_interval_ms = 600'000;
  std::int32_t offset_metadata_max_bytes = 4'096;

  // Idempotent producers
  std::int32_t producer_id_expiration_ms = 86'400'000;
  std::int32_t producer_ids_max = 100'000;
};

enum class TimestampType : std::int8_t { create_time = 0, log_append_time = 1 };
enum class CompressionType { producer, uncompressed, gzip, snappy, lz4, zstd };

struct TopicSettings {
  std::int64_t retention_ms = 604'800'000;  // -1: for ever
  std::int64_t retention_bytes = -1;        // of one partition; -1: no limit
  std::int32_t segment_bytes = 1'073'741'824;
  std::int64_t segment_ms = 604'800'000;
  std::int32_t index_interval_bytes = 4'096;
  std::int32_t max_message_bytes = 1'048'588;
  TimestampType message_timestamp_type = TimestampType::create_time;
  std::int64_t message_timestamp_before_max_ms = 9223372036854775807;
  std::int64_t message_timestamp_after_max_ms = 3'600'000;
  CompressionType compression_type = CompressionType::producer;
  std::int32_t min_insync_replicas = 1;
  bool cleanup_delete = true;    // cleanup.policy contains delete: old segments go
  bool cleanup_compact = false;  // it contains compact: records need keys; all are kept

  friend bool operator==(const TopicSettings&, const TopicSettings&) = default;
};

// For config and topic_config: fill the plain members from the values' text.
BrokerSettings resolve_broker_settings(const Config& config);
void assign(TopicSettings& settings, const Setting& setting, std::string_view valid_text);

}  // namespace mini::broker
