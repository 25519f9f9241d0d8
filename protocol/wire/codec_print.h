#pragma once

#include "protocol/wire/codec_shape.h"

// The half of the codec that prints a message for logs, in one bounded line.
namespace mini::protocol::codec {

inline constexpr std::size_t printed_text_max = 128;
inline constexpr std::size_t printed_elements_max = 16;

void print_text(std::string& out, std::string_view text);
void print_bytes(std::string& out, std::size_t size);

template <FieldList M>
void print_struct(std::string& out, const M& message, std::int16_t version);

template <class T>
void print_value(std::string& out, const T& value, std::int16_t version) {
  if constexpr (is_optional<T>) {
    if (value)
      print_value(out, *value, version);
    else
      out += "null";
  } else if constexpr (std::is_same_v<T, bool>)
    out += value ? "true" : "false";
  else if constexpr (std::is_same_v<T, ErrorCode>)
    out += describe(value).name;
  else if constexpr (std::is_same_v<T, ApiKey>)
    out += name_of(value);
  else if constexpr (std::is_arithmetic_v<T>)
    out += std::to_string(value);
  else if constexpr (std::is_same_v<T, Uuid>)
    out += value.to_string();
  else if constexpr (std::is_same_v<T, std::string>)
    print_text(out, value);
  else if constexpr (std::is_same_v<T, Bytes> || std::is_same_v<T, Records>)
    print_bytes(out, value.size());
  else if constexpr (FieldList<T>)
    print_struct(out, value, version);
  else {
    out += '[';
    std::size_t printed = 0;
    for (auto&& element : value) {
      if (printed > 0) out += ", ";
      if (printed++ == printed_elements_max) {
        out += "... of " + std::to_string(value.size());
        break;
      }
      print_value(out, element, version);
    }
    out += ']';
  }
}

template <FieldList M>
void print_struct(std::string& out, const M& message, std::int16_t version) {
  bool first = true;
  out += '{';
  each_field<M>([&](const auto& f) {
    if (!f.versions.has(version)) return;
    if (!first) out += ", ";
    first = false;
    out += f.name;
    out += ": ";
    print_value(out, message.*f.member, version);
  });
  out += '}';
}

}  // namespace mini::protocol::codec
