#include "sensor_gen/random.h"

#include <cassert>

namespace mini::sensor_gen {
namespace {

constexpr std::uint64_t golden_gamma = 0x9E3779B97F4A7C15;

std::uint64_t mix(std::uint64_t z) {
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
  return z ^ (z >> 31);
}

}  // namespace

// SplitMix64. The stream is mixed before it meets the seed, so that (1, 2) and (2, 1) are strangers.
Random::Random(std::uint64_t seed, std::uint64_t stream) : state_(mix(seed + mix(stream + golden_gamma))) {}

std::uint64_t Random::next() { return mix(state_ += golden_gamma); }

std::int64_t Random::between(std::int64_t least, std::int64_t greatest) {
  assert(least <= greatest);
  const std::uint64_t range = static_cast<std::uint64_t>(greatest) - static_cast<std::uint64_t>(least) + 1;
  if (range == 0) return static_cast<std::int64_t>(next());
  // Draws below 2^64 mod range would favour the small results.
  const std::uint64_t unfair = (0 - range) % range;
  std::uint64_t draw = next();
  while (draw < unfair) draw = next();
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(least) + draw % range);
}

std::int64_t Random::bell(std::int64_t deviation) {
  std::int64_t sum = 0;
  for (int i = 0; i < 3; ++i) sum += between(-deviation, deviation);
  return sum;
}

bool Random::chance(std::uint32_t ppb) { return between(0, certain_ppb - 1) < ppb; }

}  // namespace mini::sensor_gen
