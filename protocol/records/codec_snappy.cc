#include <snappy.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "protocol/records/codecs.h"
#include "protocol/wire/reader.h"

// A snappy stream comes in two forms. Java's library frames it: a magic of eight bytes, two int32 versions,
// then blocks, each an int32 length and a plain snappy block. Others send one plain block.
namespace mini::protocol {
namespace {

constexpr std::array<std::uint8_t, 8> framing_magic = {0x82, 'S', 'N', 'A', 'P', 'P', 'Y', 0};
constexpr std::array<std::uint8_t, 8> framing_versions = {0, 0, 0, 1, 0, 0, 0, 1};
constexpr std::size_t block_size = 64 * 1024;  // what snappy itself works through at a time

const char* as_chars(const std::uint8_t* at) { return reinterpret_cast<const char*>(at); }
char* as_chars(std::uint8_t* at) { return reinterpret_cast<char*>(at); }

bool is_framed(BytesView input) {
  return input.size() >= framing_magic.size() &&
         std::equal(framing_magic.begin(), framing_magic.end(), input.begin());
}

// The length comes first in a block. A short input cannot hold a long one (at most 64 bytes come of three),
// so that a lie is found before memory is taken for it.
Inflated inflate_block(BytesView block, Bytes& output, std::size_t end_max) {
  std::size_t length = 0;
  if (!snappy::GetUncompressedLength(as_chars(block.data()), block.size(), &length)) return Inflated::broken;
  if (length > end_max - output.size()) return Inflated::too_large;
  if (length / 32 > block.size()) return Inflated::broken;
  const std::size_t before = output.size();
  const std::size_t after = before + length;
  if (after > output.capacity()) output.reserve(std::min(end_max, std::max(after, output.capacity() * 2)));
  output.resize(after);
  const bool ok =
      snappy::RawUncompress(as_chars(block.data()), block.size(), as_chars(output.data() + before));
  return ok ? Inflated::ok : Inflated::broken;
}

Inflated inflate_framed(BytesView input, Bytes& output, std::size_t end_max) {
  Reader in(input);
  in.take(framing_magic.size() + framing_versions.size());
  do {
    const std::int32_t size = in.int32();
    if (size < 0) return Inflated::broken;
    const BytesView block = in.take(static_cast<std::size_t>(size));
    if (!in.ok()) return Inflated::broken;
    const Inflated result = inflate_block(block, output, end_max);
    if (result != Inflated::ok) return result;
  } while (!in.at_end());
  return Inflated::ok;
}

}  // namespace

Inflated unsnappy(BytesView input, Bytes& output, std::size_t size_max) {
  const std::size_t end_max = output.size() + size_max;
  return is_framed(input) ? inflate_framed(input, output, end_max) : inflate_block(input, output, end_max);
}

void snappy_blocks(BytesView input, Bytes& output) {
  output.insert(output.end(), framing_magic.begin(), framing_magic.end());
  output.insert(output.end(), framing_versions.begin(), framing_versions.end());
  do {
    const BytesView block = input.first(std::min(input.size(), block_size));
    input = input.subspan(block.size());
    const std::size_t before = output.size();
    std::size_t size = 0;
    output.resize(before + sizeof(std::int32_t) + snappy::MaxCompressedLength(block.size()));
    std::uint8_t* place = output.data() + before;
    snappy::RawCompress(as_chars(block.data()), block.size(), as_chars(place + sizeof(std::int32_t)), &size);
    const std::uint32_t length = __builtin_bswap32(static_cast<std::uint32_t>(size));
    std::memcpy(place, &length, sizeof(length));
    output.resize(before + sizeof(std::int32_t) + size);
  } while (!input.empty());
}

}  // namespace mini::protocol
