#include "protocol/wire/out_buffer.h"

#include <algorithm>
#include <cassert>
#include <cstring>

namespace mini::protocol {

OutBuffer& OutBuffer::operator=(OutBuffer&& other) noexcept {
  bytes_ = std::move(other.bytes_);
  splices_ = std::move(other.splices_);
  size_ = std::exchange(other.size_, 0);
  capacity_ = std::exchange(other.capacity_, 0);
  own_sent_ = std::exchange(other.own_sent_, 0);
  splices_sent_ = std::exchange(other.splices_sent_, 0);
  spliced_size_ = std::exchange(other.spliced_size_, 0);
  other.splices_.clear();
  return *this;
}

void OutBuffer::reserve(std::size_t capacity) {
  constexpr std::size_t smallest = 512;
  const std::size_t grown = std::max({capacity, capacity_ * 2, smallest});
  auto bytes = std::make_unique_for_overwrite<std::uint8_t[]>(grown);
  if (size_ > 0) std::memcpy(bytes.get(), bytes_.get(), size_);
  bytes_ = std::move(bytes);
  capacity_ = grown;
}

void OutBuffer::splice(Slice slice) {
  assert(slice.shared() && "a spliced slice must keep its memory alive");
  if (slice.size() == 0) return;
  spliced_size_ += slice.size();
  splices_.push_back({size_, std::move(slice)});
}

void OutBuffer::patch_int32(Mark at, std::int32_t value) {
  assert(at.own + sizeof(value) <= size_);
  const std::uint32_t wire = __builtin_bswap32(static_cast<std::uint32_t>(value));
  std::memcpy(bytes_.get() + at.own, &wire, sizeof(wire));
}

std::size_t OutBuffer::size_since(Mark at) const {
  std::size_t spliced = 0;
  for (std::size_t i = at.splices; i < splices_.size(); ++i) spliced += splices_[i].slice.size();
  return size_ - at.own + spliced;
}

void OutBuffer::truncate(Mark at) {
  while (splices_.size() > at.splices) {
    spliced_size_ -= splices_.back().slice.size();
    splices_.pop_back();
  }
  size_ = at.own;
}

void OutBuffer::consume(std::size_t size) {
  assert(size <= this->size());
  while (size > 0) {
    const bool spliced = splices_sent_ < splices_.size();
    const std::size_t own = (spliced ? splices_[splices_sent_].position : size_) - own_sent_;
    const std::size_t from_own = std::min(own, size);
    own_sent_ += from_own;
    size -= from_own;
    if (size == 0 || !spliced) break;
    Splice& next = splices_[splices_sent_];
    const std::size_t from_splice = std::min(next.slice.size() - next.sent, size);
    next.sent += from_splice;
    spliced_size_ -= from_splice;
    size -= from_splice;
    if (next.sent < next.slice.size()) break;
    next.slice = Slice();  // lets go of the log at once
    ++splices_sent_;
  }
  if (empty()) reset();
}

void OutBuffer::reset() {
  size_ = own_sent_ = splices_sent_ = spliced_size_ = 0;
  splices_.clear();
}

Bytes OutBuffer::copy() const {
  Bytes all;
  all.reserve(size());
  for_each_piece([&](BytesView piece) {
    all.insert(all.end(), piece.begin(), piece.end());
    return true;
  });
  return all;
}

}  // namespace mini::protocol
