#pragma once

#include <cstdint>

#include "protocol/wire/bytes.h"

// CRC32C (Castagnoli, RFC 3720), the checksum of record batches: crc32c("123456789") is 0xe3069283.
//
//   crc = crc32c(first); crc = crc32c(second, crc);     // the same as over both at once
//
// Large buffers go through Intel ISA-L where it was found at build time, small ones through the processor's
// own instruction where it has one, and a table elsewhere.
namespace mini::protocol {

std::uint32_t crc32c(BytesView bytes, std::uint32_t crc = 0);

// The same by table alone, as processors without the instruction do it. Here so that a test can compare.
std::uint32_t crc32c_by_table(BytesView bytes, std::uint32_t crc = 0);

}  // namespace mini::protocol
