#include "protocol/records/compression.h"

#include <doctest/doctest.h>
#include <snappy.h>
#include <zlib.h>
#include <zstd.h>

#include <string>

#include "tests/support/bytes.h"

using namespace mini::protocol;
using mini::test::bytes_of;
using mini::test::noise;

namespace {

constexpr Codec real_codecs[] = {Codec::gzip, Codec::snappy, Codec::lz4, Codec::zstd};
constexpr std::size_t mebibyte = 1 << 20;

Bytes compressed(Codec codec, BytesView input) {
  Bytes output;
  compress(codec, input, output);
  return output;
}

Bytes readings(std::size_t size) {
  std::string text;
  for (int i = 0; text.size() < size; ++i)
    text += "sensor-" + std::to_string(i % 13) + ";2.6;" + std::to_string(i * 7);
  text.resize(size);
  return bytes_of(text);
}

Bytes joined(BytesView first, BytesView second) {
  Bytes both(first.begin(), first.end());
  both.insert(both.end(), second.begin(), second.end());
  return both;
}

Bytes plain_snappy(BytesView input) {
  std::string output;
  snappy::Compress(reinterpret_cast<const char*>(input.data()), input.size(), &output);
  return bytes_of(output);
}

// As a producer streams that does not know the size beforehand.
Bytes zstd_without_content_size(BytesView input) {
  ZSTD_CStream* stream = ZSTD_createCStream();
  Bytes output(ZSTD_compressBound(input.size()));
  ZSTD_outBuffer out{output.data(), output.size(), 0};
  ZSTD_inBuffer in{input.data(), input.size(), 0};
  ZSTD_compressStream2(stream, &out, &in, ZSTD_e_continue);
  ZSTD_compressStream2(stream, &out, &in, ZSTD_e_end);
  ZSTD_freeCStream(stream);
  output.resize(out.pos);
  return output;
}

}  // namespace

TEST_CASE("every codec gives back what it was given") {
  const struct {
    const char* what;
    Bytes bytes;
  } rows[] = {
      {"nothing", {}},
      {"one byte", {7}},
      {"a word", bytes_of("hello")},
      {"64 KiB", readings(64 * 1024)},
      {"64 KiB and one byte", readings(64 * 1024 + 1)},
      {"1 MiB of readings", readings(mebibyte)},
      {"1 MiB of zeros", Bytes(mebibyte, 0)},
      {"1 MiB that cannot be compressed", noise(mebibyte)},
  };
  for (const auto& row : rows)
    for (std::int8_t number = 0; number <= 4; ++number) {
      const auto codec = static_cast<Codec>(number);
      INFO(row.what);
      CAPTURE(name_of(codec));
      Bytes output;
      CHECK(decompress(codec, compressed(codec, row.bytes), output, row.bytes.size()) == Inflated::ok);
      CHECK((output == row.bytes));
    }
}

TEST_CASE("compressing and decompressing append, and leave what was there") {
  for (const Codec codec : real_codecs) {
    CAPTURE(name_of(codec));
    Bytes packed = bytes_of("head");
    compress(codec, as_bytes("tail"), packed);
    CHECK(as_text(BytesView(packed).first(4)) == "head");
    Bytes output = bytes_of("before ");
    REQUIRE(decompress(codec, BytesView(packed).subspan(4), output, 4) == Inflated::ok);
    CHECK(as_text(output) == "before tail");
  }
}

