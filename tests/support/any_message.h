#pragma once

#include <memory>
#include <span>

#include "protocol/wire/message.h"
#include "tests/support/random_message.h"

// Every declared message behind one face, for tests that learn only at run time which message they hold: the
// round trips, the captured frames, the fuzz targets. The one unit that includes all messages is
// any_message.cc.
//
//   for (const MessageType& type : message_types()) ...
//   const MessageType* type = find_message(ApiKey::fetch, Direction::request);
//   auto message = type->fresh();
//   message->read(in, version);
namespace mini::test {

class AnyMessage {
 public:
  virtual ~AnyMessage() = default;
  virtual void read(protocol::Reader& in, std::int16_t version) = 0;
  virtual void write(protocol::Writer& out, std::int16_t version) const = 0;
  virtual std::size_t encoded_size(std::int16_t version) const = 0;
  virtual std::string print(std::int16_t version) const = 0;
  virtual bool equals(const AnyMessage& other) const = 0;  // false for a message of another type
};

enum class Direction { request, response, data };  // data: a blob inside another message

struct MessageType {
  protocol::MessageInfo info;
  Direction direction;
  std::unique_ptr<AnyMessage> (*fresh)();
  std::unique_ptr<AnyMessage> (*random)(RandomMessage& random, std::int16_t version);
  Kinds (*possible_kinds)(std::int16_t version);
};

std::span<const MessageType> message_types();
// Nothing for an API that is not declared. `data` is not looked up this way.
const MessageType* find_message(protocol::ApiKey api, Direction direction);

protocol::Bytes encode(const AnyMessage& message, std::int16_t version);
// Nothing unless the bytes are exactly one such message.
std::unique_ptr<AnyMessage> decode(const MessageType& type, protocol::BytesView bytes, std::int16_t version);

}  // namespace mini::test
