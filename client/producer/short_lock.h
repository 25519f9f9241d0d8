#pragma once

#include <atomic>
#include <thread>

// A lock for what takes some tens of nanoseconds and cannot wait: spins, then gives way to others. For what
// is rare (a new topic, one more batch) it may also be held a little longer. For std::lock_guard and
// std::unique_lock.
namespace mini::client {

class ShortLock {
 public:
  void lock() noexcept {
    while (taken_.exchange(true, std::memory_order_acquire)) wait_until_free();
  }
  void unlock() noexcept { taken_.store(false, std::memory_order_release); }

 private:
  static constexpr int spins_max = 100;

  void wait_until_free() const noexcept {
    for (int spins = 0; taken_.load(std::memory_order_relaxed); ++spins)
      if (spins >= spins_max) std::this_thread::yield();  // the holder was interrupted
  }

  std::atomic<bool> taken_{false};
};

}  // namespace mini::client
