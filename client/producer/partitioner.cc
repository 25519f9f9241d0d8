#include "client/producer/partitioner.h"

#include <cstring>

namespace mini::client {
namespace {

constexpr std::uint32_t multiplier = 0x5bd1e995;
constexpr int shift = 24;
constexpr std::uint32_t seed = 0x9747b28c;

std::uint32_t little_endian(const std::uint8_t* at) {
  return static_cast<std::uint32_t>(at[0]) | static_cast<std::uint32_t>(at[1]) << 8 |
         static_cast<std::uint32_t>(at[2]) << 16 | static_cast<std::uint32_t>(at[3]) << 24;
}

std::uint32_t mixed(std::uint32_t word) {
  word *= multiplier;
  word ^= word >> shift;
  return word * multiplier;
}

}  // namespace

std::int32_t murmur2(protocol::BytesView key) {
  const std::uint8_t* at = key.data();
  std::size_t left = key.size();
  std::uint32_t hash = seed ^ static_cast<std::uint32_t>(key.size());
  for (; left >= 4; left -= 4, at += 4) hash = hash * multiplier ^ mixed(little_endian(at));
  if (left >= 3) hash ^= static_cast<std::uint32_t>(at[2]) << 16;
  if (left >= 2) hash ^= static_cast<std::uint32_t>(at[1]) << 8;
  if (left >= 1) hash = (hash ^ at[0]) * multiplier;
  hash ^= hash >> 13;
  hash *= multiplier;
  return static_cast<std::int32_t>(hash ^ hash >> 15);
}

PartitionId partition_for_key(protocol::BytesView key, std::int32_t count) {
  return (murmur2(key) & 0x7fffffff) % count;
}

PartitionId next_sticky(PartitionId before, std::int32_t count, Random& random) {
  if (count == 1) return 0;
  if (before < 0 || before >= count)
    return static_cast<PartitionId>(random.below(static_cast<std::uint64_t>(count)));
  const auto step = 1 + random.below(static_cast<std::uint64_t>(count - 1));
  return static_cast<PartitionId>((static_cast<std::uint64_t>(before) + step) %
                                  static_cast<std::uint64_t>(count));
}

}  // namespace mini::client
