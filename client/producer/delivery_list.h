#pragma once

#include <new>

#include "client/producer/page_pool.h"
#include "mini/producer.h"
#include "protocol/ids.h"

// The callbacks of a batch's records, in the records' order: the first few lie in the list itself, the others
// in pages of the pool. Adding one takes no memory but what was given by `add_page` before.
namespace mini::client {

struct WaitingDelivery {
  std::int32_t index;  // of the record within the batch
  TimestampMs timestamp;
  OnDelivery done;
};

class DeliveryList {
 public:
  DeliveryList() = default;
  ~DeliveryList() { drop(); }
  DeliveryList(const DeliveryList&) = delete;
  DeliveryList& operator=(const DeliveryList&) = delete;

  bool has_room() const { return next_ != end_; }
  void add_page(Page* page);
  void add(std::int32_t index, TimestampMs timestamp, OnDelivery&& done) {
    ::new (next_) WaitingDelivery{index, timestamp, std::move(done)};
    ++next_;
    ++count_;
  }
  bool empty() const { return count_ == 0; }

  template <class Visit>
  void for_each(Visit visit);
  void drop();                                                   // the callbacks, not the pages
  Page* take_pages() { return std::exchange(pages_, nullptr); }  // after `drop`

 private:
  static constexpr std::size_t first_room = 4;

  WaitingDelivery* first() { return reinterpret_cast<WaitingDelivery*>(first_); }

  alignas(WaitingDelivery) std::byte first_[first_room * sizeof(WaitingDelivery)];
  WaitingDelivery* next_ = first();
  WaitingDelivery* end_ = first() + first_room;
  std::size_t count_ = 0;
  Page* pages_ = nullptr;
  Page* last_ = nullptr;
};

inline void DeliveryList::add_page(Page* page) {
  (pages_ ? last_->next : pages_) = page;
  last_ = page;
  next_ = reinterpret_cast<WaitingDelivery*>(page->bytes());
  end_ = next_ + page->room / sizeof(WaitingDelivery);
}

template <class Visit>
void DeliveryList::for_each(Visit visit) {
  std::size_t left = count_;
  const auto visit_block = [&](WaitingDelivery* block, std::size_t room) {
    for (std::size_t i = 0; i < room && left > 0; ++i, --left) visit(block[i]);
  };
  visit_block(first(), first_room);
  for (Page* page = pages_; page; page = page->next)
    visit_block(reinterpret_cast<WaitingDelivery*>(page->bytes()), page->room / sizeof(WaitingDelivery));
}

inline void DeliveryList::drop() {
  for_each([](WaitingDelivery& each) { each.~WaitingDelivery(); });
  count_ = 0;
  next_ = first();
  end_ = next_ + first_room;
}

}  // namespace mini::client
