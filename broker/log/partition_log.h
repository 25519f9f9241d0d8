#pragma once

#include <boost/container/small_vector.hpp>
#include <memory>
#include <optional>

#include "broker/env/now.h"
#include "broker/log/epoch_cache.h"
#include "broker/log/producer_state.h"
#include "broker/log/segment.h"
#include "protocol/error_code.h"
#include "protocol/records/batch.h"
#include "protocol/wire/slice.h"

// The records of one partition: bytes and offsets. Batches are kept as they came, back to back, in segments.
//
//   PartitionLog log(storage, settings);
//   auto appended = log.append(batch, {.leader_epoch = 0, .now = now});
//   auto read = log.read({.from = 0, .until = log.end_offset(), .bytes_max = 1 << 20});
//   send(read);                               // slices of the log: shared, never copied
//
// Offsets are dense: each record gets the one after the last, and a batch that is refused takes none. What
// was appended stays readable with equal bytes until `expire`, `delete_before` or the log's end of life;
// slices that were handed out stay valid even then. Nothing is allocated before the first record. Time is
// told. One thread. The storage and the settings outlive the log: the partitions of a topic share them.
namespace mini::broker {

struct LogSettings {
  std::int64_t segment_bytes = 1073741824;
  std::int64_t segment_ms = 604800000;
  std::int64_t index_interval_bytes = 4096;
  std::int64_t retention_ms = 604800000;  // -1: no limit
  std::int64_t retention_bytes = -1;      // -1: no limit
  std::int64_t producer_expiry_ms = 86400000;
  std::size_t producer_ids_max = 100000;              // in this partition
  std::size_t inflated_size_max = 100 * 1024 * 1024;  // of a batch that is searched by time
};

struct AppendOptions {
  LeaderEpoch leader_epoch = 0;
  Now now = {};
  protocol::TimestampType timestamp_type = protocol::TimestampType::create_time;
  // Offset delta of the record with the greatest timestamp, as the judge found it.
  Offset max_timestamp_delta = 0;
};

struct Appended {
  protocol::ErrorCode error = protocol::ErrorCode::none;
  Offset base_offset = no_offset;              // of a repeated batch: the one it got the first time
  TimestampMs log_append_time = no_timestamp;  // -1 with CreateTime, unless the batch is a repeated one
  bool repeated = false;                       // acknowledged again, not stored again
};

struct ReadOptions {
  Offset from = 0;
  Offset until = 0;  // exclusive: no batch that begins at or after it
  std::size_t bytes_max = 0;
  bool first_batch_whole = true;  // the first batch comes even where it is larger than bytes_max
};

class PartitionLog {
 public:
  PartitionLog(Storage& storage, const LogSettings& settings);

  // Errors: NOT_ENOUGH_REPLICAS where memory is used up, RECORD_LIST_TOO_LARGE for a batch above
  // segment_bytes, and those of ProducerStates::judge. On an error nothing has changed.
  Appended append(const protocol::BatchView& batch, const AppendOptions& options);

  // Whole batches from the one that holds `from`. OFFSET_OUT_OF_RANGE is the caller's to ask: from must lie
  // in [start_offset, end_offset].
  protocol::Records read(const ReadOptions& options) const;

  Offset start_offset() const { return start_offset_; }
  Offset end_offset() const { return end_offset_; }
  std::size_t size_bytes() const { return size_bytes_; }
  std::size_t segment_count() const { return segments_.size(); }  // 0 in a log without batches

  // The first record by offset whose timestamp is `timestamp` or later; searched inside batches, compressed
  // ones too.
  std::optional<TimestampAndOffset> find_timestamp(TimestampMs timestamp) const;
  // The record with the greatest timestamp (the first of them); nothing where no record has a time.
  std::optional<TimestampAndOffset> greatest_timestamp() const;
  // The greatest epoch not above `epoch` and where it ended; see EpochCache.
  EpochEnd end_of_epoch(LeaderEpoch epoch) const { return epochs_.end_of(epoch, end_offset_); }

  // Moves the start forward, also into the middle of a batch; frees whole segments below it.
  void delete_before(Offset offset);
  // Applies retention to whole segments, oldest first, by their latest timestamp and then by size; the active
  // one goes as the others do where it is due. By size it is also applied when a segment is begun. Forgets
  // idle producers. Returns how many segments went.
  std::size_t expire(Now now);

  const ProducerStates& producers() const { return producers_; }

 private:
  using Segments = boost::container::small_vector<std::unique_ptr<Segment>, 1>;

  Appended store(const protocol::BatchView& batch, const AppendOptions& options);
  bool place(const protocol::BatchView& batch, const Segment::AppendOptions& how);
  bool needs_new_segment(const protocol::BatchView& batch, TimestampMs timestamp, Millis wall) const;
  Segments::const_iterator segment_holding(Offset offset) const;
  std::size_t count_past_time(Now now) const;
  std::size_t count_past_size() const;
  void remove_first(std::size_t count);
  void claim_bookkeeping() { producers_claim_.resize(producers_.memory_bytes()); }

  Storage& storage_;
  const LogSettings& settings_;
  Offset start_offset_ = 0;
  Offset end_offset_ = 0;
  std::size_t size_bytes_ = 0;
  Segments segments_;  // oldest first; the last one is active
  EpochCache epochs_;
  ProducerStates producers_;
  MemoryClaim producers_claim_;
};

}  // namespace mini::broker
