#pragma once

#include <memory>
#include <optional>
#include <string>

#include "client/cluster/frame_buffers.h"
#include "protocol/wire/slice.h"

// Cuts the bytes of a connection into frames. A frame's memory grows as its bytes come, and lives as long as
// somebody holds a slice of it.
//
//   assembler.feed(bytes);
//   while (auto frame = assembler.next()) handle(*frame);
//   if (!assembler.problem().empty()) close();
namespace mini::client {

class FrameAssembler {
 public:
  FrameAssembler(std::size_t frame_size_max, std::shared_ptr<FrameBuffers> buffers)
      : frame_size_max_(frame_size_max), buffers_(std::move(buffers)) {}

  // `bytes` must stay valid until next() gives nothing.
  void feed(protocol::BytesView bytes) { input_ = bytes; }
  std::optional<protocol::Slice> next();
  // Of the frame that has begun; 0 where none has.
  std::size_t missing() const { return frame_ ? frame_size_ - frame_->size() : 0; }
  // Not empty: the stream is broken, no frame will come out of it any more.
  const std::string& problem() const { return problem_; }

 private:
  bool read_size();
  void begin_frame(std::uint32_t size);

  std::size_t frame_size_max_;
  std::shared_ptr<FrameBuffers> buffers_;
  protocol::BytesView input_;
  std::uint8_t size_bytes_[4] = {};
  std::size_t size_filled_ = 0;
  std::size_t frame_size_ = 0;
  std::shared_ptr<protocol::Bytes> frame_;
  std::string problem_;
};

}  // namespace mini::client
