#include "protocol/records/compression.h"

#include <array>

#include "protocol/records/codecs.h"

namespace mini::protocol {
namespace {

constexpr std::array<std::string_view, 5> names = {"none", "gzip", "snappy", "lz4", "zstd"};

Inflated copy_plain(BytesView input, Bytes& output, std::size_t size_max) {
  if (input.size() > size_max) return Inflated::too_large;
  output.insert(output.end(), input.begin(), input.end());
  return Inflated::ok;
}

}  // namespace

std::string_view name_of(Codec codec) {
  const auto index = static_cast<std::size_t>(codec);
  return index < names.size() ? names[index] : "unknown";
}

std::optional<Codec> codec_named(std::string_view name) {
  for (std::size_t i = 0; i < names.size(); ++i)
    if (names[i] == name) return static_cast<Codec>(i);
  return std::nullopt;
}

Inflated decompress(Codec codec, BytesView input, Bytes& output, std::size_t size_max) {
  switch (codec) {
    case Codec::none: return copy_plain(input, output, size_max);
    case Codec::gzip: return gunzip(input, output, size_max);
    case Codec::snappy: return unsnappy(input, output, size_max);
    case Codec::lz4: return unlz4(input, output, size_max);
    case Codec::zstd: return unzstd(input, output, size_max);
  }
  return Inflated::broken;
}

void compress(Codec codec, BytesView input, Bytes& output) {
  switch (codec) {
    case Codec::none: output.insert(output.end(), input.begin(), input.end()); return;
    case Codec::gzip: return gzip(input, output);
    case Codec::snappy: return snappy_blocks(input, output);
    case Codec::lz4: return lz4(input, output);
    case Codec::zstd: return zstd(input, output);
  }
}

}  // namespace mini::protocol
