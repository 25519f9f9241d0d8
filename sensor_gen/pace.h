#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

// Says when the next event is due. It is told the time and never asks for it.
//
//   Pace pace = Pace::per_second(1000);          // or Pace::rounds(20, 5s), or Pace::unlimited()
//   pace.wait(now)                               // zero: send one, then tell sent(); else come back after so
//   long
//
// The first call of wait() is the start. A caller that was away for longer than catch_up_max (a suspended
// laptop) is forgiven the time lost instead of being asked for a flood.
namespace mini::sensor_gen {

class Pace {
 public:
  using Clock = std::chrono::steady_clock;
  using Nanos = std::chrono::nanoseconds;
  static constexpr Nanos catch_up_max = std::chrono::seconds(1);

  static Pace unlimited() { return Pace(1, Nanos(0)); }
  static Pace per_second(double events);                     // events > 0
  static Pace rounds(std::uint64_t events, Nanos interval);  // so many at once, then again an interval later

  Nanos wait(Clock::time_point now);
  void sent() { ++sent_; }

 private:
  Pace(std::uint64_t events, Nanos interval) : events_(events), interval_(interval) {}

  std::uint64_t events_;  // of one round
  Nanos interval_;        // between rounds
  std::uint64_t sent_ = 0;
  std::optional<Clock::time_point> round_due_;
};

}  // namespace mini::sensor_gen
