#pragma once

#include <bit>
#include <cassert>
#include <cstring>

#include "protocol/ids.h"
#include "protocol/wire/out_buffer.h"

// Writes Kafka's primitive types, the counterpart of Reader.
//
//   Writer out(buffer);
//   out.int32(size);
//   out.varint(length);
//
// Built without a buffer it only counts: `written()` is then what the same calls would have written.
namespace mini::protocol {

class Writer {
 public:
  Writer() = default;  // counts
  explicit Writer(OutBuffer& out) : out_(&out) {}

  std::size_t written() const { return written_; }

  void boolean(bool value) { int8(value ? 1 : 0); }
  void int8(std::int8_t value) { big_endian(static_cast<std::uint8_t>(value)); }
  void int16(std::int16_t value) { big_endian(static_cast<std::uint16_t>(value)); }
  void uint16(std::uint16_t value) { big_endian(value); }
  void int32(std::int32_t value) { big_endian(static_cast<std::uint32_t>(value)); }
  void uint32(std::uint32_t value) { big_endian(value); }
  void int64(std::int64_t value) { big_endian(static_cast<std::uint64_t>(value)); }
  void float64(double value) { big_endian(std::bit_cast<std::uint64_t>(value)); }
  void uuid(const Uuid& id) { raw(BytesView(id.bytes)); }

  void uvarint(std::uint32_t value) { unsigned_varint(value); }
  void varint(std::int32_t value) {
    unsigned_varint((static_cast<std::uint32_t>(value) << 1) ^ static_cast<std::uint32_t>(value >> 31));
  }
  void varlong(std::int64_t value) {
    unsigned_varint((static_cast<std::uint64_t>(value) << 1) ^ static_cast<std::uint64_t>(value >> 63));
  }

  void raw(BytesView bytes) {
    written_ += bytes.size();
    if (out_ && !bytes.empty()) std::memcpy(out_->grow(bytes.size()), bytes.data(), bytes.size());
  }

  // Shared slices go by reference, borrowed ones are copied.
  void slice(const Slice& slice) {
    if (!slice.shared()) return raw(slice.view());
    written_ += slice.size();
    if (out_) out_->splice(slice);
  }

 private:
  template <class T>
  void big_endian(T value) {
    written_ += sizeof(T);
    if (!out_) return;
    if constexpr (sizeof(T) == 2) value = __builtin_bswap16(value);
    if constexpr (sizeof(T) == 4) value = __builtin_bswap32(value);
    if constexpr (sizeof(T) == 8) value = __builtin_bswap64(value);
    std::memcpy(out_->grow(sizeof(T)), &value, sizeof(T));
  }

  void unsigned_varint(std::uint64_t value) {
    std::uint8_t bytes[10];
    std::size_t size = 0;
    for (; value >= 0x80; value >>= 7) bytes[size++] = static_cast<std::uint8_t>(value | 0x80);
    bytes[size++] = static_cast<std::uint8_t>(value);
    raw(BytesView(bytes, size));
  }

  OutBuffer* out_ = nullptr;
  std::size_t written_ = 0;
};

}  // namespace mini::protocol
