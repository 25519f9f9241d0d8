#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "client/worker.h"
#include "mini/error.h"
#include "mini/record.h"
#include "protocol/ids.h"

// What the receipts of one batch share: written by the client's thread before `settle`, read after `wait`.
// Counted by hand so that a receipt is small; used again for another batch once no receipt is left.
namespace mini::client {

class Completion {
 public:
  explicit Completion(std::shared_ptr<Worker> worker) : worker(std::move(worker)) {}

  void retain() { references_.fetch_add(1, std::memory_order_relaxed); }
  void release() {
    if (references_.fetch_sub(1, std::memory_order_acq_rel) == 1) delete this;
  }
  // Whether the caller has the only reference; it is not settled any more then.
  bool reuse() {
    if (references_.load(std::memory_order_acquire) != 1) return false;
    settled_.store(false, std::memory_order_relaxed);
    return true;
  }

  bool settled() const { return settled_.load(std::memory_order_acquire); }
  void wait() const {
    while (worker && !settled()) worker->work(never);
    settled_.wait(false, std::memory_order_acquire);
  }
  void settle();
  // Runs `then` when it is settled, on the thread that settles it; at once where it is settled already.
  void when_settled(std::function<void()> then);

  const std::shared_ptr<Worker> worker;  // who makes it settle, where no thread does by itself

  // Read by others only once it is settled.
  struct Result {
    Error error;
    TopicPartition partition;
    Offset base_offset = no_offset;
    TimestampMs log_append_time = no_timestamp;
  } result;

 private:
  ~Completion() = default;

  std::atomic<std::uint32_t> references_{1};
  std::atomic<bool> settled_{false};
  std::mutex mutex_;                           // guards then_, and settling against adding to it
  std::vector<std::function<void()>> then_;
};

}  // namespace mini::client
