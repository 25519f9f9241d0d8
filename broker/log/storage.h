#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>

#include "broker/env/memory_budget.h"

// Where the bytes of logs live: gives out chunks.
//
//   std::shared_ptr<Chunk> chunk = storage.allocate(4096);
//   if (!chunk) return ErrorCode::not_enough_replicas;      // memory is used up; nothing was taken
//   std::memcpy(chunk->data(), batch.data(), batch.size());
//   Slice slice({chunk->data(), batch.size()}, chunk);      // keeps the chunk as long as it lives
//
// A chunk never moves and belongs to all who hold it: its memory is counted against `memory()` until the last
// of them lets go. One thread, slices included. A chunk may outlive its storage.
namespace mini::broker {

// The chunks of a segment: the first is small, so that many partitions with few records stay small; from the
// fifth on they are as large as the last.
inline constexpr std::array<std::size_t, 5> chunk_sizes{4 << 10, 16 << 10, 64 << 10, 256 << 10, 512 << 10};

class Chunk {
 public:
  virtual ~Chunk() = default;
  Chunk(const Chunk&) = delete;
  Chunk& operator=(const Chunk&) = delete;

  std::uint8_t* data() const { return data_; }
  std::size_t capacity() const { return capacity_; }

 protected:
  Chunk(std::uint8_t* data, std::size_t capacity) : data_(data), capacity_(capacity) {}

 private:
  std::uint8_t* const data_;
  const std::size_t capacity_;
};

class Storage {
 public:
  virtual ~Storage() = default;

  // A chunk with room for `bytes_min` or more; null where memory is used up.
  virtual std::shared_ptr<Chunk> allocate(std::size_t bytes_min) = 0;
  // What the log's own bookkeeping (indexes, producers) is counted against, too.
  virtual MemoryBudget& memory() = 0;
};

}  // namespace mini::broker
