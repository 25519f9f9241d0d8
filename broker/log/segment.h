#pragma once

#include <boost/container/small_vector.hpp>
#include <memory>
#include <optional>
#include <span>
#include <utility>

#include "broker/env/now.h"
#include "broker/log/sparse_index.h"
#include "broker/log/storage.h"
#include "protocol/records/batch.h"
#include "protocol/wire/slice.h"

// A run of batches of one partition, and the unit in which old records go. Its bytes lie in chunks: each
// batch whole in one of them, in order. Positions count bytes from the segment's beginning.
//
//   Segment segment(base_offset);
//   if (!segment.append(storage, batch, how)) return ErrorCode::not_enough_replicas;
//   segment.add_slices(segment.find(offset), segment.size(), records);
//
// Chunks grow with the segment, so that a partition with few records stays small. One thread.
namespace mini::broker {

struct TimestampAndOffset {
  TimestampMs timestamp = no_timestamp;
  Offset offset = no_offset;
  LeaderEpoch leader_epoch = no_leader_epoch;
};

class Segment {
 public:
  struct AppendOptions {
    LeaderEpoch leader_epoch;
    std::optional<TimestampMs> append_time;  // put on the batch, where the topic wants that
    Offset max_timestamp_delta;
    Millis wall;
    std::size_t size_max;  // of the segment: no chunk is taken that could not be filled
    std::size_t index_interval;
  };

  explicit Segment(Offset base_offset) : base_offset_(base_offset), end_offset_(base_offset) {}

  // Copies the batch to the end, with the next offset. False, and nothing changed, where memory is used up.
  bool append(Storage& storage, const protocol::BatchView& batch, const AppendOptions& options);

  Offset base_offset() const { return base_offset_; }
  Offset end_offset() const { return end_offset_; }
  std::size_t size() const { return size_; }
  // The first record with the latest timestamp; -1 where no record has a time.
  const TimestampAndOffset& greatest() const { return greatest_; }
  // What retention goes by: the latest timestamp, or the wall time of the last append where there is none.
  TimestampMs newest_time() const;
  // How long the segment has been filled when a batch comes, as Kafka counts it: from the first batch's time
  // to that of the newcomer; by the wall clock where the first batch has no time.
  std::int64_t age_ms(TimestampMs batch_timestamp, Millis wall) const;

  // The batch that holds `offset`, which must lie before the end.
  std::size_t find(Offset offset) const;
  // Not after the first batch with a record at `timestamp` or later.
  std::size_t find_time(TimestampMs timestamp) const { return index_.position_for_time(timestamp); }
  protocol::BatchView batch_at(std::size_t position) const;
  // Where to stop so that what is read from `position` on is whole batches that begin below `until` and no
  // more than `bytes_max` bytes.
  std::size_t end_of_read(std::size_t position, Offset until, std::size_t bytes_max) const;
  // One slice for each chunk that has a part in [position, end).
  void add_slices(std::size_t position, std::size_t end, protocol::Records& records) const;

 private:
  struct Piece {
    explicit Piece(std::shared_ptr<Chunk> held, std::size_t at)
        : chunk(std::move(held)), memory(chunk->data(), chunk->capacity()), position(at) {}

    std::shared_ptr<Chunk> chunk;
    std::span<std::uint8_t> memory;  // the chunk's, known here: a look at the chunk is a way to cold memory
    std::size_t position;            // of its first byte in the segment
    std::size_t used = 0;

    std::size_t room() const { return memory.size() - used; }
    std::span<std::uint8_t> filled(std::size_t from) const { return memory.subspan(from, used - from); }
  };

  bool make_room(Storage& storage, std::size_t batch_size, std::size_t size_max);
  std::uint8_t* place(const protocol::BatchView& batch);
  void note(const protocol::BatchHeader& batch, TimestampMs timestamp, const AppendOptions& options);
  const Piece& piece_at(std::size_t position) const;

  Offset base_offset_;
  Offset end_offset_;
  std::size_t size_ = 0;
  // The first one lies here: with many partitions each way to another place in memory is a way to cold
  // memory.
  boost::container::small_vector<Piece, 1> pieces_;
  SparseIndex index_;
  std::size_t bytes_since_entry_ = 0;
  MemoryClaim index_claim_;
  TimestampAndOffset greatest_;
  TimestampMs first_timestamp_ = no_timestamp;
  Millis first_append_{0}, last_append_{0};  // wall time
};

}  // namespace mini::broker