TEST_CASE("one byte above the cap is too large, the cap itself is not") {
  const Bytes input = readings(100'000);
  for (std::int8_t number = 0; number <= 4; ++number) {
    const auto codec = static_cast<Codec>(number);
    CAPTURE(name_of(codec));
    const Bytes packed = compressed(codec, input);
    Bytes exact;
    CHECK(decompress(codec, packed, exact, input.size()) == Inflated::ok);
    CHECK(exact.capacity() <= input.size());
    Bytes short_of_one;
    CHECK(decompress(codec, packed, short_of_one, input.size() - 1) == Inflated::too_large);
    Bytes none;
    CHECK(decompress(codec, packed, none, 0) == Inflated::too_large);
  }
}

TEST_CASE("a bomb stops at the cap and takes no memory beyond it") {
  const std::size_t size_max = mebibyte;
  const Bytes zeros(64 * mebibyte, 0);
  const struct {
    const char* what;
    Codec codec;
    Bytes bomb;
  } rows[] = {
      {"gzip", Codec::gzip, compressed(Codec::gzip, zeros)},
      {"gzip, many members", Codec::gzip,
       joined(compressed(Codec::gzip, readings(900'000)), compressed(Codec::gzip, zeros))},
      {"snappy, framed", Codec::snappy, compressed(Codec::snappy, zeros)},
      {"snappy, plain", Codec::snappy, plain_snappy(zeros)},
      {"lz4", Codec::lz4, compressed(Codec::lz4, zeros)},
      {"zstd", Codec::zstd, compressed(Codec::zstd, zeros)},
      {"zstd, size untold", Codec::zstd, zstd_without_content_size(zeros)},
  };
  for (const auto& row : rows) {
    INFO(row.what);
    Bytes output;
    CHECK(decompress(row.codec, row.bomb, output, size_max) == Inflated::too_large);
    CHECK(output.capacity() <= size_max);
  }
}

TEST_CASE("a length that its input cannot fill takes no memory") {
  const Bytes plain = {0x80, 0x80, 0x80, 0x20, 0x00, 'x'};  // promises 64 MiB
  Bytes output;
  CHECK(decompress(Codec::snappy, plain, output, 100 * mebibyte) == Inflated::broken);
  CHECK(output.capacity() == 0);
}

TEST_CASE("a stream cut at any byte is broken") {
  const Bytes input = readings(3000);
  const struct {
    const char* what;
    Codec codec;
    Bytes packed;
  } rows[] = {
      {"gzip", Codec::gzip, compressed(Codec::gzip, input)},
      {"snappy, framed", Codec::snappy, compressed(Codec::snappy, input)},
      {"snappy, plain", Codec::snappy, plain_snappy(input)},
      {"lz4", Codec::lz4, compressed(Codec::lz4, input)},
      {"zstd", Codec::zstd, compressed(Codec::zstd, input)},
      {"zstd, size untold", Codec::zstd, zstd_without_content_size(input)},
  };
  for (const auto& row : rows)
    for (std::size_t size = 0; size < row.packed.size(); ++size) {
      INFO(row.what);
      CAPTURE(size);
      Bytes output;
      REQUIRE(decompress(row.codec, BytesView(row.packed).first(size), output, mebibyte) == Inflated::broken);
    }
}

TEST_CASE("one flipped byte never gives more than the cap, and never crashes") {
  const Bytes input = readings(600);
  for (const Codec codec : real_codecs) {
    const Bytes packed = compressed(codec, input);
    for (std::size_t at = 0; at < packed.size(); ++at)
      for (const std::uint8_t flip : {0x01, 0x10, 0x80, 0xff}) {
        Bytes bent = packed;
        bent[at] ^= flip;
        Bytes output;
        const Inflated result = decompress(codec, bent, output, 1000);
        CAPTURE(name_of(codec));
        CAPTURE(at);
        REQUIRE(output.capacity() <= 1000);
        if (result == Inflated::ok) REQUIRE(output.size() <= 1000);
      }
  }
}

TEST_CASE("bytes of another codec, and noise, are broken") {
  for (const Codec codec : real_codecs)
    for (const Codec other : real_codecs) {
      if (codec == other) continue;
      CAPTURE(name_of(codec));
      CAPTURE(name_of(other));
      Bytes output;
      CHECK(decompress(codec, compressed(other, readings(500)), output, mebibyte) != Inflated::ok);
    }
  for (std::uint64_t seed = 1; seed < 50; ++seed)
    for (const Codec codec : real_codecs) {
      CAPTURE(seed);
      Bytes output;
      CHECK(decompress(codec, noise(200, seed), output, mebibyte) != Inflated::ok);
    }
}

TEST_CASE("gzip members, lz4 frames and zstd frames behind one another read as one") {
  for (const Codec codec : {Codec::gzip, Codec::lz4, Codec::zstd}) {
    CAPTURE(name_of(codec));
    const Bytes both = joined(compressed(codec, as_bytes("one, ")), compressed(codec, as_bytes("two")));
    Bytes output;
    REQUIRE(decompress(codec, both, output, 100) == Inflated::ok);
    CHECK(as_text(output) == "one, two");
  }
}

TEST_CASE("snappy is read plain and in the framing of Java's library") {
  Bytes plain;
  REQUIRE(decompress(Codec::snappy, plain_snappy(readings(200'000)), plain, mebibyte) == Inflated::ok);
  CHECK((plain == readings(200'000)));

  // As Java's library writes it: magic, versions 1 and 1, then blocks of any size.
  Bytes framed = {0x82, 'S', 'N', 'A', 'P', 'P', 'Y', 0, 0, 0, 0, 1, 0, 0, 0, 1};
  for (const char* word : {"one, ", "two"}) {
    const Bytes block = plain_snappy(as_bytes(word));
    framed = joined(framed, Bytes{0, 0, 0, static_cast<std::uint8_t>(block.size())});
    framed = joined(framed, block);
  }
  Bytes output;
  REQUIRE(decompress(Codec::snappy, framed, output, 100) == Inflated::ok);
  CHECK(as_text(output) == "one, two");
}

TEST_CASE("snappy is written in the framing, in blocks of 64 KiB") {
  const Bytes packed = compressed(Codec::snappy, noise(64 * 1024 + 5));
  CHECK(as_text(BytesView(packed).subspan(1, 6)) == "SNAPPY");
  std::size_t blocks = 0;
  for (std::size_t at = 16; at < packed.size(); ++blocks) {
    const std::size_t size = packed[at] << 24 | packed[at + 1] << 16 | packed[at + 2] << 8 | packed[at + 3];
    at += 4 + size;
    REQUIRE(at <= packed.size());
  }
  CHECK(blocks == 2);
}

// Java's reader refuses frames whose blocks look back at one another.
TEST_CASE("lz4 frames are written with independent blocks") {
  const Bytes packed = compressed(Codec::lz4, readings(200'000));
  REQUIRE(packed.size() > 7);
  CHECK(packed[0] == 0x04);
  CHECK(packed[3] == 0x18);
  CHECK((packed[4] & 0xc0) == 0x40);
  CHECK((packed[4] & 0x20) != 0);
}

TEST_CASE("gzip is written with its own wrapping, not zlib's") {
  const Bytes packed = compressed(Codec::gzip, as_bytes("x"));
  CHECK(packed[0] == 0x1f);
  CHECK(packed[1] == 0x8b);
}

TEST_CASE("a zstd frame that asks for a window beyond the cap is refused") {
  ZSTD_CCtx* context = ZSTD_createCCtx();
  ZSTD_CCtx_setParameter(context, ZSTD_c_windowLog, 27);
  ZSTD_CCtx_setParameter(context, ZSTD_c_contentSizeFlag, 0);
  const Bytes input = readings(9 * mebibyte);
  Bytes packed(ZSTD_compressBound(input.size()));
  ZSTD_outBuffer out{packed.data(), packed.size(), 0};
  ZSTD_inBuffer in{input.data(), input.size(), 0};
  ZSTD_compressStream2(context, &out, &in, ZSTD_e_continue);
  ZSTD_compressStream2(context, &out, &in, ZSTD_e_end);
  ZSTD_freeCCtx(context);
  packed.resize(out.pos);
  Bytes output;
  CHECK(decompress(Codec::zstd, packed, output, 32 * mebibyte) == Inflated::too_large);
  Bytes roomy;
  CHECK(decompress(Codec::zstd, packed, roomy, 128 * mebibyte) == Inflated::ok);
}

TEST_CASE("codecs have the names that configuration files use") {
  for (const char* name : {"none", "gzip", "snappy", "lz4", "zstd"}) {
    const auto codec = codec_named(name);
    REQUIRE(codec);
    CHECK(name_of(*codec) == name);
  }
  for (const char* name : {"", "GZIP", "brotli", "producer", "uncompressed"}) CHECK_FALSE(codec_named(name));
  CHECK(name_of(static_cast<Codec>(6)) == "unknown");
}
