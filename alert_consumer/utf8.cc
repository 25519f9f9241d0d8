#include "alert_consumer/utf8.h"

#include <cstdint>

namespace mini::alerts {
namespace {

// The length of the character at the front, 0 where there is none: no surrogates, no overlong forms.
std::size_t character(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(i < text.size() ? text[i] : 0); };
  const auto follows = [&](std::size_t i) { return (byte(i) & 0xC0) == 0x80; };
  const std::uint8_t first = byte(0), second = byte(1);
  if (first < 0x80) return 1;
  if (first >= 0xC2 && first <= 0xDF) return follows(1) ? 2 : 0;
  const bool overlong = (first == 0xE0 && second < 0xA0) || (first == 0xF0 && second < 0x90);
  const bool outside = (first == 0xED && second > 0x9F) || (first == 0xF4 && second > 0x8F);
  if (first < 0xE0 || first > 0xF4 || overlong || outside || !follows(1) || !follows(2)) return 0;
  if (first < 0xF0) return 3;
  return follows(3) ? 4 : 0;
}

}  // namespace

std::string as_utf8(std::string_view bytes) {
  std::string text(bytes);
  for (std::string_view rest = bytes; !rest.empty();) {
    const std::size_t length = character(rest);
    if (length == 0) {
      for (char& c : text)
        if (static_cast<std::uint8_t>(c) >= 0x80) c = '?';
      break;
    }
    rest.remove_prefix(length);
  }
  return text;
}

}  // namespace mini::alerts
