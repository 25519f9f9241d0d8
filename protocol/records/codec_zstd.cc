#include <zstd.h>
#include <zstd_errors.h>

#include <algorithm>
#include <bit>
#include <cassert>
#include <memory>
#include <new>

#include "protocol/records/codecs.h"
#include "protocol/records/inflate_sink.h"

namespace mini::protocol {
namespace {

struct Free {
  void operator()(ZSTD_DCtx* context) const { ZSTD_freeDCtx(context); }
};

// The decoder keeps a window of the output; a frame that asks for one beyond the limit is refused before it
// is taken. Every decoder is asked to take windows of 8 MiB (RFC 8878).
std::unique_ptr<ZSTD_DCtx, Free> make_context(std::size_t size_max) {
  std::unique_ptr<ZSTD_DCtx, Free> context(ZSTD_createDCtx());
  if (!context) throw std::bad_alloc();
  const int size_log = static_cast<int>(std::bit_width(size_max)) - 1;
  ZSTD_DCtx_setParameter(context.get(), ZSTD_d_windowLogMax, std::clamp(size_log, 23, 27));
  return context;
}

// With room for the whole frame the decoder writes in place and needs no window.
std::size_t expected_size(BytesView input) {
  const unsigned long long told = ZSTD_getFrameContentSize(input.data(), input.size());
  if (told == ZSTD_CONTENTSIZE_UNKNOWN || told == ZSTD_CONTENTSIZE_ERROR) return input.size() * 4;
  return static_cast<std::size_t>(told) + 1;
}

Inflated refusal(std::size_t error) {
  const bool window = ZSTD_getErrorCode(error) == ZSTD_error_frameParameter_windowTooLarge;
  return window ? Inflated::too_large : Inflated::broken;
}

}  // namespace

Inflated unzstd(BytesView input, Bytes& output, std::size_t size_max) {
  const auto context = make_context(size_max);
  InflateSink sink(output, size_max, expected_size(input));
  ZSTD_inBuffer in{input.data(), input.size(), 0};
  std::size_t wanted = 1;  // not zero inside a frame
  while (wanted != 0 || in.pos < in.size) {
    const std::size_t read_before = in.pos;
    ZSTD_outBuffer out{sink.place(), sink.room(), 0};
    wanted = ZSTD_decompressStream(context.get(), &out, &in);
    if (ZSTD_isError(wanted)) return refusal(wanted);
    sink.wrote(out.pos);
    if (sink.overflowed()) return Inflated::too_large;
    if (wanted != 0 && in.pos == read_before && out.pos == 0) return Inflated::broken;  // cut short
  }
  sink.finish();
  return Inflated::ok;
}

void zstd(BytesView input, Bytes& output) {
  const std::size_t before = output.size();
  output.resize(before + ZSTD_compressBound(input.size()));
  const std::size_t size = ZSTD_compress(output.data() + before, output.size() - before, input.data(),
                                         input.size(), ZSTD_CLEVEL_DEFAULT);
  assert(!ZSTD_isError(size) && "the bound made room");
  output.resize(before + size);
}

}  // namespace mini::protocol
