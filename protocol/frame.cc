#include "protocol/frame.h"

#include "protocol/wire/codec_read.h"
#include "protocol/wire/codec_write.h"

namespace mini::protocol {
namespace {

// The tagged section alone, read and written as that of a message which knows no tag.
struct TagsOnly {
  UnknownTags unknown_tags;
  static constexpr auto fields() { return std::tuple{}; }
};

constexpr codec::Shape flexible_shape{0, true};

void read_header_tags(Reader& in, UnknownTags& tags) {
  TagsOnly section;
  codec::read_tags(in, section, flexible_shape);
  tags = std::move(section.unknown_tags);
}

void write_header_tags(Writer& out, const UnknownTags& tags) {
  codec::write_tags(out, TagsOnly{tags}, flexible_shape);
}

}  // namespace

std::optional<RequestPrefix> peek_request(BytesView frame) {
  Reader in(frame);
  RequestPrefix prefix{};
  prefix.api = static_cast<ApiKey>(in.int16());
  prefix.api_version = in.int16();
  prefix.correlation_id = in.int32();
  if (!in.ok()) return std::nullopt;
  return prefix;
}

FrameAhead frame_ahead(BytesView bytes, std::int32_t size_max) {
  using Kind = FrameAhead::Kind;
  if (bytes.size() < frame_size_bytes) return {};
  const std::int32_t size = Reader(bytes).int32();
  if (size < 0 || size > size_max) return {Kind::illegal, size, {}};
  const BytesView rest = bytes.subspan(frame_size_bytes);
  if (rest.size() < static_cast<std::size_t>(size)) return {Kind::part, size, {}};
  return {Kind::whole, size, rest.first(static_cast<std::size_t>(size))};
}

void read_request_header(Reader& in, RequestHeader& header, bool flexible) {
  header.api = static_cast<ApiKey>(in.int16());
  header.api_version = in.int16();
  header.correlation_id = in.int32();
  const std::int16_t length = in.int16();
  header.client_id.reset();
  if (length >= 0) header.client_id = as_text(in.take(static_cast<std::size_t>(length)));
  if (flexible) read_header_tags(in, header.unknown_tags);
}

void write_request_header(Writer& out, const RequestHeader& header, bool flexible) {
  out.int16(static_cast<std::int16_t>(header.api));
  out.int16(header.api_version);
  out.int32(header.correlation_id);
  out.int16(header.client_id ? static_cast<std::int16_t>(header.client_id->size()) : std::int16_t{-1});
  if (header.client_id) out.raw(as_bytes(*header.client_id));
  if (flexible) write_header_tags(out, header.unknown_tags);
}

void read_response_header(Reader& in, ResponseHeader& header, bool flexible) {
  header.correlation_id = in.int32();
  if (flexible) read_header_tags(in, header.unknown_tags);
}

void write_response_header(Writer& out, const ResponseHeader& header, bool flexible) {
  out.int32(header.correlation_id);
  if (flexible) write_header_tags(out, header.unknown_tags);
}

}  // namespace mini::protocol
