#include "broker/log/memory_storage.h"

#include <algorithm>
#include <map>
#include <new>
#include <utility>
#include <vector>

namespace mini::broker {
namespace {

using Memory = std::unique_ptr<std::uint8_t[]>;

std::size_t rounded_up(std::size_t bytes) {
  const auto fits = std::find_if(chunk_sizes.begin(), chunk_sizes.end(),
                                 [bytes](std::size_t size) { return bytes <= size; });
  if (fits != chunk_sizes.end()) return *fits;
  return (bytes + large_chunk_step - 1) / large_chunk_step * large_chunk_step;
}

}  // namespace

class MemoryStorage::Pool {
 public:
  Pool(MemoryBudget& budget, std::size_t bytes_max) : budget_(budget), held_(budget), bytes_max_(bytes_max) {}

  std::size_t bytes() const { return bytes_; }

  Memory take(std::size_t size) {
    if (!held_.try_resize(held_.size() + size)) return nullptr;
    Memory found = pop(size);
    if (!found) {
      shrink_to(budget_.available());
      found.reset(new (std::nothrow) std::uint8_t[size]);  // not zeroed: it is written before it is read
    }
    if (!found) uncount(size);
    return found;
  }

  void put(Memory memory, std::size_t size) {
    uncount(size);
    if (closed_ || size > bytes_max_) return;
    shrink_to(bytes_max_ - size);
    free_[size].push_back(std::move(memory));
    bytes_ += size;
  }

  void close() {
    closed_ = true;
    shrink_to(0);
    held_.release();
  }

 private:
  void uncount(std::size_t size) {
    if (!closed_) held_.resize(held_.size() - size);
  }

  Memory pop(std::size_t size) {
    const auto found = free_.find(size);
    if (found == free_.end()) return nullptr;
    Memory memory = std::move(found->second.back());
    found->second.pop_back();
    if (found->second.empty()) free_.erase(found);
    bytes_ -= size;
    return memory;
  }

  // Takes from whichever size has hoarded most, so that no size keeps the others out for ever.
  void shrink_to(std::size_t bytes_max) {
    while (bytes_ > bytes_max) {
      const auto most = std::max_element(free_.begin(), free_.end(), [](const auto& a, const auto& b) {
        return a.first * a.second.size() < b.first * b.second.size();
      });
      pop(most->first);
    }
  }

  MemoryBudget& budget_;
  MemoryClaim held_;  // all chunks that somebody holds
  const std::size_t bytes_max_;
  std::map<std::size_t, std::vector<Memory>> free_;  // by size; no list is empty
  std::size_t bytes_ = 0;
  bool closed_ = false;
};

class MemoryStorage::PooledChunk : public Chunk {
 public:
  PooledChunk(Memory memory, std::size_t capacity, std::shared_ptr<Pool> pool)
      : Chunk(memory.get(), capacity), memory_(std::move(memory)), pool_(std::move(pool)) {}
  ~PooledChunk() override { pool_->put(std::move(memory_), capacity()); }

 private:
  Memory memory_;
  std::shared_ptr<Pool> pool_;
};

MemoryStorage::MemoryStorage(MemoryBudget& memory, std::size_t pool_bytes_max)
    : memory_(memory), pool_(std::make_shared<Pool>(memory, pool_bytes_max)) {}

MemoryStorage::~MemoryStorage() { pool_->close(); }

std::shared_ptr<Chunk> MemoryStorage::allocate(std::size_t bytes_min) {
  const std::size_t capacity = rounded_up(bytes_min);
  Memory memory = pool_->take(capacity);
  if (!memory) return nullptr;
  return std::make_shared<PooledChunk>(std::move(memory), capacity, pool_);
}

std::size_t MemoryStorage::pooled_bytes() const { return pool_->bytes(); }

}  // namespace mini::broker
