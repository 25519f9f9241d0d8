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

void split(BytesView stream) {
  Reader in(stream);
  while (in.remaining() >= frame_size_bytes) {
    const std::int32_t size = in.int32();
    if (size < 0) return;
    const BytesView frame = in.take(static_cast<std::size_t>(size));
    if (!in.ok()) return;
    try_request(frame);
    try_response(frame, false);
    try_response(frame, true);
  }
}

}  // namespace

Reached reached() { return {counts.decoded, kinds.size(), kinds_all}; }

}  // namespace mini::test

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  mini::test::split({data, size});
  return 0;
}
