#pragma once

#include <algorithm>
#include <boost/lockfree/stack.hpp>

// Things that wait to be used again, the latest first, while they are still in the processor's cache: taken
// by any thread, also under a lock, put back by any thread. Takes neither a lock nor memory.
//
// When it is full, `put` says no, and whoever has the thing frees it. Owns nothing.
namespace mini::client {

template <class T>
class FreeList {
 public:
  static constexpr std::size_t capacity_max = 65'000;  // what a fixed stack of Boost.Lockfree can count

  explicit FreeList(std::size_t capacity) : things_(std::clamp<std::size_t>(capacity, 1, capacity_max)) {}

  T* try_take() {
    T* thing = nullptr;
    return things_.pop(thing) ? thing : nullptr;
  }
  bool put(T* thing) { return things_.push(thing); }

 private:
  boost::lockfree::stack<T*, boost::lockfree::fixed_sized<true>> things_;
};

}  // namespace mini::client
