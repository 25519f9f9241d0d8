#pragma once

#include <chrono>
#include <cstdint>
#include <span>
#include <string_view>

#include "sensor_gen/time_text.h"

// Five cities of Egypt and the course of a day there.
//
// Whole numbers throughout: temperatures in hundredths of a degree, positions in ten-thousandths of a degree.
namespace mini::sensor_gen {

struct City {
  std::string_view id, name, region;
  std::int64_t day_temperature, night_temperature;  // means, 0.01 C
  std::int64_t temperature_variation;               // around the mean, 0.01 C
  std::int64_t humidity;                            // at the night mean, 0.01 %
  std::int64_t latitude, longitude;                 // 0.0001 degrees
  std::int64_t altitude_m;
};

std::span<const City> cities();

// Standard time all year: the sun does not change its clock.
inline constexpr std::chrono::minutes egypt_zone = std::chrono::hours(2);

// How far the day has warmed: 0 at 05:00, the coldest, `warmth_max` at 14:00, smooth in between.
inline constexpr std::int64_t warmth_max = 10'000;
std::int64_t warmth(Instant when);

}  // namespace mini::sensor_gen
