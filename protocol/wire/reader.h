#pragma once

#include <algorithm>
#include <bit>
#include <cstring>

#include "protocol/ids.h"
#include "protocol/wire/bytes.h"

// Reads Kafka's primitive types from bytes that came from outside. The only way to do so.
//
//   Reader in(frame);
//   std::int32_t size = in.int32();
//   std::int64_t length = in.varint();
//   if (!in.ok()) return reject();          // one question at the end
//
// Sticky: after the first short or malformed read every read gives zero and `ok()` is false for good.
// Integers are big endian; varints are those of Protocol Buffers (zigzag for the signed kinds). Views that it
// hands out point into the bytes it was built from.
namespace mini::protocol {

// How many list elements one message may hold in all: what a decoded message takes in memory stays in
// proportion to its frame.
inline constexpr std::int64_t decoded_elements_max = 2'000'000;

class Reader {
 public:
  explicit Reader(BytesView bytes) : bytes_(bytes) {}

  bool ok() const { return ok_; }
  bool at_end() const { return position_ == bytes_.size(); }
  std::size_t position() const { return position_; }
  std::size_t remaining() const { return ok_ ? bytes_.size() - position_ : 0; }
  void fail() { ok_ = false; }

  bool boolean() { return int8() != 0; }
  std::int8_t int8() { return static_cast<std::int8_t>(big_endian<std::uint8_t>()); }
  std::int16_t int16() { return static_cast<std::int16_t>(big_endian<std::uint16_t>()); }
  std::uint16_t uint16() { return big_endian<std::uint16_t>(); }
  std::int32_t int32() { return static_cast<std::int32_t>(big_endian<std::uint32_t>()); }
  std::uint32_t uint32() { return big_endian<std::uint32_t>(); }
  std::int64_t int64() { return static_cast<std::int64_t>(big_endian<std::uint64_t>()); }
  double float64() { return std::bit_cast<double>(big_endian<std::uint64_t>()); }

  std::uint32_t uvarint() { return static_cast<std::uint32_t>(unsigned_varint(5, 32)); }
  std::int32_t varint() {
    const auto raw = static_cast<std::uint32_t>(unsigned_varint(5, 32));
    return static_cast<std::int32_t>((raw >> 1) ^ (~(raw & 1) + 1));
  }
  std::int64_t varlong() {
    const std::uint64_t raw = unsigned_varint(10, 64);
    return static_cast<std::int64_t>((raw >> 1) ^ (~(raw & 1) + 1));
  }

  Uuid uuid() {
    Uuid id;
    const BytesView raw = take(id.bytes.size());
    if (!raw.empty()) std::memcpy(id.bytes.data(), raw.data(), raw.size());
    return id;
  }

  // The next `size` bytes, or nothing and an error when they are not there.
  BytesView take(std::size_t size) {
    if (!ok_ || size > bytes_.size() - position_) {
      fail();
      return {};
    }
    const BytesView taken = bytes_.subspan(position_, size);
    position_ += size;
    return taken;
  }

  // A reader of bytes that were taken from this one. What it reads of lists counts against the same limit
  // once it is given back; its failure becomes ours.
  Reader nested(BytesView taken) const {
    Reader inside(taken);
    inside.elements_ = elements_;
    return inside;
  }
  void give_back(const Reader& inside) {
    elements_ = inside.elements_;
    if (!inside.ok_) fail();
  }

  // Settles a list's element count before anything is reserved: zero and an error when `count` elements of at
  // least `element_size_min` bytes cannot be in what remains.
  std::size_t checked_count(std::int64_t count, std::size_t element_size_min) {
    const std::size_t smallest = element_size_min == 0 ? 1 : element_size_min;
    elements_ += count;
    if (!ok_ || count < 0 || elements_ > decoded_elements_max ||
        static_cast<std::uint64_t>(count) > remaining() / smallest) {
      fail();
      return 0;
    }
    return static_cast<std::size_t>(count);
  }

 private:
  template <class T>
  T big_endian() {
    const BytesView raw = take(sizeof(T));
    if (raw.empty()) return 0;
    T value;
    std::memcpy(&value, raw.data(), sizeof(T));
    if constexpr (sizeof(T) == 2) value = __builtin_bswap16(value);
    if constexpr (sizeof(T) == 4) value = __builtin_bswap32(value);
    if constexpr (sizeof(T) == 8) value = __builtin_bswap64(value);
    return value;
  }

  // Nearly all are one byte long or two.
  std::uint64_t unsigned_varint(std::size_t bytes_max, int bits) {
    if (remaining() >= 2) {
      const std::uint8_t* at = bytes_.data() + position_;
      if (at[0] < 0x80) {
        ++position_;
        return at[0];
      }
      if (at[1] < 0x80) {
        position_ += 2;
        return (at[0] & 0x7fu) | static_cast<std::uint64_t>(at[1]) << 7;
      }
    }
    return long_varint(bytes_max, bits);
  }

  std::uint64_t long_varint(std::size_t bytes_max, int bits) {
    const std::size_t present = std::min(bytes_max, remaining());
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < present; ++i) {
      const std::uint8_t byte = bytes_[position_ + i];
      const int shift = 7 * static_cast<int>(i);
      if (bits - shift < 7 && (byte >> (bits - shift)) != 0) break;  // more bits than the type has
      value |= static_cast<std::uint64_t>(byte & 0x7f) << shift;
      if ((byte & 0x80) != 0) continue;
      position_ += i + 1;
      return value;
    }
    fail();
    return 0;
  }

  BytesView bytes_;
  std::size_t position_ = 0;
  std::int64_t elements_ = 0;
  bool ok_ = true;
};

}  // namespace mini::protocol
