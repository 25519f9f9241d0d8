#include "protocol/wire/crc32c.h"

#include <array>
#include <cstring>

#if defined(MINI_HAVE_ISAL)
#include <isa-l/crc.h>
#endif
#if defined(__x86_64__)
#include <cpuid.h>
#include <nmmintrin.h>
#elif defined(__ARM_FEATURE_CRC32)
#include <arm_acle.h>
#endif

// Inside this file a checksum is `raw`: as the register holds it, without the inversion at both ends.
namespace mini::protocol {
namespace {

using Table = std::array<std::uint32_t, 256>;
constexpr std::uint32_t reflected_polynomial = 0x82f63b78;

// Eight tables, so that eight bytes are folded in at once: table i advances a byte over i further bytes.
constexpr std::array<Table, 8> make_tables() {
  std::array<Table, 8> tables{};
  for (std::uint32_t byte = 0; byte < 256; ++byte) {
    std::uint32_t raw = byte;
    for (int bit = 0; bit < 8; ++bit) raw = (raw >> 1) ^ ((raw & 1) != 0 ? reflected_polynomial : 0);
    tables[0][byte] = raw;
  }
  for (std::size_t i = 1; i < tables.size(); ++i)
    for (std::size_t byte = 0; byte < 256; ++byte) {
      const std::uint32_t before = tables[i - 1][byte];
      tables[i][byte] = (before >> 8) ^ tables[0][before & 0xff];
    }
  return tables;
}

constexpr std::array<Table, 8> tables = make_tables();

std::uint32_t by_table(const std::uint8_t* at, std::size_t size, std::uint32_t raw) {
  for (; size >= 8; size -= 8, at += 8) {
    std::uint32_t next = 0;
    for (std::size_t i = 0; i < 4; ++i) next ^= tables[7 - i][at[i] ^ ((raw >> (8 * i)) & 0xff)];
    for (std::size_t i = 4; i < 8; ++i) next ^= tables[7 - i][at[i]];
    raw = next;
  }
  for (; size > 0; --size, ++at) raw = (raw >> 8) ^ tables[0][(raw ^ *at) & 0xff];
  return raw;
}

#if defined(__x86_64__)
// Asked once, when it is first needed: the answer costs a virtual machine some microseconds.
bool has_instruction() {
  static const bool has = [] {
    unsigned a = 0, b = 0, c = 0, d = 0;
    return __get_cpuid(1, &a, &b, &c, &d) != 0 && (c & bit_SSE4_2) != 0;
  }();
  return has;
}

__attribute__((target("sse4.2"))) std::uint32_t by_instruction(const std::uint8_t* at, std::size_t size,
                                                               std::uint32_t raw) {
  std::uint64_t wide = raw;
  for (; size >= 8; size -= 8, at += 8) {
    std::uint64_t word;
    std::memcpy(&word, at, sizeof(word));
    wide = _mm_crc32_u64(wide, word);
  }
  raw = static_cast<std::uint32_t>(wide);
  for (; size > 0; --size, ++at) raw = _mm_crc32_u8(raw, *at);
  return raw;
}
#elif defined(__ARM_FEATURE_CRC32)
constexpr bool has_instruction() { return true; }

std::uint32_t by_instruction(const std::uint8_t* at, std::size_t size, std::uint32_t raw) {
  for (; size >= 8; size -= 8, at += 8) {
    std::uint64_t word;
    std::memcpy(&word, at, sizeof(word));
    raw = __crc32cd(raw, word);
  }
  for (; size > 0; --size, ++at) raw = __crc32cb(raw, *at);
  return raw;
}
#else
constexpr bool has_instruction() { return false; }
constexpr auto by_instruction = by_table;
#endif

#if defined(MINI_HAVE_ISAL)
// From here on ISA-L is faster than the loop above.
constexpr std::size_t isal_size_min = 256;

std::uint32_t by_isal(const std::uint8_t* at, std::size_t size, std::uint32_t raw) {
  constexpr std::size_t chunk_max = std::size_t{1} << 30;  // its length is an int
  while (size > 0) {
    const std::size_t chunk = size < chunk_max ? size : chunk_max;
    raw = crc32_iscsi(const_cast<std::uint8_t*>(at), static_cast<int>(chunk), raw);  // only reads
    at += chunk;
    size -= chunk;
  }
  return raw;
}
#endif

}  // namespace

std::uint32_t crc32c(BytesView bytes, std::uint32_t crc) {
#if defined(MINI_HAVE_ISAL)
  if (bytes.size() >= isal_size_min) return ~by_isal(bytes.data(), bytes.size(), ~crc);
#endif
  if (has_instruction()) return ~by_instruction(bytes.data(), bytes.size(), ~crc);
  return ~by_table(bytes.data(), bytes.size(), ~crc);
}

std::uint32_t crc32c_by_table(BytesView bytes, std::uint32_t crc) {
  return ~by_table(bytes.data(), bytes.size(), ~crc);
}

}  // namespace mini::protocol
