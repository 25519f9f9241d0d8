#include "protocol/ids.h"

namespace mini {
namespace {

constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr std::size_t text_size = 22;

}  // namespace

std::string Uuid::to_string() const {
  std::string text;
  text.reserve(text_size);
  std::uint32_t bits = 0;
  int held = 0;
  for (const std::uint8_t byte : bytes) {
    bits = (bits << 8) | byte;
    for (held += 8; held >= 6; held -= 6) text.push_back(alphabet[(bits >> (held - 6)) & 63]);
  }
  text.push_back(alphabet[(bits << (6 - held)) & 63]);
  return text;
}

std::optional<Uuid> Uuid::parse(std::string_view text) {
  if (text.size() != text_size) return std::nullopt;
  Uuid id;
  std::uint32_t bits = 0;
  int held = 0;
  std::size_t next = 0;
  for (const char c : text) {
    const std::size_t value = alphabet.find(c);
    if (value == std::string_view::npos) return std::nullopt;
    bits = (bits << 6) | static_cast<std::uint32_t>(value);
    held += 6;
    if (held < 8) continue;
    held -= 8;
    id.bytes[next++] = static_cast<std::uint8_t>(bits >> held);
  }
  if ((bits & ((1u << held) - 1)) != 0) return std::nullopt;  // the last four bits carry nothing
  return id;
}

}  // namespace mini
