#include "broker/topics/fetch_waiters.h"

#include <cassert>

namespace mini::broker {

struct WaitList::Link {
  FetchWaiters::Wait* wait = nullptr;
  WaitList* list = nullptr;
  Link* previous = nullptr;
  Link* next = nullptr;
};

struct FetchWaiters::Wait {
  FetchWaiters* owner = nullptr;
  ConnectionId connection = 0;
  std::size_t bytes_missing = 0;
  bool ready = false;
  Timer deadline;
  UniqueFunction<void()> answer;
  std::vector<WaitList::Link> links;  // sized once: lists point into it

  ~Wait() {
    for (WaitList::Link& link : links) {
      if (link.list) link.list->remove(link);
    }
  }
};

void WaitList::insert(Link& link) {
  link.list = this;
  link.next = first_;
  if (first_) first_->previous = &link;
  first_ = &link;
}

void WaitList::remove(Link& link) {
  if (link.previous)
    link.previous->next = link.next;
  else
    first_ = link.next;
  if (link.next) link.next->previous = link.previous;
  link.list = nullptr;
}

void WaitList::appended(std::size_t bytes) {
  for (Link* link = first_; link; link = link->next) {
    FetchWaiters::Wait& wait = *link->wait;
    wait.bytes_missing -= std::min(wait.bytes_missing, bytes);
    if (wait.bytes_missing == 0) wait.owner->mark_ready(wait);
  }
}

void WaitList::partition_gone() {
  while (first_) {
    Link& link = *first_;
    remove(link);
    link.wait->owner->mark_ready(*link.wait);
  }
}

FetchWaiters::FetchWaiters(Timers& timers) : timers_(timers) {}

FetchWaiters::~FetchWaiters() = default;

void FetchWaiters::park(const Terms& terms, std::span<WaitList* const> partitions,
                        UniqueFunction<void()> answer) {
  assert(terms.bytes_missing > 0 && !waits_.contains(terms.connection));
  auto wait = std::make_unique<Wait>();
  wait->owner = this;
  wait->connection = terms.connection;
  wait->bytes_missing = terms.bytes_missing;
  wait->answer = std::move(answer);
  wait->links.resize(partitions.size());
  for (std::size_t i = 0; i < partitions.size(); ++i) {
    wait->links[i].wait = wait.get();
    partitions[i]->insert(wait->links[i]);
  }
  wait->deadline = timers_.arm(terms.deadline, [this, waiting = wait.get()] { finish(*waiting); });
  waits_.emplace(terms.connection, std::move(wait));
}

void FetchWaiters::drop(ConnectionId connection) { waits_.erase(connection); }

void FetchWaiters::mark_ready(Wait& wait) {
  if (std::exchange(wait.ready, true)) return;
  ready_.push_back(wait.connection);
}

void FetchWaiters::answer_ready() {
  while (!ready_.empty()) {
    const std::vector<ConnectionId> now_ready = std::exchange(ready_, {});
    for (const ConnectionId connection : now_ready) {
      const auto found = waits_.find(connection);
      // It may have been answered at its deadline, or dropped, since it was marked.
      if (found != waits_.end() && found->second->ready) finish(*found->second);
    }
  }
}

void FetchWaiters::finish(Wait& wait) {
  UniqueFunction<void()> answer = std::move(wait.answer);
  waits_.erase(wait.connection);
  answer();
}

}  // namespace mini::broker
