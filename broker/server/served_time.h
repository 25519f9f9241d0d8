#pragma once

#include <optional>

#include "broker/env/now.h"

// The monotonic time that the core is told.
//
// It goes as the machine's does, except that time in which nobody was served does not count: where the
// process stood still, or one request took long, what clients sent in time lies unread in their sockets, and
// no session may end for it. A timer that is overdue by more than `away_min` tells of such a time; it then
// runs after `grace`, in which the sockets are read.
//
//   ServedTime time;
//   now.monotonic = time.tell(machine_now, next_deadline);
//   loop.set_timer(time.on_machine(next_deadline), ...);
namespace mini::broker {

class ServedTime {
 public:
  static constexpr Millis away_min{500};
  static constexpr Millis grace{100};

  // `due`: when the next timer is to run, if there is one. Never goes back.
  Millis tell(Millis machine, std::optional<Millis> due);
  Millis on_machine(Millis told) const { return told + away_; }

 private:
  Millis away_{0};
  Millis last_{0};
};

}  // namespace mini::broker
