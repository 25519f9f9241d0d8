#pragma once

#include <chrono>

// The time, as the broker is told it: nothing below the server reads a clock.
//
//   broker.advance(Now{.monotonic = 1500ms, .wall = 1735689600000ms});
namespace mini::broker {

using Millis = std::chrono::milliseconds;

struct Now {
  Millis monotonic{0};  // any origin, never goes back: timers and sessions live on it
  Millis wall{0};       // since 1970-01-01 UTC, may jump: record timestamps and retention live on it
};

}  // namespace mini::broker
