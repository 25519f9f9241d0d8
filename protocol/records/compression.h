#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "protocol/wire/bytes.h"

// The codecs that a record batch may be written with, streamed through bounded memory.
//
//   Bytes records;
//   if (decompress(Codec::zstd, input, records, size_max) == Inflated::too_large) ...
//
// gzip is RFC 1952; snappy is read in both forms in use (the block framing of Java's library, and plain
// blocks) and written in the block framing; lz4 is the frame format, in independent blocks; zstd frames need
// not tell their content size. A zstd frame that wants a window beyond `size_max` (and beyond 8 MiB) is too
// large.
namespace mini::protocol {

enum class Codec : std::int8_t { none = 0, gzip = 1, snappy = 2, lz4 = 3, zstd = 4 };

std::string_view name_of(Codec codec);                    // "gzip"
std::optional<Codec> codec_named(std::string_view name);  // nothing for a name outside the list

enum class Inflated {
  ok,
  broken,     // not a stream of this codec, or cut short
  too_large,  // more than `size_max` bytes would come out; never more than that is allocated
};

// Appends the decompressed bytes to `output`. On `broken` and `too_large` what was appended means nothing.
Inflated decompress(Codec codec, BytesView input, Bytes& output, std::size_t size_max);

// Appends the compressed bytes to `output`. Level: the codec's own default.
void compress(Codec codec, BytesView input, Bytes& output);

}  // namespace mini::protocol
