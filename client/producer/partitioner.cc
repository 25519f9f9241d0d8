#include "client/producer/partitioner.h"

#include <array>

namespace mini::client {
namespace {

constexpr std::uint32_t multiplier = 0x5bd1e995;
constexpr int shift = 24;
constexpr std::uint32_t seed = 0x9747b28c;

std::uint32_t little_endian(const std::uint8_t* at) {
  return static_cast<std::uint32_t>(at[0]) | static_cast<std::uint32_t>(at[1]) << 8 |
         static_cast<std::uint32_t>(at[2]) << 16 | static_cast<std::uint32_t>(at[3]) << 24;
}

constexpr std::array<std::uint32_t, 256> crc_table = [] {
  std::array<std::uint32_t, 256> table{};
  for (std::uint32_t i = 0; i < table.size(); ++i) {
    table[i] = i;
    for (int bit = 0; bit < 8; ++bit) table[i] = table[i] >> 1 ^ (table[i] & 1 ? 0xedb88320 : 0);
  }
  return table;
}();

constexpr struct {
  std::string_view name;
  Partitioner partitioner;
} names[] = {{"random", Partitioner::random},
             {"consistent", Partitioner::consistent},
             {"consistent_random", Partitioner::consistent_random},
             {"murmur2", Partitioner::murmur2},
             {"murmur2_random", Partitioner::murmur2_random},
             {"fnv1a", Partitioner::fnv1a},
             {"fnv1a_random", Partitioner::fnv1a_random}};

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

std::uint32_t crc32(protocol::BytesView key) {
  std::uint32_t crc = 0xffffffff;
  for (const std::uint8_t byte : key) crc = crc >> 8 ^ crc_table[(crc ^ byte) & 0xff];
  return ~crc;
}

std::uint32_t fnv1a(protocol::BytesView key) {
  std::uint32_t hash = 0x811c9dc5;
  for (const std::uint8_t byte : key) hash = (hash ^ byte) * 0x01000193;
  return static_cast<std::int32_t>(hash) < 0 ? 0 - hash : hash;
}

std::optional<Partitioner> partitioner_named(std::string_view name) {
  for (const auto& known : names)
    if (known.name == name) return known.partitioner;
  return std::nullopt;
}

std::optional<PartitionId> partition_for(Partitioner partitioner, std::optional<std::string_view> key,
                                         std::int32_t count) {
  const protocol::BytesView bytes = protocol::as_bytes(key.value_or(std::string_view()));
  const auto of = [&](std::uint32_t hash) {
    return static_cast<PartitionId>(hash % static_cast<std::uint32_t>(count));
  };
  switch (partitioner) {
    case Partitioner::random: return std::nullopt;
    case Partitioner::consistent_random:
      if (bytes.empty()) return std::nullopt;
      return of(crc32(bytes));
    case Partitioner::consistent: return of(crc32(bytes));
    case Partitioner::murmur2_random:
      if (!key) return std::nullopt;
      return of(static_cast<std::uint32_t>(murmur2(bytes)) & 0x7fffffff);
    case Partitioner::murmur2: return of(static_cast<std::uint32_t>(murmur2(bytes)) & 0x7fffffff);
    case Partitioner::fnv1a_random:
      if (!key) return std::nullopt;
      return of(fnv1a(bytes));
    case Partitioner::fnv1a: return of(fnv1a(bytes));
  }
  return std::nullopt;
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
