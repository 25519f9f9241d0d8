#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "client/cluster/random.h"
#include "protocol/ids.h"
#include "protocol/wire/bytes.h"

// Which partition a record without one of its own goes to.
//
//   if (const auto chosen = partition_for(Partitioner::murmur2_random, key, count)) ...
//   else partition = next_sticky(partition, count, random);    // any: one batch here, the next one there
namespace mini::client {

// librdkafka's names. murmur2_random is what Java's producer does by default. Those that end in "random"
// leave a record without a key to chance, the others hash the empty key for it.
enum class Partitioner : std::uint8_t {
  random,
  consistent,         // CRC32
  consistent_random,  // an empty key counts as none
  murmur2,
  murmur2_random,
  fnv1a,
  fnv1a_random,
};
std::optional<Partitioner> partitioner_named(std::string_view name);

// Nothing where any partition will do. `count` partitions, at least one.
std::optional<PartitionId> partition_for(Partitioner partitioner, std::optional<std::string_view> key,
                                         std::int32_t count);

std::int32_t murmur2(protocol::BytesView key);  // 32 bits, with Kafka's seed
std::uint32_t crc32(protocol::BytesView key);   // zlib's
std::uint32_t fnv1a(protocol::BytesView key);   // 32 bits, as an absolute value

// Another one than `before`, where there is another, so that records without keys fill one batch after the
// other (KIP-480).
PartitionId next_sticky(PartitionId before, std::int32_t count, Random& random);

}  // namespace mini::client
