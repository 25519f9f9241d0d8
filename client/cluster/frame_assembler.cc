#include "client/cluster/frame_assembler.h"

#include <algorithm>

namespace mini::client {
namespace {

constexpr std::size_t first_reservation_max = 1024 * 1024;
constexpr std::size_t large_frame = 32 * 1024;  // a smaller one does not pay for keeping it

// A TLS server answers what is not TLS with an alert record, whose first bytes are 15 03 0x.
bool looks_like_tls(std::uint32_t size) { return size >> 16 == 0x1503; }

}  // namespace

std::optional<protocol::Slice> FrameAssembler::next() {
  if (!problem_.empty()) return std::nullopt;
  if (!frame_ && !read_size()) return std::nullopt;
  const std::size_t taken = std::min(input_.size(), frame_size_ - frame_->size());
  frame_->insert(frame_->end(), input_.begin(), input_.begin() + static_cast<std::ptrdiff_t>(taken));
  input_ = input_.subspan(taken);
  if (frame_->size() < frame_size_) return std::nullopt;
  const protocol::BytesView view(*frame_);
  return protocol::Slice(view, std::move(frame_));
}

bool FrameAssembler::read_size() {
  while (size_filled_ < sizeof(size_bytes_) && !input_.empty()) {
    size_bytes_[size_filled_++] = input_.front();
    input_ = input_.subspan(1);
  }
  if (size_filled_ < sizeof(size_bytes_)) return false;
  size_filled_ = 0;
  std::uint32_t size = 0;
  for (const std::uint8_t byte : size_bytes_) size = size << 8 | byte;
  begin_frame(size);
  return problem_.empty();
}

void FrameAssembler::begin_frame(std::uint32_t size) {
  if (size > frame_size_max_) {
    problem_ = looks_like_tls(size)
                   ? "it answered with a TLS alert: this port speaks TLS, this client does not"
                   : "it announced an answer of " + std::to_string(size) + " bytes, more than the limit of " +
                         std::to_string(frame_size_max_) + ": is this a Kafka port?";
    return;
  }
  frame_size_ = size;
  const std::size_t room = std::min(frame_size_, first_reservation_max);
  if (frame_size_ >= large_frame) {
    frame_ = buffers_->take(room);
  } else {
    frame_ = std::make_shared<protocol::Bytes>();
    frame_->reserve(room);
  }
}

}  // namespace mini::client
