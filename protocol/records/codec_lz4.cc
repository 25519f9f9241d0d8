#include <lz4frame.h>

#include <cassert>
#include <memory>
#include <new>

#include "protocol/records/codecs.h"
#include "protocol/records/inflate_sink.h"

namespace mini::protocol {
namespace {

struct Free {
  void operator()(LZ4F_dctx* context) const { LZ4F_freeDecompressionContext(context); }
};

std::unique_ptr<LZ4F_dctx, Free> make_context() {
  LZ4F_dctx* context = nullptr;
  if (LZ4F_isError(LZ4F_createDecompressionContext(&context, LZ4F_VERSION))) throw std::bad_alloc();
  return std::unique_ptr<LZ4F_dctx, Free>(context);
}

// The readers of Java's clients take frames of independent blocks only.
LZ4F_preferences_t preferences() {
  LZ4F_preferences_t wanted{};
  wanted.frameInfo.blockMode = LZ4F_blockIndependent;
  wanted.frameInfo.blockSizeID = LZ4F_max64KB;
  return wanted;
}

}  // namespace

Inflated unlz4(BytesView input, Bytes& output, std::size_t size_max) {
  const auto context = make_context();
  InflateSink sink(output, size_max, input.size() * 4);
  std::size_t wanted = 1;  // how much more input the frame asks for; none at its end
  while (wanted != 0 || !input.empty()) {
    std::size_t consumed = input.size();
    std::size_t written = sink.room();
    wanted = LZ4F_decompress(context.get(), sink.place(), &written, input.data(), &consumed, nullptr);
    if (LZ4F_isError(wanted)) return Inflated::broken;
    sink.wrote(written);
    if (sink.overflowed()) return Inflated::too_large;
    if (wanted != 0 && consumed == 0 && written == 0) return Inflated::broken;  // cut short
    input = input.subspan(consumed);
  }
  sink.finish();
  return Inflated::ok;
}

void lz4(BytesView input, Bytes& output) {
  const LZ4F_preferences_t wanted = preferences();
  const std::size_t before = output.size();
  output.resize(before + LZ4F_compressFrameBound(input.size(), &wanted));
  const std::size_t size =
      LZ4F_compressFrame(output.data() + before, output.size() - before, input.data(), input.size(), &wanted);
  assert(!LZ4F_isError(size) && "the bound made room");
  output.resize(before + size);
}

}  // namespace mini::protocol
