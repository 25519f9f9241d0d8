#include "broker/topics/partition.h"

namespace mini::broker {

using protocol::ErrorCode;

LogSettings log_settings(const TopicSettings& topic, const BrokerSettings& broker) {
  LogSettings settings;
  settings.segment_bytes = topic.segment_bytes;
  settings.segment_ms = topic.segment_ms;
  settings.index_interval_bytes = topic.index_interval_bytes;
  // A topic that is compacted and nothing else keeps everything: cleanup.policy without "delete".
  settings.retention_ms = topic.cleanup_delete ? topic.retention_ms : -1;
  settings.retention_bytes = topic.cleanup_delete ? topic.retention_bytes : -1;
  settings.producer_expiry_ms = broker.producer_id_expiration_ms;
  settings.producer_ids_max = static_cast<std::size_t>(broker.producer_ids_max);
  return settings;
}

Appended Partition::append(const protocol::BatchView& batch, const AppendOptions& options) {
  const Appended appended = log_.append(batch, options);
  if (!failed(appended.error) && !appended.repeated) waits_.appended(batch.bytes().size());
  return appended;
}

ErrorCode check_leader_epoch(const Partition& partition, LeaderEpoch current_leader_epoch) {
  if (current_leader_epoch < 0 || current_leader_epoch == partition.leader_epoch()) return ErrorCode::none;
  return current_leader_epoch < partition.leader_epoch() ? ErrorCode::fenced_leader_epoch
                                                         : ErrorCode::unknown_leader_epoch;
}

}  // namespace mini::broker
