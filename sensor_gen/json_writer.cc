#include "sensor_gen/json_writer.h"

namespace mini::sensor_gen {

std::string decimal_text(std::int64_t units, int digits) {
  if (digits == 0) return std::to_string(units);
  std::string text = std::to_string(units);
  const bool negative = text[0] == '-';
  if (negative) text.erase(0, 1);
  const auto behind = static_cast<std::size_t>(digits);
  if (text.size() <= behind) text.insert(0, behind + 1 - text.size(), '0');
  text.insert(text.size() - behind, 1, '.');
  while (text.back() == '0' && text[text.size() - 2] != '.') text.pop_back();
  return negative ? "-" + text : text;
}

void JsonWriter::text(std::string_view field, std::string_view value) {
  name(field);
  quoted(value);
}

void JsonWriter::whole(std::string_view field, std::int64_t value) { raw(field, std::to_string(value)); }

void JsonWriter::decimal(std::string_view field, std::int64_t units, int digits) {
  raw(field, decimal_text(units, digits));
}

void JsonWriter::boolean(std::string_view field, bool value) { raw(field, value ? "true" : "false"); }

void JsonWriter::raw(std::string_view field, std::string_view json) {
  name(field);
  out_ += json;
}

void JsonWriter::open(std::string_view field) {
  name(field);
  out_ += '{';
  first_ = true;
}

void JsonWriter::close() {
  out_ += '}';
  first_ = false;
}

void JsonWriter::name(std::string_view field) {
  if (!first_) out_ += ", ";
  first_ = false;
  quoted(field);
  out_ += ": ";
}

void JsonWriter::quoted(std::string_view value) {
  constexpr std::string_view hex = "0123456789abcdef";
  out_ += '"';
  for (const char c : value) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out_ += '\\';
      out_ += c;
    } else if (byte < 0x20) {
      out_ += "\\u00";
      out_ += hex[byte >> 4];
      out_ += hex[byte & 15];
    } else {
      out_ += c;
    }
  }
  out_ += '"';
}

}  // namespace mini::sensor_gen
