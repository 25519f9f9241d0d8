#include <set>

#include "protocol/frame.h"
#include "tests/fuzz/fuzz_target.h"
#include "tests/support/any_message.h"

// A stream of frames as it comes from a socket: sizes, request headers, response headers.
namespace mini::test {
namespace {

using namespace protocol;

Reached counts;
std::set<int> kinds;
enum Kind { plain_request, flexible_request, plain_response, flexible_response, kinds_all };

void took(Kind kind) {
  ++counts.decoded;
  kinds.insert(kind);
}

// The size of the header without its tags' contents is what was read; written again it must be the same.
template <class Header>
void check_again(const Header& header, bool flexible, void (*write)(Writer&, const Header&, bool),
                 void (*read)(Reader&, Header&, bool)) {
  OutBuffer buffer;
  Writer out(buffer);
  write(out, header, flexible);
  const Bytes bytes = buffer.copy();
  Reader in(bytes);
  Header again;
  read(in, again, flexible);
  must(in.ok() && in.at_end(), "a header that was written can be read");
  must(again == header, "a header comes back as it went");
}

void try_request(BytesView frame) {
  const auto prefix = peek_request(frame);
  if (!prefix) return;
  const MessageType* type = find_message(prefix->api, Direction::request);
  const bool flexible = type && type->info.flexible.has(prefix->api_version);
  Reader in(frame);
  RequestHeader header;
  read_request_header(in, header, flexible);
  if (!in.ok()) return;
  must(header.correlation_id == prefix->correlation_id, "the first bytes tell the truth");
  took(flexible ? flexible_request : plain_request);
  check_again(header, flexible, write_request_header, read_request_header);
}

void try_response(BytesView frame, bool flexible) {
  Reader in(frame);
  ResponseHeader header;
  read_response_header(in, header, flexible);
  if (!in.ok()) return;
  took(flexible ? flexible_response : plain_response);
  check_again(header, flexible, write_response_header, read_response_header);
}

constexpr std::int32_t size_max = 1 << 20;

void try_frame(BytesView frame) {
  try_request(frame);
  try_response(frame, false);
  try_response(frame, true);
}

// The frames of a stream of which `step` bytes come at a time; what is no frame ends it.
std::vector<Bytes> frames_of(BytesView stream, std::size_t step) {
  std::vector<Bytes> frames;
  Bytes stash;
  while (!stream.empty()) {
    const BytesView came = stream.first(std::min(step, stream.size()));
    stream = stream.subspan(came.size());
    stash.insert(stash.end(), came.begin(), came.end());
    std::size_t at = 0;
    for (;;) {
      const FrameAhead ahead = frame_ahead(BytesView(stash).subspan(at), size_max);
      if (ahead.kind == FrameAhead::Kind::illegal) return frames;
      if (ahead.kind == FrameAhead::Kind::part) break;
      frames.emplace_back(ahead.frame.begin(), ahead.frame.end());
      at += ahead.bytes();
    }
    stash.erase(stash.begin(), stash.begin() + static_cast<std::ptrdiff_t>(at));
  }
  return frames;
}

void split(BytesView stream) {
  if (stream.empty()) return;
  const std::vector<Bytes> frames = frames_of(stream, stream.size());
  must(frames == frames_of(stream, 1 + stream.size() % 7),
       "wherever a stream is cut, its frames are the same");
  for (const Bytes& frame : frames) try_frame(frame);
}

}  // namespace

Reached reached() { return {counts.decoded, kinds.size(), kinds_all}; }

}  // namespace mini::test

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  mini::test::split({data, size});
  return 0;
}
