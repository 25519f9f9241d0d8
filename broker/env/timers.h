#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

#include "broker/env/now.h"
#include "broker/env/unique_function.h"

// Deadlines on the monotonic time.
//
//   Timer deadline = timers.arm(now.monotonic + 500ms, [this] { answer_empty(); });
//   deadline = {};                           // disarmed; so does its destructor
//   timers.advance(now.monotonic);           // whoever is told the time tells it on
//   wake_me_at(timers.next_deadline());
//
// One thread. A Timer may outlive its Timers and the other way round. Arming and disarming cost O(log n) and,
// once warm, no allocation (while the action fits inside a UniqueFunction).
namespace mini::broker {

class Timer;

class Timers {
 public:
  Timers() = default;
  Timers(const Timers&) = delete;
  Timers& operator=(const Timers&) = delete;
  ~Timers();  // disarms all; their actions are dropped, not run. Never from within an action.

  [[nodiscard]] Timer arm(Millis deadline, UniqueFunction<void()> action);

  // Runs what is due at `monotonic`, by deadline and then in the order of arming, each once; gives how many
  // ran. An action may arm and disarm others and destroy its own Timer. What it arms waits for the next
  // advance(), even if already due, so that this call always ends. Actions must not call advance().
  std::size_t advance(Millis monotonic);

  std::optional<Millis> next_deadline() const;  // nothing when none is armed
  std::size_t size() const { return heap_.size() + due_left_; }

 private:
  friend class Timer;

  struct Entry {
    Millis deadline{0};
    std::uint64_t order = 0;
    std::size_t position = 0;  // in heap_, or in due_ while is_due
    bool is_due = false;
    UniqueFunction<void()> action;
    Timer* handle = nullptr;
  };

  static bool earlier(const Entry& a, const Entry& b);
  Entry* new_entry();
  UniqueFunction<void()> release(Entry& entry);
  void disarm(Entry& entry);
  void collect_due(Millis monotonic);
  void push(Entry& entry);
  void remove_at(std::size_t position);
  void place(std::size_t position, Entry& entry);
  void sift_up(std::size_t position);
  void sift_down(std::size_t position);

  std::deque<Entry> entries_;  // all that were ever needed at once: they stay where they are
  std::vector<Entry*> free_;   // those of them that are not armed
  std::vector<Entry*> heap_;   // the earliest first
  std::vector<Entry*> due_;    // only during advance(): what runs now; null once run or disarmed
  std::size_t due_left_ = 0;
  std::uint64_t next_order_ = 0;
  bool advancing_ = false;
};

// Holds one armed deadline; destroying, disarming or overwriting it means that its action never runs.
class Timer {
 public:
  Timer() = default;
  Timer(Timer&& other) noexcept;
  Timer& operator=(Timer&& other) noexcept;
  ~Timer() { disarm(); }

  bool armed() const { return entry_ != nullptr; }  // false from just before its action runs
  std::optional<Millis> deadline() const;           // nothing when not armed
  void disarm();

 private:
  friend class Timers;
  Timer(Timers& timers, Timers::Entry& entry);

  Timers* timers_ = nullptr;
  Timers::Entry* entry_ = nullptr;
};

}  // namespace mini::broker
