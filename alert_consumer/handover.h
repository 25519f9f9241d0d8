#pragma once

#include <atomic>
#include <boost/lockfree/spsc_queue.hpp>
#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>

// Where two threads meet: one gives, one takes, in order; at most `Capacity` items are under way.
//
//   Handover<Job, 8> jobs;
//   while (!jobs.offer(job, 100ms)) look_after_other_things();     // the giver
//   if (auto job = jobs.take(100ms)) work(*job);                   // the taker
//
// When it is full: offer() waits at most its patience, then says false and the item stays with the giver.
// Nothing is ever dropped; what nobody took is destroyed with the queue. Items pass through a lock-free ring;
// a lock is touched only by a thread that has to sleep and by the one that wakes it.
namespace mini::alerts {

// Sleeps until there is something to do; the other thread rings after it has changed the ring.
class Doorbell {
 public:
  template <class Ready>
  bool wait(Ready ready, std::chrono::milliseconds patience) {
    if (ready()) return true;
    std::unique_lock lock(mutex_);
    asleep_.exchange(1);  // ordered against ring(): either it sees us asleep, or we see what it did
    const bool is_ready = changed_.wait_for(lock, patience, ready);
    asleep_.exchange(0);
    return is_ready;
  }

  void ring() {
    if (asleep_.fetch_or(0) == 0) return;
    const std::lock_guard lock(mutex_);
    changed_.notify_one();
  }

 private:
  std::atomic<int> asleep_ = 0;
  std::mutex mutex_;
  std::condition_variable changed_;
};

template <class T, std::size_t Capacity>
class Handover {
 public:
  Handover() = default;
  Handover(const Handover&) = delete;
  Handover& operator=(const Handover&) = delete;
  ~Handover() {
    ring_.consume_all([](T* left) { delete left; });
  }

  bool offer(std::unique_ptr<T>& item, std::chrono::milliseconds patience) {
    if (!room_.wait([this] { return ring_.write_available() > 0; }, patience)) return false;
    ring_.push(item.release());
    items_.ring();
    return true;
  }

  std::unique_ptr<T> take(std::chrono::milliseconds patience) {
    if (!items_.wait([this] { return ring_.read_available() > 0; }, patience)) return nullptr;
    T* taken = nullptr;
    ring_.pop(taken);
    room_.ring();
    return std::unique_ptr<T>(taken);
  }

 private:
  boost::lockfree::spsc_queue<T*, boost::lockfree::capacity<Capacity>> ring_;
  Doorbell items_, room_;
};

}  // namespace mini::alerts
