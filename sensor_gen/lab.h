#pragma once

#include "sensor_gen/event.h"
#include "sensor_gen/random.h"

// The weather of a course lab: a city drawn from three, and a temperature.
//
//   LabSource source(42);
//   source.next(when)->value     // {"timestamp": "2026-07-01T12:00:00.000+00:00", "city": "Fuzhou",
//                                //  "temperature": 24.3}
//
// The key is the city. The same seed and times give the same bytes, with any compiler.
namespace mini::sensor_gen {

class LabSource : public EventSource {
 public:
  explicit LabSource(std::uint64_t seed) : random_(seed, stream) {}
  std::optional<Event> next(Instant when) override;
  bool exhausted() const override { return false; }

 private:
  static constexpr std::uint64_t stream = 0x1AB;

  Random random_;
};

}  // namespace mini::sensor_gen
