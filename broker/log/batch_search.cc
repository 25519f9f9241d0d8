#include "broker/log/batch_search.h"

#include <algorithm>

#include "protocol/records/record.h"

namespace mini::broker {
namespace {

using protocol::BatchView;

// The first record of the batch that `wanted` takes, at or after `from.offset`.
template <class Wanted>
std::optional<TimestampAndOffset> find_record(const BatchView& batch, const SearchFrom& from, Wanted wanted) {
  protocol::Bytes room;
  protocol::RecordReader records(batch, room, from.inflated_size_max);
  while (const auto record = records.next()) {
    if (record->offset >= from.offset && wanted(*record))
      return TimestampAndOffset{record->timestamp, record->offset, batch.header().partition_leader_epoch};
  }
  return std::nullopt;
}

// Of a batch whose first records were deleted: the greatest time among the others.
TimestampMs greatest_in(const BatchView& batch, const SearchFrom& from) {
  TimestampMs greatest = no_timestamp;
  find_record(batch, from, [&](const protocol::RecordView& record) {
    greatest = std::max(greatest, record.timestamp);
    return false;
  });
  return greatest;
}

}  // namespace

std::optional<TimestampAndOffset> first_at_or_after(const Segment& segment, TimestampMs timestamp,
                                                    const SearchFrom& from) {
  if (segment.greatest().timestamp < timestamp) return std::nullopt;
  for (std::size_t at = segment.find_time(timestamp); at < segment.size();) {
    const BatchView batch = segment.batch_at(at);
    at += batch.bytes().size();
    if (batch.header().max_timestamp < timestamp || batch.header().next_offset() <= from.offset) continue;
    const auto found =
        find_record(batch, from, [=](const auto& record) { return record.timestamp >= timestamp; });
    if (found) return found;
  }
  return std::nullopt;
}

std::optional<TimestampAndOffset> greatest_from(const Segment& segment, const SearchFrom& from) {
  if (segment.end_offset() <= from.offset) return std::nullopt;
  TimestampMs greatest = no_timestamp;
  for (std::size_t at = segment.find(from.offset); at < segment.size();) {
    const BatchView batch = segment.batch_at(at);
    at += batch.bytes().size();
    const bool cut = batch.header().base_offset < from.offset;
    greatest = std::max(greatest, cut ? greatest_in(batch, from) : batch.header().max_timestamp);
  }
  if (greatest == no_timestamp) return std::nullopt;
  return first_at_or_after(segment, greatest, from);
}

}  // namespace mini::broker
