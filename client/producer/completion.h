#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "client/producer/free_list.h"
#include "client/worker.h"
#include "mini/error.h"
#include "mini/record.h"
#include "protocol/ids.h"

// What the receipts of one batch share: written by the client's thread before `settle`, read after `wait`.
// Counted by hand so that a receipt is small. The last one to let go puts it back where it came from, for
// another batch.
namespace mini::client {

class Completions;

class Completion {
 public:
  void retain() { references_.fetch_add(1, std::memory_order_relaxed); }
  void release() {
    if (references_.fetch_sub(1, std::memory_order_acq_rel) == 1) put_back();
  }

  bool settled() const { return settled_.load(std::memory_order_acquire); }
  void wait() const {
    if (worker)
      for (auto heard = worker->heard(); !settled(); heard = worker->heard()) worker->work(never, heard);
    settled_.wait(false, std::memory_order_acquire);
  }
  void settle();
  // Runs `then` when it is settled, on the thread that settles it; at once where it is settled already.
  void when_settled(std::function<void()> then);

  std::shared_ptr<Worker> worker;  // who makes it settle, where no thread does by itself

  // Read by others only once it is settled.
  struct Result {
    Error error;
    TopicPartition partition;
    Offset base_offset = no_offset;
    TimestampMs log_append_time = no_timestamp;
  } result;

 private:
  friend class Completions;
  Completion() = default;
  ~Completion() = default;

  void put_back();

  std::shared_ptr<Completions> home_;  // while it is in use
  std::atomic<std::uint32_t> references_{1};
  std::atomic<bool> settled_{false};
  std::mutex mutex_;  // guards then_, and settling against adding to it
  std::vector<std::function<void()>> then_;
};

// Completions that are used again and again. Receipts, and with them this, may outlive the producer.
class Completions : public std::enable_shared_from_this<Completions> {
 public:
  explicit Completions(std::shared_ptr<Worker> worker) : worker_(std::move(worker)), free_(free_max) {}
  ~Completions();
  Completions(const Completions&) = delete;
  Completions& operator=(const Completions&) = delete;

  // With one reference, the caller's. `try_take` neither allocates nor locks: nullptr where none is free.
  Completion* try_take();
  Completion* make();

 private:
  friend class Completion;
  static constexpr std::size_t free_max = 1024;

  const std::shared_ptr<Worker> worker_;
  FreeList<Completion> free_;
};

}  // namespace mini::client
