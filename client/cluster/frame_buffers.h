#pragma once

#include <boost/lockfree/stack.hpp>
#include <memory>

#include "protocol/wire/bytes.h"

// Memory for large frames, used again and again: the first touch of fresh memory costs more than the copy
// into it.
//
//   auto buffers = std::make_shared<FrameBuffers>();
//   std::shared_ptr<protocol::Bytes> frame = buffers->take(size);   // empty, with room for `size`
//
// Taken by the connection's thread. It comes back when the last reference goes, on whatever thread that is: a
// user may keep what he read. Where the stack of free buffers is full, or one has grown too large to be kept,
// its memory is freed; where it is empty, a new one is made. Nobody ever waits.
namespace mini::client {

class FrameBuffers : public std::enable_shared_from_this<FrameBuffers> {
 public:
  static constexpr std::size_t kept_max = 8;
  static constexpr std::size_t kept_size_max = 8 * 1024 * 1024;

  FrameBuffers() = default;
  FrameBuffers(const FrameBuffers&) = delete;
  FrameBuffers& operator=(const FrameBuffers&) = delete;
  ~FrameBuffers() {
    free_.consume_all([](protocol::Bytes* buffer) { delete buffer; });
  }

  std::shared_ptr<protocol::Bytes> take(std::size_t size) {
    protocol::Bytes* buffer = nullptr;
    if (!free_.pop(buffer)) buffer = new protocol::Bytes;
    buffer->clear();
    std::shared_ptr<protocol::Bytes> taken(
        buffer, [pool = shared_from_this()](protocol::Bytes* used) { pool->give_back(used); });
    buffer->reserve(size);
    return taken;
  }

 private:
  void give_back(protocol::Bytes* buffer) {
    if (buffer->capacity() > kept_size_max || !free_.push(buffer)) delete buffer;
  }

  boost::lockfree::stack<protocol::Bytes*, boost::lockfree::capacity<kept_max>> free_;  // the warmest first
};

}  // namespace mini::client
