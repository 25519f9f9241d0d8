#pragma once

#include <atomic>
#include <memory>
#include <vector>

#include "client/worker.h"
#include "mini/error.h"
#include "mini/record.h"
#include "protocol/ids.h"

// What the receipts of one batch share: written by the client's thread before `settle`, read after `wait`.
// Counted by hand so that a receipt is two words.
namespace mini::client {

class Completion {
 public:
  void retain() { references_.fetch_add(1, std::memory_order_relaxed); }
  void release() {
    if (references_.fetch_sub(1, std::memory_order_acq_rel) == 1) delete this;
  }

  bool settled() const { return settled_.load(std::memory_order_acquire); }
  void wait() const {
    if (worker)
      for (auto heard = worker->heard(); !settled(); heard = worker->heard()) worker->work(never, heard);
    settled_.wait(false, std::memory_order_acquire);
  }
  void settle() {
    settled_.store(true, std::memory_order_release);
    settled_.notify_all();
  }

  std::shared_ptr<Worker> worker;  // who makes it settle, where no thread does by itself

  // Read by others only once it is settled.
  struct Result {
    Error error;
    TopicPartition partition;
    Offset base_offset = no_offset;
    TimestampMs log_append_time = no_timestamp;
    std::vector<std::pair<std::int32_t, TimestampMs>> timestamps;  // of the tracked records, by index
  } result;

 private:
  ~Completion() = default;

  std::atomic<std::uint32_t> references_{1};
  std::atomic<bool> settled_{false};
};

}  // namespace mini::client
