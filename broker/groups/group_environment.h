#pragma once

#include "broker/env/environment.h"
#include "broker/groups/calls.h"

// What every group is given by the coordinator that owns it.
namespace mini::broker {

struct GroupEnvironment {
  const GroupSettings settings;
  Timers& timers;
  Events& events;
  MemoryBudget& memory;
  Random member_ids;
  Now now;  // of the call that is being served

  // Where a decision goes: the record is handed on, then applied, before this returns.
  UniqueFunction<void(const GroupRecord&)> append;
  // Answers are kept until the call is done with its own state: who is answered may call again at once.
  std::vector<UniqueFunction<void()>> answers;

  // Asked before state grows by so many bytes; where there is none the event says what was refused.
  bool room_for(std::size_t bytes, std::string_view refused) {
    if (bytes <= memory.available()) return true;
    events.limit_hit({"mini.memory.limit", refused});
    return false;
  }

  template <class Answer, class Result>
  void answer(Answer to, Result result) {
    answers.push_back([to = std::move(to), result = std::move(result)]() mutable { to(std::move(result)); });
  }
  void deliver() {
    for (auto& each : std::exchange(answers, {})) each();
  }

  template <class Action>
  [[nodiscard]] Timer after(std::int64_t delay_ms, Action action) {
    const Millis deadline = now.monotonic + Millis(delay_ms);
    return timers.arm(deadline, [this, action]() mutable {
      action();
      deliver();
    });
  }
};

}  // namespace mini::broker
