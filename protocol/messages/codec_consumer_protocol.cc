#include "protocol/messages/consumer_protocol.h"
#include "protocol/wire/codec.h"

namespace mini::protocol {

MINI_CODEC(ConsumerProtocolSubscription)
MINI_CODEC(ConsumerProtocolAssignment)

namespace {

template <class M>
Bytes encode(const M& message, std::int16_t version) {
  OutBuffer buffer;
  Writer out(buffer);
  out.int16(version);
  write(out, message, version);
  return buffer.copy();
}

template <class M>
std::optional<M> decode(BytesView blob) {
  Reader in(blob);
  const std::int16_t version = in.int16();
  M message;
  if (!in.ok() || version < 0) return std::nullopt;
  read(in, message, std::min(version, M::info.versions.last));
  if (!in.ok()) return std::nullopt;
  return message;
}

}  // namespace

Bytes encode_blob(const ConsumerProtocolSubscription& subscription, std::int16_t version) {
  return encode(subscription, version);
}

Bytes encode_blob(const ConsumerProtocolAssignment& assignment, std::int16_t version) {
  return encode(assignment, version);
}

std::optional<ConsumerProtocolSubscription> decode_subscription(BytesView blob) {
  return decode<ConsumerProtocolSubscription>(blob);
}

std::optional<ConsumerProtocolAssignment> decode_assignment(BytesView blob) {
  return decode<ConsumerProtocolAssignment>(blob);
}

}  // namespace mini::protocol
