#pragma once

#include <atomic>
#include <functional>
#include <new>

#include "client/producer/free_list.h"

// The memory of batches: pages of 16 KiB, chained as a batch grows, within buffer.memory.
//
//   Page* page = pool.try_take();                 // used before and free now; no lock, no allocation
//   if (!page) page = pool.make(pool.page_room());  // nullptr: buffer.memory is used up
//   ...
//   pool.put(page);
//
// Memory is asked for as batches need it and given back by `trim`. A record that is larger than a page's room
// gets a page of its own. A buffer.memory of less than a megabyte has smaller pages. Any thread may call
// anything.
namespace mini::client {

struct alignas(64) Page {
  Page* next = nullptr;    // in the chain of a batch
  std::size_t room = 0;    // bytes behind this header
  std::size_t filled = 0;  // of them

  std::uint8_t* bytes() { return reinterpret_cast<std::uint8_t*>(this + 1); }
  std::size_t left() const { return room - filled; }
};

class PagePool {
 public:
  explicit PagePool(std::size_t limit);
  ~PagePool();
  PagePool(const PagePool&) = delete;
  PagePool& operator=(const PagePool&) = delete;

  std::size_t page_room() const { return page_size_ - sizeof(Page); }
  std::size_t pages_max() const { return limit_ / page_size_ + 1; }

  Page* try_take() { return free_.try_take(); }
  // A page with at least `room` bytes. Beyond the limit where `may_pass_it`.
  Page* make(std::size_t room, bool may_pass_it = false);
  void put(Page* page);
  void put_all(Page* chain);

  // Memory that lies elsewhere and counts all the same.
  void charge(std::size_t bytes) { used_ += bytes; }
  void discharge(std::size_t bytes);

  std::size_t used() const { return used_; }  // free pages included
  void trim(std::size_t keep);                // frees free pages until only so many bytes are in use

  // Rings once when something is put back after `want_room`. Change it while no other thread is here.
  void set_bell(std::function<void()> bell) { bell_ = std::move(bell); }
  void want_room() { wanted_ = true; }
  // Whether something was put back after `want_room`, since the last time.
  bool take_room_made() { return room_made_ && room_made_.exchange(false); }

 private:
  void free(Page* page);
  void on_room();

  const std::size_t limit_;
  const std::size_t page_size_;
  const std::size_t page_charge_;  // what a page of the usual size counts
  FreeList<Page> free_;
  std::atomic<std::size_t> used_{0};
  std::atomic<bool> wanted_{false};
  std::atomic<bool> room_made_{false};
  std::function<void()> bell_;
};

}  // namespace mini::client
