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

TEST_CASE("CRC32 and FNV-1a are the ones that everybody knows") {
  CHECK(crc32(as_bytes("123456789")) == 0xcbf43926);
  CHECK(crc32({}) == 0);
  CHECK(fnv1a({}) == 0x7ee3623b);                  // 0x811c9dc5, without its sign
  CHECK(fnv1a(as_bytes("a")) == 0x1bf3d6d4);       // 0xe40c292c
  CHECK(fnv1a(as_bytes("foobar")) == 0x40630698);  // 0xbf9cf968
}

TEST_CASE("each partitioner has its own idea of a key, and of none") {
  const auto none = std::optional<mini::PartitionId>();
  const std::int32_t foobar = -790332482 & 0x7fffffff;
  const std::int32_t empty = static_cast<std::int32_t>(murmur2({})) & 0x7fffffff;
  const struct {
    const char* name;
    std::optional<mini::PartitionId> of_foobar, of_empty, of_nothing;
  } rows[] = {{"random", none, none, none},
              {"consistent", crc32(as_bytes("foobar")) % 7, 0, 0},
              {"consistent_random", crc32(as_bytes("foobar")) % 7, none, none},
              {"murmur2", foobar % 7, empty % 7, empty % 7},
              {"murmur2_random", foobar % 7, empty % 7, none},
              {"fnv1a", 0x40630698 % 7, 0x7ee3623b % 7, 0x7ee3623b % 7},
              {"fnv1a_random", 0x40630698 % 7, 0x7ee3623b % 7, none}};
  for (const auto& row : rows) {
    CAPTURE(row.name);
    const auto partitioner = partitioner_named(row.name);
    REQUIRE(partitioner);
    CHECK(partition_for(*partitioner, "foobar", 7) == row.of_foobar);
    CHECK(partition_for(*partitioner, "", 7) == row.of_empty);
    CHECK(partition_for(*partitioner, std::nullopt, 7) == row.of_nothing);
    CHECK(partition_for(*partitioner, "anything", 1).value_or(0) == 0);
  }
  CHECK(!partitioner_named("round_robin"));
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
