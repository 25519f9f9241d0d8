#include "sensor_gen/climate.h"

#include <array>

namespace mini::sensor_gen {
namespace {

constexpr std::array<City, 5> all_cities{{
    {"cairo", "Cairo", "Greater Cairo", 2800, 1800, 300, 5500, 300444, 312357, 23},
    {"alexandria", "Alexandria", "Mediterranean Coast", 2600, 2000, 250, 6800, 312001, 299187, 5},
    {"giza", "Giza", "Greater Cairo", 2900, 1900, 300, 5000, 300131, 312089, 19},
    {"luxor", "Luxor", "Upper Egypt", 3500, 2200, 400, 3500, 256872, 326396, 76},
    {"aswan", "Aswan", "Upper Egypt", 3800, 2400, 500, 3000, 240889, 328998, 85},
}};

// 3x^2 - 2x^3, from 0 to warmth_max, flat at both ends.
std::int64_t smooth(std::int64_t part, std::int64_t whole) {
  const std::int64_t x = part * warmth_max / whole;
  return x * x * (3 * warmth_max - 2 * x) / (warmth_max * warmth_max);
}

}  // namespace

std::span<const City> cities() { return all_cities; }

std::int64_t warmth(Instant when) {
  using std::chrono::hours, std::chrono::milliseconds;
  constexpr milliseconds day = hours(24), coldest = hours(5), warming = hours(9);
  const Instant local = when + egypt_zone - coldest;
  const milliseconds since_coldest = local - std::chrono::floor<std::chrono::days>(local);
  return since_coldest < warming ? smooth(since_coldest.count(), warming.count())
                                 : smooth((day - since_coldest).count(), (day - warming).count());
}

}  // namespace mini::sensor_gen
