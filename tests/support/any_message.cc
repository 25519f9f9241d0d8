#include "tests/support/any_message.h"

#include "protocol/messages/all.h"
#include "protocol/messages/consumer_protocol.h"

namespace mini::test {
namespace {

template <class M>
class Holder final : public AnyMessage {
 public:
  Holder() = default;
  explicit Holder(M message) : message_(std::move(message)) {}

  void read(protocol::Reader& in, std::int16_t version) override { protocol::read(in, message_, version); }
  void write(protocol::Writer& out, std::int16_t version) const override {
    protocol::write(out, message_, version);
  }
  std::size_t encoded_size(std::int16_t version) const override {
    return protocol::encoded_size(message_, version);
  }
  std::string print(std::int16_t version) const override { return protocol::print(message_, version); }
  bool equals(const AnyMessage& other) const override {
    const auto* same = dynamic_cast<const Holder*>(&other);
    return same && same->message_ == message_;
  }

 private:
  M message_;
};

Direction direction_of(std::string_view name) {
  if (name.ends_with("Request")) return Direction::request;
  return name.ends_with("Response") ? Direction::response : Direction::data;
}

template <class M>
MessageType type_of() {
  return {.info = M::info,
          .direction = direction_of(M::info.name),
          .fresh = []() -> std::unique_ptr<AnyMessage> { return std::make_unique<Holder<M>>(); },
          .random = [](RandomMessage& random, std::int16_t version) -> std::unique_ptr<AnyMessage> {
            return std::make_unique<Holder<M>>(random.make<M>(version));
          },
          .possible_kinds =
              [](std::int16_t version) {
                Kinds kinds;
                count_possible_fields<M>(kinds, version, M::info.flexible.has(version));
                return kinds;
              }};
}

std::vector<MessageType> list_types() {
  std::vector<MessageType> types;
  protocol::for_each_message([&]<class M>() { types.push_back(type_of<M>()); });
  types.push_back(type_of<protocol::ConsumerProtocolSubscription>());
  types.push_back(type_of<protocol::ConsumerProtocolAssignment>());
  return types;
}

}  // namespace

std::span<const MessageType> message_types() {
  static const std::vector<MessageType> types = list_types();
  return types;
}

const MessageType* find_message(protocol::ApiKey api, Direction direction) {
  for (const MessageType& type : message_types())
    if (type.info.api == api && type.direction == direction) return &type;
  return nullptr;
}

protocol::Bytes encode(const AnyMessage& message, std::int16_t version) {
  protocol::OutBuffer buffer;
  protocol::Writer out(buffer);
  message.write(out, version);
  return buffer.copy();
}

std::unique_ptr<AnyMessage> decode(const MessageType& type, protocol::BytesView bytes, std::int16_t version) {
  protocol::Reader in(bytes);
  auto message = type.fresh();
  message->read(in, version);
  if (!in.ok() || !in.at_end()) return nullptr;
  return message;
}

}  // namespace mini::test
