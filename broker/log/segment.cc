#include "broker/log/segment.h"

#include <algorithm>
#include <cassert>
#include <cstring>
#include <iterator>
#include <utility>

namespace mini::broker {
namespace {

std::size_t size_of_chunk(std::size_t number) {
  return chunk_sizes[std::min(number, chunk_sizes.size() - 1)];
}

}  // namespace

bool Segment::append(Storage& storage, const protocol::BatchView& batch, const AppendOptions& options) {
  if (!make_room(storage, batch.bytes().size(), options.size_max)) return false;
  if (pieces_.size() == 1 && size_ == 0) index_claim_ = MemoryClaim(storage.memory());
  std::uint8_t* stored = place(batch);
  protocol::set_base_offset(stored, end_offset_);
  protocol::set_leader_epoch(stored, options.leader_epoch);
  if (options.append_time) protocol::set_append_time(stored, batch.bytes().size(), *options.append_time);
  note(batch.header(), options.append_time.value_or(batch.header().max_timestamp), options);
  size_ += batch.bytes().size();
  end_offset_ += std::int64_t{batch.header().last_offset_delta} + 1;
  return true;
}

bool Segment::make_room(Storage& storage, std::size_t batch_size, std::size_t size_max) {
  if (!pieces_.empty() && pieces_.back().room() >= batch_size) return true;
  const std::size_t to_come = size_max - std::min(size_max, size_);
  const std::size_t wanted = std::max(batch_size, std::min(size_of_chunk(pieces_.size()), to_come));
  std::shared_ptr<Chunk> chunk = storage.allocate(wanted);
  if (!chunk && wanted > batch_size) chunk = storage.allocate(batch_size);  // the last of the memory
  if (!chunk) return false;
  pieces_.emplace_back(std::move(chunk), size_);
  return true;
}

std::uint8_t* Segment::place(const protocol::BatchView& batch) {
  Piece& piece = pieces_.back();
  std::uint8_t* stored = piece.memory.data() + piece.used;
  std::memcpy(stored, batch.bytes().data(), batch.bytes().size());
  piece.used += batch.bytes().size();
  return stored;
}

void Segment::note(const protocol::BatchHeader& batch, TimestampMs timestamp, const AppendOptions& options) {
  if (size_ == 0) {
    first_timestamp_ = timestamp;
    first_append_ = options.wall;
  }
  last_append_ = options.wall;
  if (bytes_since_entry_ > options.index_interval) {
    index_.add({.offset = end_offset_, .position = size_, .greatest_before = greatest_.timestamp});
    index_claim_.resize(index_.memory_bytes());
    bytes_since_entry_ = 0;
  }
  bytes_since_entry_ += batch.size();
  if (timestamp <= greatest_.timestamp) return;
  const Offset delta = options.append_time ? 0 : options.max_timestamp_delta;
  greatest_ = {timestamp, end_offset_ + delta, options.leader_epoch};
}

TimestampMs Segment::newest_time() const {
  return greatest_.timestamp >= 0 ? greatest_.timestamp : last_append_.count();
}

std::int64_t Segment::age_ms(TimestampMs batch_timestamp, Millis wall) const {
  if (first_timestamp_ < 0) return (wall - first_append_).count();
  return std::max(batch_timestamp, first_timestamp_) - first_timestamp_;
}

std::size_t Segment::find(Offset offset) const {
  assert(offset < end_offset_);
  std::size_t position = index_.position_for_offset(offset);
  for (;;) {
    const protocol::BatchView batch = batch_at(position);
    if (offset < batch.header().next_offset()) return position;
    position += batch.bytes().size();
  }
}

protocol::BatchView Segment::batch_at(std::size_t position) const {
  const Piece& piece = piece_at(position);
  const auto batch = protocol::BatchView::parse(piece.filled(position - piece.position));
  assert(batch.has_value());
  return *batch;
}

std::size_t Segment::end_of_read(std::size_t position, Offset until, std::size_t bytes_max) const {
  const std::size_t end_max = bytes_max < size_ - position ? position + bytes_max : size_;
  if (end_max == size_ && until >= end_offset_) return size_;
  std::size_t end = std::max(position, index_.position_within(end_max, until));
  while (end < size_) {
    const protocol::BatchView batch = batch_at(end);
    if (batch.header().base_offset >= until || end + batch.bytes().size() > end_max) break;
    end += batch.bytes().size();
  }
  return end;
}

void Segment::add_slices(std::size_t position, std::size_t end, protocol::Records& records) const {
  while (position < end) {
    const Piece& piece = piece_at(position);
    const std::span<const std::uint8_t> filled = piece.filled(position - piece.position);
    const std::size_t size = std::min(end - position, filled.size());
    records.add(protocol::Slice(filled.first(size), piece.chunk));
    position += size;
  }
}

const Segment::Piece& Segment::piece_at(std::size_t position) const {
  assert(position < size_);
  const auto after =
      std::upper_bound(pieces_.begin(), pieces_.end(), position,
                       [](std::size_t wanted, const Piece& piece) { return wanted < piece.position; });
  return *std::prev(after);
}

}  // namespace mini::broker
