#pragma once

#include "broker/config/broker_settings.h"
#include "broker/log/partition_log.h"
#include "broker/topics/fetch_waiters.h"

// A partition: its log, its watermarks, and who waits for it.
//
// With one node there is one replica, so that the high watermark is the log's end; without transactions the
// last stable offset is the high watermark. Leadership never moves: the leader epoch stays 0.
namespace mini::broker {

LogSettings log_settings(const TopicSettings& topic, const BrokerSettings& broker);

class Partition {
 public:
  // The storage and the settings outlive it.
  Partition(PartitionId id, Storage& storage, const LogSettings& settings)
      : id_(id), log_(storage, settings) {}

  PartitionId id() const { return id_; }
  LeaderEpoch leader_epoch() const { return 0; }
  Offset log_start_offset() const { return log_.start_offset(); }
  Offset log_end_offset() const { return log_.end_offset(); }
  Offset high_watermark() const { return log_.end_offset(); }
  Offset last_stable_offset() const { return high_watermark(); }

  const PartitionLog& log() const { return log_; }

  // Appends and tells those who wait. Errors are the log's.
  Appended append(const protocol::BatchView& batch, const AppendOptions& options);
  void delete_before(Offset offset) { log_.delete_before(offset); }
  std::size_t expire(Now now) { return log_.expire(now); }

  WaitList& waits() { return waits_; }

 private:
  const PartitionId id_;
  PartitionLog log_;
  WaitList waits_;
};

// An error where the epoch that a client believes in is not the partition's; -1 asks for no check.
protocol::ErrorCode check_leader_epoch(const Partition& partition, LeaderEpoch current_leader_epoch);

}  // namespace mini::broker
