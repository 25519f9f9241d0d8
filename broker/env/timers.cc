#include "broker/env/timers.h"

#include <cassert>
#include <utility>

namespace mini::broker {

Timers::~Timers() {
  assert(!advancing_);
  // An action may own another's Timer, so nothing may be dropped before every handle has let go.
  for (Entry* entry : heap_) entry->handle->entry_ = nullptr;
}

Timer Timers::arm(Millis deadline, UniqueFunction<void()> action) {
  assert(action);
  Entry& entry = *new_entry();
  entry.deadline = deadline;
  entry.order = next_order_++;
  entry.action = std::move(action);
  push(entry);
  return Timer(*this, entry);
}

std::size_t Timers::advance(Millis monotonic) {
  assert(!advancing_);
  advancing_ = true;
  collect_due(monotonic);
  std::size_t fired = 0;
  for (std::size_t i = 0; i < due_.size(); ++i) {
    if (!due_[i]) continue;  // an earlier action disarmed it
    Entry& entry = *due_[i];
    entry.handle->entry_ = nullptr;
    auto action = release(entry);
    action();
    ++fired;
  }
  due_.clear();
  advancing_ = false;
  return fired;
}

std::optional<Millis> Timers::next_deadline() const {
  if (heap_.empty()) return std::nullopt;
  return heap_.front()->deadline;
}

bool Timers::earlier(const Entry& a, const Entry& b) {
  return a.deadline != b.deadline ? a.deadline < b.deadline : a.order < b.order;
}

Timers::Entry* Timers::new_entry() {
  if (free_.empty()) {
    free_.reserve(entries_.size() + 1);  // so that release() never allocates
    return &entries_.emplace_back();
  }
  Entry* entry = free_.back();
  free_.pop_back();
  return entry;
}

// Gives the action out instead of dropping it here: dropping it may disarm others, and we are in the middle
// of this.
UniqueFunction<void()> Timers::release(Entry& entry) {
  if (entry.is_due) {
    due_[entry.position] = nullptr;
    --due_left_;
  } else {
    remove_at(entry.position);
  }
  entry.is_due = false;
  entry.handle = nullptr;
  free_.push_back(&entry);
  return std::move(entry.action);
}

void Timers::disarm(Entry& entry) { const auto dropped = release(entry); }

void Timers::collect_due(Millis monotonic) {
  while (!heap_.empty() && heap_.front()->deadline <= monotonic) {
    Entry& entry = *heap_.front();
    remove_at(0);
    entry.is_due = true;
    entry.position = due_.size();
    due_.push_back(&entry);
  }
  due_left_ = due_.size();
}

void Timers::push(Entry& entry) {
  heap_.push_back(&entry);
  sift_up(heap_.size() - 1);
}

void Timers::remove_at(std::size_t position) {
  Entry* last = heap_.back();
  heap_.pop_back();
  if (position == heap_.size()) return;
  place(position, *last);
  sift_up(position);
  sift_down(last->position);
}

void Timers::place(std::size_t position, Entry& entry) {
  heap_[position] = &entry;
  entry.position = position;
}

void Timers::sift_up(std::size_t position) {
  Entry& entry = *heap_[position];
  while (position > 0) {
    const std::size_t parent = (position - 1) / 2;
    if (!earlier(entry, *heap_[parent])) break;
    place(position, *heap_[parent]);
    position = parent;
  }
  place(position, entry);
}

void Timers::sift_down(std::size_t position) {
  Entry& entry = *heap_[position];
  for (std::size_t child = 2 * position + 1; child < heap_.size(); child = 2 * position + 1) {
    if (child + 1 < heap_.size() && earlier(*heap_[child + 1], *heap_[child])) ++child;
    if (!earlier(*heap_[child], entry)) break;
    place(position, *heap_[child]);
    position = child;
  }
  place(position, entry);
}

Timer::Timer(Timers& timers, Timers::Entry& entry) : timers_(&timers), entry_(&entry) { entry.handle = this; }

Timer::Timer(Timer&& other) noexcept : timers_(other.timers_), entry_(std::exchange(other.entry_, nullptr)) {
  if (entry_) entry_->handle = this;
}

Timer& Timer::operator=(Timer&& other) noexcept {
  if (this == &other) return *this;
  disarm();
  timers_ = other.timers_;
  entry_ = std::exchange(other.entry_, nullptr);
  if (entry_) entry_->handle = this;
  return *this;
}

std::optional<Millis> Timer::deadline() const {
  if (!entry_) return std::nullopt;
  return entry_->deadline;
}

void Timer::disarm() {
  if (Timers::Entry* entry = std::exchange(entry_, nullptr)) timers_->disarm(*entry);
}

}  // namespace mini::broker
