#pragma once

#include <cstdint>

// Randomness that gives the same numbers with every compiler and at every optimisation level: whole numbers
// only, our own distributions.
//
//   Random random(seed, stream);          // streams of one seed do not influence each other
//   random.between(-5, 5);                // each of the eleven equally likely
//   random.bell(300);                     // mostly near 0, never past +-900
//   random.chance(parts_per_billion);     // true that often
//
// Not for secrets.
namespace mini::sensor_gen {

inline constexpr std::uint32_t certain_ppb = 1'000'000'000;

class Random {
 public:
  Random(std::uint64_t seed, std::uint64_t stream);

  std::uint64_t next();
  std::int64_t between(std::int64_t least, std::int64_t greatest);  // both included; least <= greatest
  std::int64_t bell(std::int64_t deviation);                        // sum of three draws; deviation >= 0
  bool chance(std::uint32_t ppb);

 private:
  std::uint64_t state_;
};

}  // namespace mini::sensor_gen
