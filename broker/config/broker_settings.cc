#include "broker/config/broker_settings.h"

#include <algorithm>
#include <array>
#include <functional>
#include <utility>

#include "broker/config/config.h"
#include "broker/config/setting_value.h"

namespace mini::broker {
namespace {

template <typename Number>
struct IntegerField {
  std::string_view name;
  Number BrokerSettings::*member;
};

constexpr IntegerField<std::int32_t> int32_fields[] = {
    {"max.connections", &BrokerSettings::max_connections},
    {"max.connections.per.ip", &BrokerSettings::max_connections_per_ip},
    {"socket.request.max.bytes", &BrokerSettings::socket_request_max_bytes},
    {"fetch.max.bytes", &BrokerSettings::fetch_max_bytes},
    {"num.partitions", &BrokerSettings::num_partitions},
    {"mini.partitions.max", &BrokerSettings::partitions_max},
    {"max.request.partition.size.limit", &BrokerSettings::described_partitions_max},
    {"group.initial.rebalance.delay.ms", &BrokerSettings::group_initial_rebalance_delay_ms},
    {"group.min.session.timeout.ms", &BrokerSettings::group_min_session_timeout_ms},
    {"group.max.session.timeout.ms", &BrokerSettings::group_max_session_timeout_ms},
    {"group.max.size", &BrokerSettings::group_max_size},
    {"mini.groups.max", &BrokerSettings::groups_max},
    {"offset.metadata.max.bytes", &BrokerSettings::offset_metadata_max_bytes},
    {"producer.id.expiration.ms", &BrokerSettings::producer_id_expiration_ms},
    {"mini.producer.ids.max", &BrokerSettings::producer_ids_max},
};

constexpr IntegerField<std::int64_t> int64_fields[] = {
    {"connections.max.idle.ms", &BrokerSettings::connections_max_idle_ms},
    {"mini.frame.deadline.ms", &BrokerSettings::frame_deadline_ms},
    {"mini.busy.poll.ms", &BrokerSettings::busy_poll_ms},
    {"mini.memory.limit", &BrokerSettings::memory_limit_bytes},
    {"log.retention.check.interval.ms", &BrokerSettings::retention_check_interval_ms},
    {"offsets.retention.check.interval.ms", &BrokerSettings::offsets_retention_check_interval_ms},
};

std::int32_t node_id_of(const Config& config) {
  const std::int64_t old_name = config.integer("broker.id").value_or(-1);  // -1: let the cluster give one out
  const bool use_old_name = old_name >= 0 && !config.given("node.id");
  return static_cast<std::int32_t>(use_old_name ? old_name : *config.integer("node.id"));
}

using AssignText = void (*)(TopicSettings&, std::string_view);

template <auto Member>
void assign_integer(TopicSettings& settings, std::string_view text) {
  settings.*Member = static_cast<std::decay_t<decltype(settings.*Member)>>(*parse_integer(text));
}

void assign_cleanup_policy(TopicSettings& settings, std::string_view text) {
  const auto policies = split_list(text);
  settings.cleanup_delete = std::ranges::count(policies, "delete") > 0;
  settings.cleanup_compact = std::ranges::count(policies, "compact") > 0;
}

void assign_timestamp_type(TopicSettings& settings, std::string_view text) {
  settings.message_timestamp_type =
      text == "LogAppendTime" ? TimestampType::log_append_time : TimestampType::create_time;
}

void assign_compression_type(TopicSettings& settings, std::string_view text) {
  using enum CompressionType;
  constexpr std::pair<std::string_view, CompressionType> names[] = {
      {"producer", producer}, {"uncompressed", uncompressed},
      {"gzip", gzip},         {"snappy", snappy},
      {"lz4", lz4},           {"zstd", zstd}};
  const auto found = std::ranges::find(names, text, &std::pair<std::string_view, CompressionType>::first);
  if (found != std::end(names)) settings.compression_type = found->second;
}

struct TopicField {
  std::string_view name;
  AssignText assign;
};

constexpr TopicField topic_fields[] = {
    {"retention.ms", &assign_integer<&TopicSettings::retention_ms>},
    {"retention.bytes", &assign_integer<&TopicSettings::retention_bytes>},
    {"segment.bytes", &assign_integer<&TopicSettings::segment_bytes>},
    {"segment.ms", &assign_integer<&TopicSettings::segment_ms>},
    {"index.interval.bytes", &assign_integer<&TopicSettings::index_interval_bytes>},
    {"max.message.bytes", &assign_integer<&TopicSettings::max_message_bytes>},
    {"message.timestamp.type", &assign_timestamp_type},
    {"message.timestamp.before.max.ms", &assign_integer<&TopicSettings::message_timestamp_before_max_ms>},
    {"message.timestamp.after.max.ms", &assign_integer<&TopicSettings::message_timestamp_after_max_ms>},
    {"compression.type", &assign_compression_type},
    {"min.insync.replicas", &assign_integer<&TopicSettings::min_insync_replicas>},
    {"cleanup.policy", &assign_cleanup_policy},
};

}  // namespace

BrokerSettings resolve_broker_settings(const Config& config) {
  BrokerSettings settings;
  settings.node_id = node_id_of(config);
  settings.cluster_id = config.text("cluster.id").value_or("");
  settings.rack = config.text("broker.rack").value_or("");
  settings.auto_create_topics = config.boolean("auto.create.topics.enable");
  settings.delete_topic_enable = config.boolean("delete.topic.enable");
  settings.offsets_retention_ms = *config.integer("offsets.retention.minutes") * 60'000;
  for (const auto& field : int32_fields) {
    settings.*field.member = static_cast<std::int32_t>(*config.integer(field.name));
  }
  for (const auto& field : int64_fields) settings.*field.member = *config.integer(field.name);
  return settings;
}

void assign(TopicSettings& settings, const Setting& setting, std::string_view valid_text) {
  for (const auto& field : topic_fields) {
    if (field.name == setting.name) field.assign(settings, valid_text);
  }
}

}  // namespace mini::broker
