#pragma once

#include <set>

#include "tests/fuzz/fuzz_target.h"
#include "tests/support/any_message.h"

// An input of the message targets: API key, version, and the message. 200 and 201 stand for the two blobs of
// the consumer protocol, which have no API key of their own.
namespace mini::test {

inline constexpr std::uint8_t first_blob = 200;

inline const MessageType* message_named(std::uint8_t number, Direction direction) {
  std::uint8_t blob = first_blob;
  for (const MessageType& type : message_types()) {
    if (type.direction == Direction::data && direction == Direction::response && blob++ == number)
      return &type;
    if (type.direction == direction && static_cast<int>(type.info.api) == number) return &type;
  }
  return nullptr;
}

// Decodes whatever comes; what was taken is written, read again, and must be the same.
class MessageRun {
 public:
  explicit MessageRun(Direction direction) : direction_(direction) {}

  void run(protocol::BytesView input) {
    if (input.size() < 2) return;
    const MessageType* type = message_named(input[0], direction_);
    const std::int16_t version = input[1];
    if (!type || !type->info.versions.has(version)) return;
    protocol::Reader in(input.subspan(2));
    const auto message = type->fresh();
    message->read(in, version);
    if (!in.ok()) return;
    ++reached_.decoded;
    types_.insert(type);
    check(*type, *message, version);
  }

  Reached reached() const {
    Reached reached = reached_;
    reached.kinds = types_.size();
    for (const MessageType& type : message_types())
      if (type.direction == direction_ ||
          (type.direction == Direction::data && direction_ == Direction::response))
        ++reached.kinds_all;
    return reached;
  }

 private:
  static void check(const MessageType& type, const AnyMessage& message, std::int16_t version) {
    const protocol::Bytes bytes = encode(message, version);
    must(bytes.size() == message.encoded_size(version), "the size is known before writing");
    const auto again = decode(type, bytes, version);
    must(again != nullptr, "what was written can be read");
    must(again->equals(message), "what is read again is the same");
    must(encode(*again, version) == bytes, "what is written again is the same");
    must(!message.print(version).empty(), "everything can be printed");
  }

  const Direction direction_;
  Reached reached_;
  std::set<const MessageType*> types_;
};

}  // namespace mini::test
