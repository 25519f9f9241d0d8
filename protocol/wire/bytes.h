#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

// The two shapes of raw bytes: owned, and looked at.
namespace mini::protocol {

using Bytes = std::vector<std::uint8_t>;
using BytesView = std::span<const std::uint8_t>;  // never owns; the caller keeps the bytes alive

inline BytesView as_bytes(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

inline std::string_view as_text(BytesView bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace mini::protocol
