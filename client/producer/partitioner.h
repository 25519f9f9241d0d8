#pragma once

#include <span>

#include "client/cluster/random.h"
#include "protocol/ids.h"
#include "protocol/wire/bytes.h"

// Which partition a record without one of its own goes to: the same as Java's client chooses.
namespace mini::client {

// The 32-bit murmur2 with Kafka's seed.
std::int32_t murmur2(protocol::BytesView key);

// By the key's hash; `count` partitions, at least one.
PartitionId partition_for_key(protocol::BytesView key, std::int32_t count);

// Another one than `before`, where there is another, so that records without keys fill one batch after the
// other (KIP-480).
PartitionId next_sticky(PartitionId before, std::int32_t count, Random& random);

}  // namespace mini::client
