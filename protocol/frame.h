#pragma once

#include <optional>

#include "protocol/wire/message.h"

// A frame is a 4-byte size and that many bytes: a header, then a message.
//
// Request headers: v1 has the client id, v2 adds tagged fields; the client id keeps its two-byte length even
// in v2. Response headers: v0 is the correlation id, v1 adds tagged fields. ApiVersions is always answered
// with header v0, because the client does not know yet what the broker speaks (KIP-511). (Request header v0,
// without a client id, belonged to ControlledShutdown alone, which is gone.)
namespace mini::protocol {

inline constexpr std::size_t frame_size_bytes = 4;

struct RequestHeader {
  ApiKey api = ApiKey::produce;
  std::int16_t api_version = 0;
  std::int32_t correlation_id = 0;
  std::optional<std::string> client_id;
  UnknownTags unknown_tags;
  bool operator==(const RequestHeader&) const = default;
};

struct ResponseHeader {
  std::int32_t correlation_id = 0;
  UnknownTags unknown_tags;
  bool operator==(const ResponseHeader&) const = default;
};

// The first eight bytes tell which API and version it is; the rest is read once it is known whether that is a
// flexible one. False where even those are missing.
struct RequestPrefix {
  ApiKey api;
  std::int16_t api_version;
  std::int32_t correlation_id;
};
std::optional<RequestPrefix> peek_request(BytesView frame);

// What lies at the beginning of a stream's bytes: a whole frame, a part of one, or what is no frame: its size
// is negative or above `size_max`. This is where every receiver splits its stream.
struct FrameAhead {
  enum class Kind { part, whole, illegal };
  Kind kind = Kind::part;
  std::int32_t size = 0;  // as it says of itself, once that much has come
  BytesView frame;        // of a whole one, without its size

  std::size_t bytes() const { return frame_size_bytes + frame.size(); }  // of a whole one, with its size
};
FrameAhead frame_ahead(BytesView bytes, std::int32_t size_max);

void read_request_header(Reader& in, RequestHeader& header, bool flexible);
void write_request_header(Writer& out, const RequestHeader& header, bool flexible);
void read_response_header(Reader& in, ResponseHeader& header, bool flexible);
void write_response_header(Writer& out, const ResponseHeader& header, bool flexible);

// Whether the header of an answer to this API has tagged fields.
inline bool response_header_is_flexible(const MessageInfo& response, std::int16_t version) {
  return response.api != ApiKey::api_versions && response.flexible.has(version);
}

// A whole request frame with its size in front: what a client sends.
template <FieldList M>
void write_request(OutBuffer& buffer, const M& request, std::int16_t version, std::int32_t correlation_id,
                   const std::optional<std::string>& client_id) {
  const OutBuffer::Mark start = buffer.mark();
  Writer out(buffer);
  out.int32(0);
  write_request_header(out, {M::info.api, version, correlation_id, client_id, {}},
                       M::info.flexible.has(version));
  write(out, request, version);
  buffer.patch_int32(start, static_cast<std::int32_t>(out.written() - frame_size_bytes));
}

// A whole response frame with its size in front: what a broker sends.
template <FieldList M>
void write_response(OutBuffer& buffer, const M& response, std::int16_t version, std::int32_t correlation_id) {
  const OutBuffer::Mark start = buffer.mark();
  Writer out(buffer);
  out.int32(0);
  write_response_header(out, {correlation_id, {}}, response_header_is_flexible(M::info, version));
  write(out, response, version);
  buffer.patch_int32(start, static_cast<std::int32_t>(out.written() - frame_size_bytes));
}

}  // namespace mini::protocol
