#pragma once

#include <cstdint>
#include <memory>
#include <random>
#include <string>

#include "protocol/wire/codec_shape.h"

// Makes messages out of nothing but their field lists, for every version, and counts what kinds of values it
// made, so that a test can say that it has seen them all.
//
//   RandomMessage random(seed);
//   auto request = random.make<FetchRequest>(version);
//   random.kinds().null > 0
//
// The same seed gives the same messages. A field that the version has no room for keeps its default.
namespace mini::test {

struct Kinds {
  std::size_t null = 0;         // strings, bytes, lists, records and structs
  std::size_t empty = 0;        // strings, bytes, lists, records
  std::size_t one = 0;          // a list of one element, a text of one character
  std::size_t many = 0;         // more than one
  std::size_t least = 0;        // the least integer of its type
  std::size_t greatest = 0;     // the greatest one
  std::size_t non_ascii = 0;    // text beyond ASCII, and control characters
  std::size_t tagged = 0;       // a named tagged field
  std::size_t unknown_tag = 0;  // a tagged field without a name here

  Kinds& operator+=(const Kinds& other);
  // Whether every kind that is counted in `wanted` is counted here too.
  bool covers(const Kinds& wanted) const;
  std::string to_string() const;
};

class RandomMessage {
 public:
  explicit RandomMessage(std::uint64_t seed) : engine_(seed) {}

  template <protocol::FieldList M>
  M make(std::int16_t version) {
    M message;
    fill_fields(message, protocol::codec::shape_of<M>(version));
    return message;
  }
  const Kinds& kinds() const { return kinds_; }
  void forget_kinds() { kinds_ = {}; }

 private:
  using Shape = protocol::codec::Shape;

  std::uint64_t below(std::uint64_t end) { return engine_() % end; }
  bool chance(std::uint64_t one_in) { return below(one_in) == 0; }
  std::size_t length();     // 0, 1 or more, counted
  std::string text();       // counted by its characters
  protocol::Bytes bytes();  // counted by its size
  protocol::Records records();
  protocol::UnknownTags unknown_tags();

  template <class T>
  T integer();
  template <class T>
  void fill(T& value, Shape shape);
  template <class F, class M>
  void fill_field(const F& field, M& message, Shape shape);
  template <class M>
  void fill_fields(M& message, Shape shape);

  std::mt19937_64 engine_;
  Kinds kinds_;
};

template <class T>
T RandomMessage::integer() {
  constexpr T least = std::numeric_limits<T>::min();
  constexpr T greatest = std::numeric_limits<T>::max();
  const std::uint64_t choice = below(8);
  const T value = choice == 0 ? least : choice == 1 ? greatest : static_cast<T>(engine_() >> below(64));
  if (value == least) ++kinds_.least;
  if (value == greatest) ++kinds_.greatest;
  return value;
}

template <class T>
void RandomMessage::fill(T& value, Shape shape) {
  if constexpr (std::is_same_v<T, bool>)
    value = chance(2);
  else if constexpr (std::is_enum_v<T>)
    value = static_cast<T>(integer<std::int16_t>());
  else if constexpr (std::is_integral_v<T>)
    value = integer<T>();
  else if constexpr (std::is_floating_point_v<T>)
    value = static_cast<T>(integer<std::int32_t>()) / 8;
  else if constexpr (std::is_same_v<T, Uuid>)
    for (auto& byte : value.bytes) byte = static_cast<std::uint8_t>(engine_());
  else if constexpr (std::is_same_v<T, std::string>)
    value = text();
  else if constexpr (std::is_same_v<T, protocol::Bytes>)
    value = bytes();
  else if constexpr (std::is_same_v<T, protocol::Records>)
    value = records();
  else if constexpr (protocol::FieldList<T>)
    fill_fields(value, shape);
  else {
    value.resize(length());
    for (auto&& element : value) fill(element, shape);
  }
}

template <class F, class M>
void RandomMessage::fill_field(const F& field, M& message, Shape shape) {
  using T = typename F::Value;
  T& value = message.*field.member;
  const bool null = field.null_versions.has(shape.version) && chance(4);
  if (null) ++kinds_.null;
  if constexpr (protocol::codec::is_optional<T>) {
    value.reset();
    if (!null) fill(*(value = typename T::value_type{}), shape);
  } else if constexpr (std::is_same_v<T, protocol::Records>) {
    value = null ? protocol::Records::null() : records();
  } else {
    fill(value, shape);
  }
}

template <class M>
void RandomMessage::fill_fields(M& message, Shape shape) {
  protocol::each_field<M>([&](const auto& field) {
    if (!field.versions.has(shape.version)) return;
    if (field.tagged_at(shape.version)) {
      if (chance(2)) return;  // left at its default, and so left out
      ++kinds_.tagged;
    }
    fill_field(field, message, shape);
  });
  if constexpr (protocol::codec::Tagged<M>) {
    if (shape.flexible && chance(4)) message.unknown_tags = unknown_tags();
  }
}

// The kinds that a message can have at a version at all: counted one for every place.
template <class T>
void count_possible(Kinds& kinds, std::int16_t version, bool flexible);

template <class M>
void count_possible_fields(Kinds& kinds, std::int16_t version, bool flexible) {
  protocol::each_field<M>([&](const auto& field) {
    if (!field.versions.has(version)) return;
    if (field.null_versions.has(version)) ++kinds.null;
    if (field.tagged_at(version)) ++kinds.tagged;
    count_possible<typename std::remove_cvref_t<decltype(field)>::Value>(kinds, version, flexible);
  });
  if (flexible) ++kinds.unknown_tag;
}

template <class T>
void count_possible(Kinds& kinds, std::int16_t version, bool flexible) {
  if constexpr (protocol::codec::is_optional<T>) {
    count_possible<typename T::value_type>(kinds, version, flexible);
  } else if constexpr (protocol::FieldList<T>) {
    count_possible_fields<T>(kinds, version, flexible);
  } else if constexpr (std::is_same_v<T, bool> || std::is_same_v<T, Uuid>) {
    // no kinds of their own
  } else if constexpr (std::is_enum_v<T> || std::is_arithmetic_v<T>) {
    ++kinds.least, ++kinds.greatest;
  } else {
    ++kinds.empty, ++kinds.one, ++kinds.many;
    if constexpr (std::is_same_v<T, std::string>) ++kinds.non_ascii;
    if constexpr (protocol::codec::is_vector<T>)
      count_possible<typename T::value_type>(kinds, version, flexible);
  }
}

}  // namespace mini::test
