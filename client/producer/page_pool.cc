#include "client/producer/page_pool.h"

namespace mini::client {
namespace {

constexpr std::size_t page_size_max = 16 * 1024;
constexpr std::size_t page_size_min = 512;
constexpr std::size_t pages_wanted = 64;  // a small buffer is cut into about so many
constexpr std::align_val_t alignment{alignof(Page)};

std::size_t page_size_for(std::size_t limit) {
  const std::size_t size = std::clamp(limit / pages_wanted, page_size_min, page_size_max);
  return size / sizeof(Page) * sizeof(Page);
}

}  // namespace

PagePool::PagePool(std::size_t limit)
    : limit_(limit),
      page_size_(page_size_for(limit)),
      page_charge_(std::min(page_size_, limit)),
      free_(pages_max()) {}

PagePool::~PagePool() {
  while (Page* page = try_take()) free(page);
}

// The limit is about bytes of records: a page's header does not count where the page is one record's.
Page* PagePool::make(std::size_t room, bool may_pass_it) {
  const std::size_t charged = room <= page_room() ? page_charge_ : room;
  room = std::max(room, page_room());
  std::size_t used = used_;
  for (;;) {
    if (!may_pass_it && used + charged > limit_) {
      Page* unused = try_take();
      if (!unused) return nullptr;
      if (charged == page_charge_) return unused;
      free(unused);
      used = used_;
    } else if (used_.compare_exchange_weak(used, used + charged)) {
      break;
    }
  }
  Page* page = ::new (::operator new(sizeof(Page) + room, alignment)) Page;
  page->room = room;
  return page;
}

void PagePool::put(Page* page) {
  page->next = nullptr;
  page->filled = 0;
  if (page->room != page_room() || used_ > limit_ || !free_.put(page)) free(page);
  on_room();
}

void PagePool::put_all(Page* chain) {
  while (chain) {
    Page* next = chain->next;
    put(chain);
    chain = next;
  }
}

void PagePool::free(Page* page) {
  used_ -= page->room == page_room() ? page_charge_ : page->room;
  page->~Page();
  ::operator delete(page, alignment);
}

void PagePool::discharge(std::size_t bytes) {
  used_ -= bytes;
  on_room();
}

void PagePool::trim(std::size_t keep) {
  while (used_ > keep) {
    Page* unused = try_take();
    if (!unused) return;
    free(unused);
  }
}

void PagePool::on_room() {
  if (!wanted_ || !wanted_.exchange(false)) return;
  room_made_ = true;
  if (bell_) bell_();
}

}  // namespace mini::client
