#pragma once

#include "protocol/wire/codec_shape.h"

// The half of the codec that writes, and counts where the writer has no buffer.
namespace mini::protocol::codec {

template <FieldList M>
void write_struct(Writer& out, const M& message, Shape shape);

template <class T>
std::int64_t length_of(const T& value) {
  return static_cast<std::int64_t>(value.size());
}

template <class T>
void write_value(Writer& out, const T& value, Shape shape) {
  if constexpr (std::is_same_v<T, bool>)
    out.boolean(value);
  else if constexpr (std::is_same_v<T, std::int8_t>)
    out.int8(value);
  else if constexpr (std::is_same_v<T, std::int16_t>)
    out.int16(value);
  else if constexpr (std::is_same_v<T, std::uint16_t>)
    out.uint16(value);
  else if constexpr (std::is_same_v<T, std::int32_t>)
    out.int32(value);
  else if constexpr (std::is_same_v<T, std::uint32_t>)
    out.uint32(value);
  else if constexpr (std::is_same_v<T, std::int64_t>)
    out.int64(value);
  else if constexpr (std::is_same_v<T, double>)
    out.float64(value);
  else if constexpr (std::is_enum_v<T>)
    out.int16(static_cast<std::int16_t>(value));
  else if constexpr (std::is_same_v<T, Uuid>)
    out.uuid(value);
  else if constexpr (FieldList<T>)
    write_struct(out, value, shape);
  else {
    write_length(out, length_of(value), shape, width_of<T>());
    if constexpr (std::is_same_v<T, std::string>)
      out.raw(as_bytes(value));
    else if constexpr (std::is_same_v<T, Bytes>)
      out.raw(value);
    else if constexpr (std::is_same_v<T, Records>)
      for (const Slice& piece : value.pieces()) out.slice(piece);
    else
      for (auto&& element : value) write_value(out, element, shape);
  }
}

template <class F, class M>
void write_field(Writer& out, const F& f, const M& message, Shape shape) {
  using T = typename F::Value;
  const T& value = message.*f.member;
  const bool may_be_null = f.null_versions.has(shape.version);
  if constexpr (is_optional<T>) {
    assert((value.has_value() || may_be_null) && "null in a version that has no null for this field");
    if constexpr (FieldList<typename T::value_type>) {
      if (may_be_null) out.int8(value ? 1 : -1);
      if (value) write_struct(out, *value, shape);
    } else if (value) {
      write_value(out, *value, shape);
    } else {
      write_length(out, null_length, shape, width_of<typename T::value_type>());
    }
  } else if constexpr (std::is_same_v<T, Records>) {
    if (value.is_null() && may_be_null)
      write_length(out, null_length, shape, Width::four);
    else
      write_value(out, value, shape);
  } else {
    write_value(out, value, shape);
  }
}

template <class F, class M>
bool holds_default(const F& f, const M& message) {
  static const M fresh{};
  return message.*f.member == fresh.*f.member;
}

template <class M>
void write_tags(Writer& out, const M& message, Shape shape) {
  std::uint32_t count = static_cast<std::uint32_t>(message.unknown_tags.size());
  each_field<M>([&](const auto& f) {
    if (f.tagged_at(shape.version) && !holds_default(f, message)) ++count;
  });
  out.uvarint(count);
  if (count == 0) return;
  std::map<std::uint32_t, bool> in_order;  // tag -> has a name
  for (const auto& unknown : message.unknown_tags) in_order[unknown.first] = false;
  each_field<M>([&](const auto& f) {
    if (f.tagged_at(shape.version) && !holds_default(f, message))
      in_order[static_cast<std::uint32_t>(f.tag)] = true;
  });
  for (const auto& [tag, named] : in_order) {
    out.uvarint(tag);
    if (!named) {
      const Bytes& bytes = message.unknown_tags.at(tag);
      out.uvarint(static_cast<std::uint32_t>(bytes.size()));
      out.raw(bytes);
      continue;
    }
    each_field<M>([&, wanted = tag](const auto& f) {
      if (!f.tagged_at(shape.version) || static_cast<std::uint32_t>(f.tag) != wanted) return;
      Writer counter;
      write_field(counter, f, message, shape);
      out.uvarint(static_cast<std::uint32_t>(counter.written()));
      write_field(out, f, message, shape);
    });
  }
}

template <FieldList M>
void write_struct(Writer& out, const M& message, Shape shape) {
  each_field<M>([&](const auto& f) {
    if (f.untagged_at(shape.version)) return write_field(out, f, message, shape);
    assert((f.versions.has(shape.version) || f.may_be_dropped || holds_default(f, message)) &&
           "a value for which this version has no room");
  });
  if constexpr (Tagged<M>) {
    if (shape.flexible) write_tags(out, message, shape);
  }
}

}  // namespace mini::protocol::codec
