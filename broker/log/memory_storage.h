#pragma once

#include "broker/log/storage.h"

// Chunks of plain memory, recycled: touching fresh memory for the first time costs more than the copy into
// it.
//
//   MemoryBudget memory(512 << 20);
//   MemoryStorage storage(memory);
//
// Chunks come in `chunk_sizes`; above the largest they are made to measure. A chunk that nobody holds any
// more goes to a pool, up to `pool_bytes_max`, and is no longer counted. What is counted and what is pooled
// together stay within the budget's limit: the pool gives way. The budget outlives the storage.
namespace mini::broker {

inline constexpr std::size_t large_chunk_step = 64 << 10;  // larger ones are a multiple of it
inline constexpr std::size_t default_pool_bytes_max = 64 << 20;

class MemoryStorage : public Storage {
 public:
  explicit MemoryStorage(MemoryBudget& memory, std::size_t pool_bytes_max = default_pool_bytes_max);
  ~MemoryStorage() override;
  MemoryStorage(const MemoryStorage&) = delete;
  MemoryStorage& operator=(const MemoryStorage&) = delete;

  std::shared_ptr<Chunk> allocate(std::size_t bytes_min) override;
  MemoryBudget& memory() override { return memory_; }

  std::size_t pooled_bytes() const;

 private:
  class Pool;
  class PooledChunk;

  MemoryBudget& memory_;
  std::shared_ptr<Pool> pool_;  // shared with the chunks, some of which may outlive us
};

}  // namespace mini::broker
