#include "broker/log/partition_log.h"

#include <algorithm>
#include <cassert>
#include <iterator>

#include "broker/log/batch_search.h"

namespace mini::broker {

using protocol::BatchView;
using protocol::ErrorCode;

PartitionLog::PartitionLog(Storage& storage, const LogSettings& settings)
    : storage_(storage), settings_(settings), producers_claim_(storage.memory()) {}

Appended PartitionLog::append(const BatchView& batch, const AppendOptions& options) {
  if (batch.bytes().size() > static_cast<std::size_t>(settings_.segment_bytes))
    return {.error = ErrorCode::record_list_too_large};
  const Judgement judged = producers_.judge(batch.header());
  if (failed(judged.error)) return {.error = judged.error};
  if (judged.repeated)
    return {.base_offset = judged.base_offset, .log_append_time = judged.append_time, .repeated = true};
  return store(batch, options);
}

Appended PartitionLog::store(const BatchView& batch, const AppendOptions& options) {
  const bool told = options.timestamp_type == protocol::TimestampType::log_append_time;
  const TimestampMs append_time = told ? options.now.wall.count() : no_timestamp;
  const Segment::AppendOptions how{
      .leader_epoch = options.leader_epoch,
      .append_time = told ? std::optional(append_time) : std::nullopt,
      .max_timestamp_delta = options.max_timestamp_delta,
      .wall = options.now.wall,
      .size_max = static_cast<std::size_t>(settings_.segment_bytes),
      .index_interval = static_cast<std::size_t>(settings_.index_interval_bytes)};
  if (!place(batch, how)) return {.error = ErrorCode::not_enough_replicas};
  const Appended appended{.base_offset = end_offset_, .log_append_time = append_time};
  epochs_.assign(options.leader_epoch, end_offset_);
  // A repeated batch is answered with a time even where the first answer had none: so does Apache Kafka.
  const TimestampMs time_when_repeated = told ? append_time : batch.header().max_timestamp;
  producers_.remember(batch.header(), {end_offset_, time_when_repeated, options.now.monotonic},
                      settings_.producer_ids_max);
  claim_bookkeeping();
  size_bytes_ += batch.bytes().size();
  end_offset_ = segments_.back()->end_offset();
  return appended;
}

// Into the active segment, or a fresh one that is the log's only once the batch is in it.
bool PartitionLog::place(const BatchView& batch, const Segment::AppendOptions& how) {
  const TimestampMs timestamp = how.append_time.value_or(batch.header().max_timestamp);
  if (!needs_new_segment(batch, timestamp, how.wall)) return segments_.back()->append(storage_, batch, how);
  remove_first(count_past_size());  // at once: memory for the new segment is there, and warm
  auto fresh = std::make_unique<Segment>(end_offset_);
  if (!fresh->append(storage_, batch, how)) return false;
  segments_.push_back(std::move(fresh));
  return true;
}

bool PartitionLog::needs_new_segment(const BatchView& batch, TimestampMs timestamp, Millis wall) const {
  if (segments_.empty()) return true;
  const Segment& active = *segments_.back();
  if (active.size() + batch.bytes().size() > static_cast<std::size_t>(settings_.segment_bytes)) return true;
  return active.age_ms(timestamp, wall) > settings_.segment_ms;
}

protocol::Records PartitionLog::read(const ReadOptions& options) const {
  protocol::Records records;
  if (options.from >= std::min(options.until, end_offset_)) return records;
  for (auto at = segment_holding(options.from); at != segments_.end(); ++at) {
    const Segment& segment = **at;
    const bool first = records.size() == 0;
    const std::size_t position = first ? segment.find(options.from) : 0;
    const std::size_t room = options.bytes_max - std::min(options.bytes_max, records.size());
    std::size_t end = segment.end_of_read(position, options.until, room);
    if (end == position && first && options.first_batch_whole)
      end = position + segment.batch_at(position).bytes().size();
    segment.add_slices(position, end, records);
    if (end < segment.size()) break;
  }
  return records;
}

PartitionLog::Segments::const_iterator PartitionLog::segment_holding(Offset offset) const {
  return std::partition_point(segments_.begin(), segments_.end(),
                              [=](const auto& segment) { return segment->end_offset() <= offset; });
}

std::optional<TimestampAndOffset> PartitionLog::find_timestamp(TimestampMs timestamp) const {
  for (const auto& segment : segments_) {
    const auto found = first_at_or_after(*segment, timestamp, {start_offset_, settings_.inflated_size_max});
    if (found) return found;
  }
  return std::nullopt;
}

std::optional<TimestampAndOffset> PartitionLog::greatest_timestamp() const {
  std::optional<TimestampAndOffset> greatest;
  for (const auto& segment : segments_) {
    if (segment->greatest().timestamp < 0) continue;
    std::optional<TimestampAndOffset> here = segment->greatest();
    if (here->offset < start_offset_)
      here = greatest_from(*segment, {start_offset_, settings_.inflated_size_max});
    if (here && here->timestamp > (greatest ? greatest->timestamp : no_timestamp)) greatest = here;
  }
  return greatest;
}

void PartitionLog::delete_before(Offset offset) {
  const Offset start = std::min(offset, end_offset_);
  if (start <= start_offset_) return;
  const auto gone = std::distance(segments_.cbegin(), segment_holding(start));
  remove_first(static_cast<std::size_t>(gone));
  start_offset_ = start;
  epochs_.truncate_before(start_offset_);
}

std::size_t PartitionLog::expire(Now now) {
  const std::size_t before = segments_.size();
  remove_first(count_past_time(now));
  remove_first(count_past_size());
  producers_.forget_silent_since(now.monotonic - Millis(settings_.producer_expiry_ms));
  claim_bookkeeping();
  return before - segments_.size();
}

std::size_t PartitionLog::count_past_time(Now now) const {
  if (settings_.retention_ms < 0) return 0;
  const TimestampMs oldest_kept = now.wall.count() - settings_.retention_ms;
  const auto kept = std::find_if(segments_.begin(), segments_.end(),
                                 [=](const auto& segment) { return segment->newest_time() >= oldest_kept; });
  return static_cast<std::size_t>(std::distance(segments_.begin(), kept));
}

std::size_t PartitionLog::count_past_size() const {
  if (settings_.retention_bytes < 0) return 0;
  const auto kept_bytes = static_cast<std::size_t>(settings_.retention_bytes);
  std::size_t left = size_bytes_;
  std::size_t count = 0;
  while (count < segments_.size() && left >= kept_bytes + segments_[count]->size())
    left -= segments_[count++]->size();
  return count;
}

void PartitionLog::remove_first(std::size_t count) {
  if (count == 0) return;
  const auto end = segments_.begin() + static_cast<std::ptrdiff_t>(count);
  start_offset_ = std::max(start_offset_, (*std::prev(end))->end_offset());
  for (auto segment = segments_.begin(); segment != end; ++segment) size_bytes_ -= (*segment)->size();
  segments_.erase(segments_.begin(), end);
  epochs_.truncate_before(start_offset_);
}

}  // namespace mini::broker
