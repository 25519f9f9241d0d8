#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>

#include "protocol/ids.h"

// Time as the machines are told it: they never ask.
namespace mini::client {

using TimeMs = std::int64_t;  // on the monotonic clock
inline constexpr TimeMs never = std::numeric_limits<TimeMs>::max();

struct Now {
  TimeMs monotonic = 0;  // waits, deadlines
  TimestampMs wall = 0;  // record timestamps
};

// `from` and `ms` later, where `ms` may be as large as a setting allows.
inline TimeMs later(TimeMs from, std::int64_t ms) { return ms > never - from ? never : from + ms; }

}  // namespace mini::client
