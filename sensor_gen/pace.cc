#include "sensor_gen/pace.h"

#include <algorithm>
#include <cassert>
#include <cmath>

namespace mini::sensor_gen {

Pace Pace::per_second(double events) {
  assert(events > 0);
  // Above a million a second the interval would lose its last digits; rounds of many keep the mean right.
  const double per_round = std::max(1.0, std::round(events / 1000));
  return Pace(static_cast<std::uint64_t>(per_round), Nanos(std::llround(per_round * 1e9 / events)));
}

Pace Pace::rounds(std::uint64_t events, Nanos interval) {
  assert(events > 0);
  return Pace(events, interval);
}

Pace::Nanos Pace::wait(Clock::time_point now) {
  if (!round_due_) round_due_ = now;
  if (sent_ == events_) {
    sent_ = 0;
    *round_due_ = std::max(*round_due_ + interval_, now - catch_up_max);
  }
  return std::max(Nanos(0), std::chrono::duration_cast<Nanos>(*round_due_ - now));
}

}  // namespace mini::sensor_gen
