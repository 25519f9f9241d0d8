#include "protocol/wire/codec_print.h"

namespace mini::protocol::codec {
namespace {

constexpr char hex_digits[] = "0123456789abcdef";

bool is_plain(unsigned char c) { return c >= 0x20 && c < 0x7f && c != '"' && c != '\\'; }

}  // namespace

// Text from the wire never reaches a log as it came: control characters and everything beyond ASCII are
// escaped.
void print_text(std::string& out, std::string_view text) {
  out += '"';
  for (const char c : text.substr(0, printed_text_max)) {
    const auto byte = static_cast<unsigned char>(c);
    if (is_plain(byte)) {
      out += c;
      continue;
    }
    out += "\\x";
    out += hex_digits[byte >> 4];
    out += hex_digits[byte & 15];
  }
  out += text.size() > printed_text_max ? "...\"" : "\"";
}

void print_bytes(std::string& out, std::size_t size) { out += '<' + std::to_string(size) + " bytes>"; }

}  // namespace mini::protocol::codec
