#include <zlib.h>

#include <algorithm>
#include <limits>
#include <new>

#include "protocol/records/codecs.h"
#include "protocol/records/inflate_sink.h"

namespace mini::protocol {
namespace {

constexpr int gzip_window_bits = 15 + 16;  // 16 asks zlib for the gzip wrapping

uInt as_uint(std::size_t size) {
  return static_cast<uInt>(std::min<std::size_t>(size, std::numeric_limits<uInt>::max()));
}

struct Inflate {
  Inflate() {
    if (inflateInit2(&stream, gzip_window_bits) != Z_OK) throw std::bad_alloc();
  }
  ~Inflate() { inflateEnd(&stream); }
  z_stream stream{};
};

struct Deflate {
  Deflate() {
    const int memory_level = 8;
    if (deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, gzip_window_bits, memory_level,
                     Z_DEFAULT_STRATEGY) != Z_OK)
      throw std::bad_alloc();
  }
  ~Deflate() { deflateEnd(&stream); }
  z_stream stream{};
};

// zlib reads from a pointer that is not const, and does not write through it.
void feed(z_stream& stream, BytesView input) {
  stream.next_in = const_cast<Bytef*>(input.data());
  stream.avail_in = as_uint(input.size());
}

int inflate_some(z_stream& stream, InflateSink& sink) {
  const uInt room = as_uint(sink.room());
  stream.next_out = sink.place();
  stream.avail_out = room;
  const int result = inflate(&stream, Z_NO_FLUSH);
  sink.wrote(room - stream.avail_out);
  return result;
}

}  // namespace

Inflated gunzip(BytesView input, Bytes& output, std::size_t size_max) {
  Inflate inflater;
  z_stream& stream = inflater.stream;
  InflateSink sink(output, size_max, input.size() * 4);
  feed(stream, input);
  for (;;) {
    const int result = inflate_some(stream, sink);
    if (sink.overflowed()) return Inflated::too_large;
    if (result == Z_STREAM_END) {
      if (stream.avail_in == 0) break;
      if (inflateReset(&stream) != Z_OK) return Inflated::broken;  // one more member behind it
    } else if (result != Z_OK) {
      return Inflated::broken;  // Z_BUF_ERROR: it wants input that is not there
    }
  }
  sink.finish();
  return Inflated::ok;
}

void gzip(BytesView input, Bytes& output) {
  Deflate deflater;
  z_stream& stream = deflater.stream;
  const std::size_t before = output.size();
  output.resize(before + deflateBound(&stream, static_cast<uLong>(input.size())));
  feed(stream, input);
  stream.next_out = output.data() + before;
  stream.avail_out = as_uint(output.size() - before);
  deflate(&stream, Z_FINISH);  // ends the stream in one go: the bound made room for it
  output.resize(before + stream.total_out);
}

}  // namespace mini::protocol
