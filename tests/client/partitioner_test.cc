#include "client/producer/partitioner.h"

#include <doctest/doctest.h>

#include <set>

using namespace mini::client;
using mini::protocol::as_bytes;

TEST_CASE("keys are hashed as Kafka hashes them") {
  const struct {
    const char* key;
    std::int32_t hash;
  } rows[] = {{"21", -973932308},
              {"foobar", -790332482},
              {"a-little-bit-long-string", -985981536},
              {"a-little-bit-longer-string", -1486304829},
              {"lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58897971},
              {"abc", 479470107}};
  for (const auto& row : rows) {
    CAPTURE(row.key);
    CHECK(murmur2(as_bytes(row.key)) == row.hash);
  }
}

TEST_CASE("a negative hash still gives a partition") {
  CHECK(*partition_for(Partitioner::murmur2_random, "foobar", 7) == (-790332482 & 0x7fffffff) % 7);
  CHECK(*partition_for(Partitioner::murmur2, "anything", 1) == 0);
}

TEST_CASE("the sticky partition moves on to another one, and reaches all") {
  Random random(1);
  std::set<mini::PartitionId> seen;
  mini::PartitionId at = -1;
  for (int i = 0; i < 200; ++i) {
    const mini::PartitionId next = next_sticky(at, 5, random);
    CHECK(next != at);
    CHECK((next >= 0 && next < 5));
    seen.insert(at = next);
  }
  CHECK(seen.size() == 5);
  CHECK(next_sticky(0, 1, random) == 0);
}
