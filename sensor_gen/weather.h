#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sensor_gen/climate.h"
#include "sensor_gen/event.h"
#include "sensor_gen/random.h"

// Weather stations that never existed, in cities that do.
//
//   WeatherSource source({.seed = 42, .sensors = 20});
//   if (auto event = source.next(when)) send(*event->key, event->value);   // nothing: the sensor dropped out
//
// The same settings and the same times give the same bytes, with any compiler. A sensor's readings do not
// depend on how many others there are.
namespace mini::sensor_gen {

inline constexpr std::int64_t sensors_max = 100'000;

inline constexpr std::chrono::milliseconds stuck_least{170'000}, stuck_most{190'000};

struct Anomalies {
  std::uint32_t spike_ppb = 2'000'000;    // the temperature jumps by 15 to 60 %, either way
  std::uint32_t stuck_ppb = 1'000'000;    // the value repeats for about 180 s
  std::uint32_t dropout_ppb = 1'000'000;  // no event, though its seq is used up
  // A sensor is no longer stuck after so many readings, however little time has passed: what is generated as
  // fast as possible would otherwise be stuck for the most part.
  std::uint64_t stuck_readings_max = UINT64_MAX;
};

enum class Status { ok, stuck, spike };

// Whole numbers; the unit says how small.
struct WeatherValue {
  std::int64_t temperature = 0;  // 0.01 C
  std::int64_t humidity = 0;     // 0.01 %
  std::int64_t pressure = 0;     // 0.01 hPa
  std::int64_t wind_speed = 0;   // 0.01 km/h
  std::int64_t rainfall = 0;     // 0.01 mm
  std::string_view wind_direction;
  bool operator==(const WeatherValue&) const = default;
};

struct WeatherReading {
  Instant when;
  std::string_view sensor_id;  // of the station, which outlives the reading
  const City* city = nullptr;
  std::int64_t latitude = 0, longitude = 0;  // 0.0001 degrees
  WeatherValue value;
  Status status = Status::ok;
  std::uint64_t seq = 0;             // counts from 1 for each sensor
  std::int64_t signal_strength = 0;  // dBm, -80 to -50
  std::int64_t reading_quality = 0;  // thousandths of 1
};

std::string_view name_of(Status status);
Event to_event(const WeatherReading& reading);

class WeatherStation {
 public:
  WeatherStation(std::uint64_t seed, std::uint64_t index, const Anomalies& anomalies);

  // The reading of that time; times may not go back. Nothing where the sensor dropped out.
  std::optional<WeatherReading> next(Instant when);

 private:
  // A quantity that wanders around its mean and never leaves +-limit.
  struct Drift {
    std::int64_t limit = 0;
    std::int64_t offset = 0;
    std::int64_t next(Random& random);
  };

  WeatherValue observe(Instant when);
  std::int64_t spiked(std::int64_t temperature);
  bool is_stuck(Instant when);

  Random random_;
  const City* city_;
  std::string sensor_id_;
  Anomalies anomalies_;
  std::int64_t latitude_, longitude_;
  std::uint64_t seq_ = 0;
  Drift temperature_, humidity_{400}, pressure_{300}, wind_{150};
  std::int64_t direction_;
  std::optional<WeatherValue> last_;
  Instant stuck_until_{};
  std::uint64_t stuck_readings_ = 0;  // of the present spell
};

// All stations in turn.
struct WeatherSettings {
  std::uint64_t seed = 0;
  std::uint64_t sensors = 20;
  Anomalies anomalies;
};

class WeatherSource : public EventSource {
 public:
  explicit WeatherSource(const WeatherSettings& settings);
  std::optional<Event> next(Instant when) override;
  bool exhausted() const override { return false; }

 private:
  std::vector<WeatherStation> stations_;
  std::size_t turn_ = 0;
};

}  // namespace mini::sensor_gen
