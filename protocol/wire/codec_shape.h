#pragma once

#include <algorithm>
#include <type_traits>

#include "protocol/wire/message.h"

// What reading and writing share: the shape of a version, and how lengths are written in it.
//
// Flexible versions (KIP-482) write lengths as unsigned varints of length + 1, with 0 for null, and end every
// struct with its tagged fields; older versions write fixed-width lengths with -1 for null. That is asked in
// one place, `read_length` and `write_length`.
namespace mini::protocol::codec {

template <class T>
inline constexpr bool is_vector = false;
template <class T>
inline constexpr bool is_vector<std::vector<T>> = !std::is_same_v<T, std::uint8_t>;
template <class T>
inline constexpr bool is_optional = false;
template <class T>
inline constexpr bool is_optional<std::optional<T>> = true;

template <class M>
concept Tagged = requires(M message) {
  message.unknown_tags;
};

// The message's version, and whether it is a flexible one.
struct Shape {
  std::int16_t version;
  bool flexible;
};

template <class M>
Shape shape_of(std::int16_t version) {
  assert(M::info.versions.has(version));
  return {version, M::info.flexible.has(version)};
}

// ---- lengths ----

enum class Width { two, four };  // how wide the length is in the versions that are not flexible

inline constexpr std::int64_t null_length = -1;
inline constexpr std::int64_t string_size_max = 32767;

inline std::int64_t read_length(Reader& in, Shape shape, Width width) {
  if (shape.flexible) return static_cast<std::int64_t>(in.uvarint()) - 1;
  const std::int64_t length = width == Width::two ? in.int16() : in.int32();
  return std::max(length, null_length);
}

inline void write_length(Writer& out, std::int64_t length, Shape shape, Width width) {
  if (shape.flexible) {
    out.uvarint(static_cast<std::uint32_t>(length + 1));
  } else if (width == Width::two) {
    assert(length <= string_size_max);
    out.int16(static_cast<std::int16_t>(length));
  } else {
    out.int32(static_cast<std::int32_t>(length));
  }
}

template <class T>
constexpr Width width_of() {
  return std::is_same_v<T, std::string> ? Width::two : Width::four;
}

// ---- the least size of a value on the wire, to settle a list's count ----

template <class T>
std::size_t size_min(Shape shape) {
  if constexpr (std::is_same_v<T, Uuid>) {
    return 16;
  } else if constexpr (std::is_enum_v<T> || std::is_arithmetic_v<T>) {
    return sizeof(T);
  } else if constexpr (FieldList<T>) {
    std::size_t total = shape.flexible ? 1 : 0;
    each_field<T>([&](const auto& f) {
      using Value = typename std::remove_cvref_t<decltype(f)>::Value;
      if (f.untagged_at(shape.version)) total += size_min<Value>(shape);
    });
    return total;
  } else if constexpr (is_optional<T>) {
    if constexpr (FieldList<typename T::value_type>) return 1;
    return size_min<typename T::value_type>(shape);
  } else {
    if (shape.flexible) return 1;
    return width_of<T>() == Width::two ? 2 : 4;
  }
}

}  // namespace mini::protocol::codec
