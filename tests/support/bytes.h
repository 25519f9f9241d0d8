#pragma once

#include <string_view>

#include "protocol/wire/bytes.h"

// Bytes for tests.
namespace mini::test {

// Bytes without a pattern that a codec could find; the same for the same size and seed.
inline protocol::Bytes noise(std::size_t size, std::uint64_t seed = 1) {
  protocol::Bytes bytes(size);
  std::uint64_t state = seed * 0x9e3779b97f4a7c15;
  for (std::uint8_t& byte : bytes) {
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    byte = static_cast<std::uint8_t>(state >> 32);
  }
  return bytes;
}

inline protocol::Bytes bytes_of(std::string_view text) {
  const protocol::BytesView view = protocol::as_bytes(text);
  return {view.begin(), view.end()};
}

// "0aff" is the bytes 10 and 255.
inline protocol::Bytes bytes_of_hex(std::string_view hex) {
  const auto digit = [](char c) { return static_cast<unsigned>(c <= '9' ? c - '0' : c - 'a' + 10); };
  protocol::Bytes bytes(hex.size() / 2);
  for (std::size_t i = 0; i < bytes.size(); ++i)
    bytes[i] = static_cast<std::uint8_t>(digit(hex[2 * i]) << 4 | digit(hex[2 * i + 1]));
  return bytes;
}

}  // namespace mini::test
