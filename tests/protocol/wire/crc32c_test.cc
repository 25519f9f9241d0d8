#include "protocol/wire/crc32c.h"

#include <doctest/doctest.h>

#include "tests/support/bytes.h"

using namespace mini::protocol;
using mini::test::noise;

namespace {

// The definition, one bit at a time.
std::uint32_t crc32c_by_definition(BytesView bytes) {
  std::uint32_t raw = 0xffffffff;
  for (const std::uint8_t byte : bytes) {
    raw ^= byte;
    for (int bit = 0; bit < 8; ++bit) raw = (raw >> 1) ^ ((raw & 1) != 0 ? 0x82f63b78 : 0);
  }
  return ~raw;
}

Bytes counted(std::uint8_t first, int step) {
  Bytes bytes(32);
  for (std::size_t i = 0; i < bytes.size(); ++i)
    bytes[i] = static_cast<std::uint8_t>(first + step * static_cast<int>(i));
  return bytes;
}

}  // namespace

TEST_CASE("the checksum of known bytes is the published one") {
  const struct {
    const char* what;
    Bytes bytes;
    std::uint32_t crc;
  } rows[] = {
      {"nothing", {}, 0},
      {"the check word", {'1', '2', '3', '4', '5', '6', '7', '8', '9'}, 0xe3069283},
      {"RFC 3720: 32 zeros", Bytes(32, 0), 0x8a9136aa},
      {"RFC 3720: 32 ones", Bytes(32, 0xff), 0x62a8ab43},
      {"RFC 3720: rising", counted(0, 1), 0x46dd794e},
      {"RFC 3720: falling", counted(31, -1), 0x113fdb5c},
  };
  for (const auto& row : rows) {
    INFO(row.what);
    CHECK(crc32c(row.bytes) == row.crc);
    CHECK(crc32c_by_table(row.bytes) == row.crc);
  }
}

TEST_CASE("every way to the checksum agrees with its definition, at every size and alignment") {
  const Bytes bytes = noise(640);
  for (std::size_t start = 0; start < 9; ++start)
    for (std::size_t size = 0; size <= 600; ++size) {
      const BytesView part = BytesView(bytes).subspan(start, size);
      const std::uint32_t crc = crc32c_by_definition(part);
      CAPTURE(start);
      CAPTURE(size);
      REQUIRE(crc32c(part) == crc);
      REQUIRE(crc32c_by_table(part) == crc);
    }
}

TEST_CASE("a large buffer has the checksum that the table gives") {
  const Bytes bytes = noise((1 << 20) + 13);
  CHECK(crc32c(bytes) == crc32c_by_table(bytes));
}

TEST_CASE("the checksum may be taken in chunks") {
  const Bytes bytes = noise(2000);
  const std::uint32_t whole = crc32c(bytes);
  for (std::size_t cut = 0; cut <= bytes.size(); cut += 7) {
    CAPTURE(cut);
    const BytesView all(bytes);
    REQUIRE(crc32c(all.subspan(cut), crc32c(all.first(cut))) == whole);
    REQUIRE(crc32c_by_table(all.subspan(cut), crc32c_by_table(all.first(cut))) == whole);
  }
}
