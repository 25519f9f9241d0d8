#pragma once

#include <cstddef>
#include <list>
#include <memory>
#include <span>
#include <unordered_map>
#include <vector>

#include "broker/env/events.h"
#include "broker/env/timers.h"
#include "broker/env/unique_function.h"

// Who waits for records. A Fetch that found too little is parked here until one of these ends it:
//
//   - the partitions it waits on have taken in `bytes_missing` more bytes,
//   - one of them is deleted,
//   - its deadline comes,
//   - its connection closes (then nobody is answered, and everything it held is freed at once).
//
//   waiters.park({.connection = c, .bytes_missing = 1, .deadline = now + 500ms}, partitions, answer);
//   partition.waits().appended(bytes);  // marks those that have enough
//   waiters.answer_ready();             // after each request, by the core: runs their `answer`, each once
//
// Appending costs nothing where nobody waits. Nothing here runs while nothing happens. One thread.
namespace mini::broker {

class FetchWaiters;

// One per partition: those who wait on it, in a ring of links that the waits own.
class WaitList {
 public:
  WaitList() = default;
  WaitList(const WaitList&) = delete;
  WaitList& operator=(const WaitList&) = delete;
  ~WaitList() { partition_gone(); }

  void appended(std::size_t bytes);
  void partition_gone();  // all who wait here are ready
  bool empty() const { return first_ == nullptr; }

 private:
  friend class FetchWaiters;
  struct Link;
  void insert(Link& link);
  void remove(Link& link);

  Link* first_ = nullptr;
};

class FetchWaiters {
 public:
  struct Terms {
    ConnectionId connection;
    std::size_t bytes_missing;  // at least 1
    Millis deadline;            // on the monotonic time
  };

  explicit FetchWaiters(Timers& timers);
  ~FetchWaiters();
  FetchWaiters(const FetchWaiters&) = delete;
  FetchWaiters& operator=(const FetchWaiters&) = delete;

  // `answer` runs at most once, from `answer_ready` or from `Timers::advance`. It may park again.
  void park(const Terms& terms, std::span<WaitList* const> partitions, UniqueFunction<void()> answer);
  void drop(ConnectionId connection);
  void answer_ready();

  std::size_t size() const { return waits_.size(); }

 private:
  friend class WaitList;
  struct Wait;

  void mark_ready(Wait& wait);
  void finish(Wait& wait);

  Timers& timers_;
  std::unordered_map<ConnectionId, std::unique_ptr<Wait>> waits_;  // a connection has one request at a time
  std::vector<ConnectionId> ready_;
};

}  // namespace mini::broker
