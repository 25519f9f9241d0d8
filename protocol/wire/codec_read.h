#pragma once

#include "protocol/wire/codec_shape.h"

// The half of the codec that reads: every length is settled before memory is taken.
namespace mini::protocol::codec {

template <FieldList M>
void read_struct(Reader& in, M& message, Shape shape);

template <class T>
void read_value(Reader& in, T& value, Shape shape);

template <class T>
void read_contents(Reader& in, T& value, std::int64_t length, Shape shape) {
  if constexpr (std::is_same_v<T, std::string>) {
    if (length > string_size_max) return in.fail();
    value = as_text(in.take(static_cast<std::size_t>(length)));
  } else if constexpr (std::is_same_v<T, Bytes>) {
    const BytesView bytes = in.take(static_cast<std::size_t>(length));
    value.assign(bytes.begin(), bytes.end());
  } else if constexpr (std::is_same_v<T, Records>) {
    value = Records(Slice(in.take(static_cast<std::size_t>(length))));
  } else {
    using Element = typename T::value_type;
    value.clear();
    value.resize(in.checked_count(length, size_min<Element>(shape)));
    for (auto&& element : value) {
      if (!in.ok()) return;
      read_value(in, element, shape);
    }
  }
}

template <class T>
void read_nullable(Reader& in, std::optional<T>& value, bool may_be_null, Shape shape) {
  bool null = false;
  std::int64_t length = 0;
  if constexpr (FieldList<T>) {
    null = may_be_null && in.int8() < 0;
  } else {
    length = read_length(in, shape, width_of<T>());
    null = length < 0;
    if (null && !may_be_null) in.fail();
  }
  value.reset();
  if (null || !in.ok()) return;
  value = T{};  // Clang 14 takes no emplace() of a struct declared inside the message
  if constexpr (FieldList<T>) {
    read_struct(in, *value, shape);
  } else {
    read_contents(in, *value, length, shape);
  }
}

template <class T>
void read_value(Reader& in, T& value, Shape shape) {
  if constexpr (std::is_same_v<T, bool>)
    value = in.boolean();
  else if constexpr (std::is_same_v<T, std::int8_t>)
    value = in.int8();
  else if constexpr (std::is_same_v<T, std::int16_t>)
    value = in.int16();
  else if constexpr (std::is_same_v<T, std::uint16_t>)
    value = in.uint16();
  else if constexpr (std::is_same_v<T, std::int32_t>)
    value = in.int32();
  else if constexpr (std::is_same_v<T, std::uint32_t>)
    value = in.uint32();
  else if constexpr (std::is_same_v<T, std::int64_t>)
    value = in.int64();
  else if constexpr (std::is_same_v<T, double>)
    value = in.float64();
  else if constexpr (std::is_same_v<T, ErrorCode>)
    value = static_cast<ErrorCode>(in.int16());
  else if constexpr (std::is_same_v<T, ApiKey>)
    value = static_cast<ApiKey>(in.int16());
  else if constexpr (std::is_same_v<T, Uuid>)
    value = in.uuid();
  else if constexpr (FieldList<T>)
    read_struct(in, value, shape);
  else {
    const std::int64_t length = read_length(in, shape, width_of<T>());
    if (length < 0) return in.fail();
    read_contents(in, value, length, shape);
  }
}

template <class F, class M>
void read_field(Reader& in, const F& f, M& message, Shape shape) {
  using T = typename F::Value;
  T& value = message.*f.member;
  if constexpr (is_optional<T>) {
    read_nullable(in, value, f.null_versions.has(shape.version), shape);
  } else if constexpr (std::is_same_v<T, Records>) {
    const std::int64_t length = read_length(in, shape, Width::four);
    if (length < 0 && !f.null_versions.has(shape.version)) return in.fail();
    if (length < 0)
      value = Records::null();
    else
      read_contents(in, value, length, shape);
  } else {
    read_value(in, value, shape);
  }
}

template <class M>
bool read_known_tag(Reader& in, M& message, std::uint32_t tag, Shape shape) {
  bool known = false;
  each_field<M>([&](const auto& f) {
    if (f.tag < 0 || static_cast<std::uint32_t>(f.tag) != tag || !f.tagged_at(shape.version)) return;
    known = true;
    read_field(in, f, message, shape);
  });
  return known;
}

template <class M>
void read_tags(Reader& in, M& message, Shape shape) {
  const std::uint32_t count = in.uvarint();
  std::int64_t last_tag = -1;
  if (count > unknown_tags_max + 64) return in.fail();
  for (std::uint32_t i = 0; i < count && in.ok(); ++i) {
    const std::uint32_t tag = in.uvarint();
    const BytesView bytes = in.take(in.uvarint());
    if (tag <= last_tag) in.fail();  // they come in rising order, each once
    if (!in.ok()) return;
    last_tag = tag;
    Reader inside = in.nested(bytes);
    if (read_known_tag(inside, message, tag, shape)) {
      in.give_back(inside);
      continue;
    }
    if (message.unknown_tags.size() == unknown_tags_max || bytes.size() > unknown_tag_size_max)
      return in.fail();
    message.unknown_tags[tag].assign(bytes.begin(), bytes.end());
  }
}

template <FieldList M>
void read_struct(Reader& in, M& message, Shape shape) {
  each_field<M>([&](const auto& f) {
    if (in.ok() && f.untagged_at(shape.version)) read_field(in, f, message, shape);
  });
  if constexpr (Tagged<M>) {
    if (shape.flexible && in.ok()) read_tags(in, message, shape);
  }
}

}  // namespace mini::protocol::codec
