#pragma once

#include <algorithm>
#include <cstddef>

// Counts the bytes that the broker holds against one limit. It counts; it does not allocate.
//
//   MemoryBudget memory(512 << 20);
//   if (!memory.try_take(chunk_bytes)) return ErrorCode::not_enough_replicas;
//
//   MemoryClaim claim(memory);           // gives everything back when it goes
//   if (!claim.try_resize(64 << 10)) ...
//
// One thread. A claim must not outlive its budget.
namespace mini::broker {

class MemoryBudget {
 public:
  explicit MemoryBudget(std::size_t limit_bytes) : limit_(limit_bytes) {}
  MemoryBudget(const MemoryBudget&) = delete;
  MemoryBudget& operator=(const MemoryBudget&) = delete;

  static constexpr std::size_t least_room_for_work = 1 << 20;

  bool try_take(std::size_t bytes);   // false, and nothing taken, when it would pass the limit
  void take(std::size_t bytes);       // what is decided (an index, a group): may pass the limit
  void give_back(std::size_t bytes);  // at most what was taken

  std::size_t used() const { return used_; }
  std::size_t limit() const { return limit_; }
  std::size_t available() const { return used_ < limit_ ? limit_ - used_ : 0; }
  // What a request that is being worked on may take until it is answered. A little is there even where all is
  // used up: what is kept could neither be read nor deleted otherwise.
  std::size_t room_for_work() const { return std::max(available(), least_room_for_work); }

 private:
  std::size_t limit_;
  std::size_t used_ = 0;
};

class MemoryClaim {
 public:
  MemoryClaim() = default;  // of no budget: may only be moved into
  explicit MemoryClaim(MemoryBudget& budget) : budget_(&budget) {}
  MemoryClaim(MemoryClaim&& other) noexcept;
  MemoryClaim& operator=(MemoryClaim&& other) noexcept;
  ~MemoryClaim() { release(); }

  bool try_resize(std::size_t bytes);  // shrinking always succeeds; a refused growth changes nothing
  void resize(std::size_t bytes);      // may pass the limit
  void release();                      // gives everything back
  std::size_t size() const { return bytes_; }

 private:
  MemoryBudget* budget_ = nullptr;
  std::size_t bytes_ = 0;
};

}  // namespace mini::broker
