#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "broker/log/memory_storage.h"
#include "broker/log/partition_log.h"
#include "protocol/records/builder.h"

// What the stories of the log speak in: batches made from timestamps, and a log with a clock moved by hand.
namespace mini::broker::test {

using protocol::BatchOptions;
using protocol::Bytes;
using protocol::ErrorCode;

using Times = std::vector<TimestampMs>;

inline Bytes batch_of(const Times& times, const BatchOptions& options = {}, const std::string& value = "v") {
  protocol::BatchBuilder builder(options);
  for (const TimestampMs time : times) builder.add({.timestamp = time, .value = value});
  return builder.build();
}

// One record whose batch is about `size` bytes.
inline Bytes batch_of_size(std::size_t size, TimestampMs time = 0) {
  return batch_of({time}, {}, std::string(size - 72, 'x'));
}

inline Bytes idempotent(std::int32_t sequence, std::size_t count = 1, ProducerEpoch epoch = 0,
                        ProducerId id = 7) {
  return batch_of(Times(count, 1000),
                  {.producer_id = id, .producer_epoch = epoch, .base_sequence = sequence});
}

inline protocol::BatchView view_of(const Bytes& bytes) { return protocol::BatchView::parse(bytes).value(); }

inline Offset first_greatest(const Times& times) {
  return std::distance(times.begin(), std::max_element(times.begin(), times.end()));
}

struct TestLog {
  explicit TestLog(const LogSettings& log_settings = {}, std::size_t memory_limit = 64 << 20)
      : settings(log_settings),
        memory(memory_limit),
        storage(memory),
        log(std::make_unique<PartitionLog>(storage, settings)) {}

  Appended append(const Bytes& batch, AppendOptions options = {}) {
    options.now = now;
    return log->append(view_of(batch), options);
  }
  Appended append_times(const Times& times, const BatchOptions& options = {}) {
    return append(batch_of(times, options), {.max_timestamp_delta = first_greatest(times)});
  }
  protocol::Records read(Offset from, std::size_t bytes_max = 1 << 30) const {
    return log->read({.from = from, .until = log->end_offset(), .bytes_max = bytes_max});
  }
  void pass(Millis time) {
    now.monotonic += time;
    now.wall += time;
  }
  Offset found(TimestampMs timestamp) const {
    const auto record = log->find_timestamp(timestamp);
    return record ? record->offset : no_offset;
  }

  Now now{.monotonic = Millis(5000), .wall = Millis(1'700'000'000'000)};
  LogSettings settings;
  MemoryBudget memory;
  MemoryStorage storage;
  std::unique_ptr<PartitionLog> log;
};

// The batches in what a read gave, whole.
inline std::vector<protocol::BatchView> batches_in(const protocol::Records& records) {
  std::vector<protocol::BatchView> batches;
  for (const protocol::Slice& piece : records.pieces()) {
    for (protocol::BytesView rest = piece.view(); !rest.empty();) {
      batches.push_back(protocol::BatchView::parse(rest).value());
      rest = rest.subspan(batches.back().bytes().size());
    }
  }
  return batches;
}

inline std::vector<Offset> base_offsets(const protocol::Records& records) {
  std::vector<Offset> offsets;
  for (const auto& batch : batches_in(records)) offsets.push_back(batch.header().base_offset);
  return offsets;
}

}  // namespace mini::broker::test
