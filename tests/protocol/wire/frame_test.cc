#include "protocol/frame.h"

#include <doctest/doctest.h>

#include "protocol/messages/api_versions.h"
#include "protocol/messages/heartbeat.h"

namespace mini::protocol {
namespace {

Bytes written(const RequestHeader& header, bool flexible) {
  OutBuffer buffer;
  Writer out(buffer);
  write_request_header(out, header, flexible);
  return buffer.copy();
}

RequestHeader read_request(const Bytes& bytes, bool flexible) {
  Reader in(bytes);
  RequestHeader header;
  read_request_header(in, header, flexible);
  REQUIRE(in.ok());
  REQUIRE(in.at_end());
  return header;
}

const RequestHeader fetch_header{ApiKey::fetch, 12, 77, "rdkafka", {}};

}  // namespace

TEST_CASE("a request header of version 1 has a client id, one of version 2 tagged fields behind it") {
  const Bytes v1 = {0, 1, 0, 12, 0, 0, 0, 77, 0, 7, 'r', 'd', 'k', 'a', 'f', 'k', 'a'};
  CHECK(written(fetch_header, false) == v1);
  Bytes v2 = v1;
  v2.push_back(0);
  CHECK(written(fetch_header, true) == v2);  // the client id keeps its two-byte length
  CHECK(read_request(v1, false) == fetch_header);
  CHECK(read_request(v2, true) == fetch_header);
}

TEST_CASE("a client id may be null, and may be empty") {
  RequestHeader header = fetch_header;
  for (const std::optional<std::string>& id :
       {std::optional<std::string>{}, std::optional<std::string>{""}}) {
    header.client_id = id;
    for (const bool flexible : {false, true})
      CHECK(read_request(written(header, flexible), flexible) == header);
  }
}

TEST_CASE("unknown tagged fields of a header are kept") {
  RequestHeader request = fetch_header;
  request.unknown_tags[3] = {1, 2, 3};
  CHECK(read_request(written(request, true), true) == request);

  const ResponseHeader response{5, {{9, {4}}}};
  OutBuffer buffer;
  Writer out(buffer);
  write_response_header(out, response, true);
  const Bytes bytes = buffer.copy();
  CHECK(bytes == Bytes{0, 0, 0, 5, 1, 9, 1, 4});
  Reader in(bytes);
  ResponseHeader back;
  read_response_header(in, back, true);
  CHECK(in.at_end());
  CHECK(back == response);
}

TEST_CASE("no truncated header is taken") {
  for (const bool flexible : {false, true}) {
    RequestHeader header = fetch_header;
    if (flexible) header.unknown_tags[1] = {1};
    const Bytes whole = written(header, flexible);
    for (std::size_t size = 0; size < whole.size(); ++size) {
      Reader in(BytesView(whole).first(size));
      RequestHeader cut;
      read_request_header(in, cut, flexible);
      CHECK_FALSE(in.ok());
    }
  }
  const Bytes response = {0, 0, 0, 5, 0};
  for (std::size_t size = 0; size < response.size(); ++size) {
    Reader in(BytesView(response).first(size));
    ResponseHeader cut;
    read_response_header(in, cut, true);
    CHECK_FALSE(in.ok());
  }
}

TEST_CASE("the first eight bytes tell which request it is") {
  const Bytes bytes = written(fetch_header, true);
  const auto prefix = peek_request(bytes);
  REQUIRE(prefix);
  CHECK(prefix->api == ApiKey::fetch);
  CHECK(prefix->api_version == 12);
  CHECK(prefix->correlation_id == 77);
  for (std::size_t size = 0; size < 8; ++size) CHECK_FALSE(peek_request(BytesView(bytes).first(size)));
}

TEST_CASE("a response header has tagged fields where the message is flexible, but never for ApiVersions") {
  CHECK_FALSE(response_header_is_flexible(HeartbeatResponse::info, 3));
  CHECK(response_header_is_flexible(HeartbeatResponse::info, 4));
  for (std::int16_t v = 0; v <= 4; ++v)
    CHECK_FALSE(response_header_is_flexible(ApiVersionsResponse::info, v));
}

TEST_CASE("a frame begins with the size of what follows") {
  HeartbeatRequest request;
  request.group_id = "g";
  OutBuffer buffer;
  Writer(buffer).int32(99);  // something was there before
  write_request(buffer, request, 4, 5, "me");
  write_response(buffer, HeartbeatResponse{}, 4, 5);
  write_response(buffer, ApiVersionsResponse{}, 3, 6);
  const Bytes bytes = buffer.copy();
  Reader in(bytes);
  CHECK(in.int32() == 99);
  Reader first(in.take(static_cast<std::size_t>(in.int32())));
  RequestHeader header;
  read_request_header(first, header, true);
  CHECK(header == RequestHeader{ApiKey::heartbeat, 4, 5, "me", {}});
  HeartbeatRequest back;
  read(first, back, 4);
  CHECK(first.ok());
  CHECK(first.at_end());
  CHECK(back == request);

  Reader second(in.take(static_cast<std::size_t>(in.int32())));
  CHECK(second.int32() == 5);
  CHECK(second.int8() == 0);  // the header's tagged fields
  Reader third(in.take(static_cast<std::size_t>(in.int32())));
  CHECK(third.int32() == 6);
  CHECK(third.int16() == 0);  // the error code at once
  CHECK(in.ok());
  CHECK(in.at_end());
}

TEST_CASE("a stream is split where its frames end, wherever it is cut") {
  using Kind = FrameAhead::Kind;
  const Bytes stream = {0, 0, 0, 3, 7, 8, 9, 0, 0, 0, 0};  // a frame of three bytes, and an empty one
  constexpr std::int32_t size_max = 3;
  for (std::size_t size = 0; size < 7; ++size)
    CHECK(frame_ahead(BytesView(stream).first(size), size_max).kind == Kind::part);
  for (std::size_t size = 7; size <= stream.size(); ++size) {
    const FrameAhead ahead = frame_ahead(BytesView(stream).first(size), size_max);
    CHECK(ahead.kind == Kind::whole);
    CHECK(ahead.bytes() == 7);
    CHECK(Bytes(ahead.frame.begin(), ahead.frame.end()) == Bytes{7, 8, 9});
  }
  const FrameAhead empty = frame_ahead(BytesView(stream).subspan(7), size_max);
  CHECK(empty.kind == Kind::whole);
  CHECK(empty.bytes() == frame_size_bytes);
}

TEST_CASE("a size that is negative or too large is no frame, as soon as it is there") {
  using Kind = FrameAhead::Kind;
  const Bytes negative = {0xff, 0xff, 0xff, 0xff}, large = {0, 0, 0, 4};
  CHECK(frame_ahead(negative, 1 << 20).kind == Kind::illegal);
  CHECK(frame_ahead(negative, 1 << 20).size == -1);
  CHECK(frame_ahead(large, 3).kind == Kind::illegal);
  CHECK(frame_ahead(large, 4).kind == Kind::part);
  CHECK(frame_ahead(BytesView(large).first(3), 3).kind == Kind::part);
}

}  // namespace mini::protocol
