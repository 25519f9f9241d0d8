#pragma once

#include <algorithm>
#include <boost/lockfree/queue.hpp>

namespace mini::client {

class Batch;

// Batches on their way from the threads that fill them to the one that sends them, in the order in which they
// were begun. One is handed over when its first record is put in, and may still be filled afterwards.
//
// When it is full, `push` says no and takes nothing: the record is not taken either, as if the buffer's
// memory were used up. Any thread pushes, one at a time pops; neither ever waits.
class Handover {
 public:
  static constexpr std::size_t capacity_max = 65'000;  // what a fixed queue of Boost.Lockfree can count

  explicit Handover(std::size_t capacity) : batches_(std::clamp<std::size_t>(capacity, 1, capacity_max)) {}

  bool push(Batch* batch) { return batches_.push(batch); }
  Batch* pop() {
    Batch* batch = nullptr;
    return batches_.pop(batch) ? batch : nullptr;
  }

 private:
  boost::lockfree::queue<Batch*, boost::lockfree::fixed_sized<true>> batches_;
};

}  // namespace mini::client
