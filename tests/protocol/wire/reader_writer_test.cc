#include <doctest/doctest.h>

#include <cmath>
#include <functional>
#include <limits>

#include "protocol/wire/reader.h"
#include "protocol/wire/writer.h"

namespace mini::protocol {
namespace {

Bytes written(const std::function<void(Writer&)>& write) {
  OutBuffer buffer;
  Writer out(buffer);
  write(out);
  Writer counter;
  write(counter);
  CHECK(counter.written() == out.written());
  CHECK(buffer.size() == out.written());
  return buffer.copy();
}

template <class T>
constexpr T least = std::numeric_limits<T>::min();
template <class T>
constexpr T greatest = std::numeric_limits<T>::max();

}  // namespace

TEST_CASE("integers are big endian") {
  CHECK(written([](Writer& out) {
          out.int16(0x0102), out.int32(0x03040506), out.int64(0x0708090a0b0c0d0e);
        }) == Bytes{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14});
  CHECK(written([](Writer& out) { out.int8(-2), out.uint16(0xfffe), out.boolean(true); }) ==
        Bytes{0xfe, 0xff, 0xfe, 1});
}

TEST_CASE("what is written is read back, from the least to the greatest") {
  const Bytes bytes = written([](Writer& out) {
    out.int8(least<std::int8_t>), out.int8(greatest<std::int8_t>);
    out.int16(least<std::int16_t>), out.int16(greatest<std::int16_t>);
    out.uint16(greatest<std::uint16_t>), out.uint32(greatest<std::uint32_t>);
    out.int32(least<std::int32_t>), out.int32(greatest<std::int32_t>);
    out.int64(least<std::int64_t>), out.int64(greatest<std::int64_t>);
    out.float64(-0.1), out.float64(greatest<double>);
    out.boolean(true), out.boolean(false);
  });
  Reader in(bytes);
  CHECK(in.int8() == least<std::int8_t>);
  CHECK(in.int8() == greatest<std::int8_t>);
  CHECK(in.int16() == least<std::int16_t>);
  CHECK(in.int16() == greatest<std::int16_t>);
  CHECK(in.uint16() == greatest<std::uint16_t>);
  CHECK(in.uint32() == greatest<std::uint32_t>);
  CHECK(in.int32() == least<std::int32_t>);
  CHECK(in.int32() == greatest<std::int32_t>);
  CHECK(in.int64() == least<std::int64_t>);
  CHECK(in.int64() == greatest<std::int64_t>);
  CHECK(in.float64() == -0.1);
  CHECK(in.float64() == greatest<double>);
  CHECK(in.boolean());
  CHECK_FALSE(in.boolean());
  CHECK(in.ok());
  CHECK(in.at_end());
}

TEST_CASE("varints have the bytes of Protocol Buffers") {
  struct Row {
    std::int64_t value;
    Bytes bytes;
  };
  const Row rows[] = {
      {0, {0}},
      {-1, {1}},
      {1, {2}},
      {63, {0x7e}},
      {-64, {0x7f}},
      {64, {0x80, 1}},
      {-65, {0x81, 1}},
      {greatest<std::int32_t>, {0xfe, 0xff, 0xff, 0xff, 0x0f}},
      {least<std::int32_t>, {0xff, 0xff, 0xff, 0xff, 0x0f}},
      {greatest<std::int64_t>, {0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01}},
      {least<std::int64_t>, {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01}},
  };
  for (const Row& row : rows) {
    CAPTURE(row.value);
    CHECK(written([&](Writer& out) { out.varlong(row.value); }) == row.bytes);
    CHECK(Reader(row.bytes).varlong() == row.value);
    if (row.value != static_cast<std::int32_t>(row.value)) continue;
    const auto narrow = static_cast<std::int32_t>(row.value);
    CHECK(written([&](Writer& out) { out.varint(narrow); }) == row.bytes);
    CHECK(Reader(row.bytes).varint() == narrow);
  }
}

TEST_CASE("unsigned varints come back at every power of two") {
  for (int bit = 0; bit < 32; ++bit)
    for (const std::uint32_t value : {(1u << bit) - 1, 1u << bit, ~0u >> bit}) {
      const Bytes bytes = written([&](Writer& out) { out.uvarint(value); });
      Reader in(bytes);
      CHECK(in.uvarint() == value);
      CHECK(in.at_end());
    }
}

TEST_CASE("a varint with more bits or bytes than its type has is refused") {
  const Bytes too_wide[] = {{0xff, 0xff, 0xff, 0xff, 0x1f},
                            {0xff, 0xff, 0xff, 0xff, 0xff, 0x01},
                            {0x80, 0x80, 0x80, 0x80, 0x80, 0x00},
                            {0x80},
                            {}};
  for (const Bytes& bytes : too_wide) {
    Reader unsigned_in(bytes);
    CHECK(unsigned_in.uvarint() == 0);
    CHECK_FALSE(unsigned_in.ok());
    Reader signed_in(bytes);
    CHECK(signed_in.varint() == 0);
    CHECK_FALSE(signed_in.ok());
  }
  for (const std::uint8_t last : {0x02, 0x80, 0xff}) {
    Bytes long_one(9, 0xff);
    long_one.push_back(last);
    long_one.push_back(0);
    Reader in(long_one);
    CHECK(in.varlong() == 0);
    CHECK_FALSE(in.ok());
  }
}

TEST_CASE("after the first short read everything is zero, for good") {
  const Bytes bytes = {1, 2, 3, 4, 5};
  Reader in(bytes);
  CHECK(in.int32() == 0x01020304);
  CHECK(in.int32() == 0);
  CHECK_FALSE(in.ok());
  CHECK(in.remaining() == 0);
  CHECK(in.int8() == 0);  // although one byte is left
  CHECK(in.take(1).empty());
  CHECK(in.uuid().is_zero());
  CHECK(in.float64() == 0);
  CHECK(in.checked_count(0, 1) == 0);
  CHECK_FALSE(in.ok());
}

TEST_CASE("taking more than there is takes nothing") {
  const Bytes bytes(10);
  for (const std::size_t size : {std::size_t{11}, greatest<std::size_t>}) {
    Reader in(bytes);
    in.int8();
    CHECK(in.take(size).empty());
    CHECK_FALSE(in.ok());
  }
  Reader in(bytes);
  CHECK(in.take(10).size() == 10);
  CHECK(in.take(0).empty());
  CHECK(in.ok());
}

TEST_CASE("a count is settled by the least size of what it counts") {
  const Bytes bytes(100);
  struct Row {
    std::int64_t count;
    std::size_t element_size_min;
    bool ok;
  };
  const Row rows[] = {
      {100, 1, true},  {101, 1, false}, {25, 4, true},   {26, 4, false},  {100, 0, true},
      {101, 0, false}, {-1, 1, false},  {0, 1000, true}, {1, 101, false}, {greatest<std::int64_t>, 1, false}};
  for (const Row& row : rows) {
    CAPTURE(row.count);
    CAPTURE(row.element_size_min);
    Reader in(bytes);
    CHECK(in.checked_count(row.count, row.element_size_min) ==
          (row.ok ? static_cast<std::size_t>(row.count) : 0));
    CHECK(in.ok() == row.ok);
  }
}

TEST_CASE("a nested reader counts against the same limit and hands on its failure") {
  const Bytes bytes(decoded_elements_max);
  Reader in(bytes);
  in.checked_count(decoded_elements_max - 1, 1);
  Reader first = in.nested(bytes);
  CHECK(first.checked_count(1, 1) == 1);
  in.give_back(first);
  CHECK(in.ok());
  Reader second = in.nested(bytes);
  CHECK(second.checked_count(1, 1) == 0);
  in.give_back(second);
  CHECK_FALSE(in.ok());
}

}  // namespace mini::protocol
