#pragma once

#include <algorithm>

#include "protocol/wire/bytes.h"

// Where a codec writes to while it inflates: the end of `output`, grown by and by and never beyond
// `size_max`. Internal to this folder.
//
//   InflateSink sink(output, size_max, guess);
//   while (more && !sink.overflowed()) sink.wrote(codec(sink.place(), sink.room()));
//   sink.finish();
//
// When the maximum is reached the codec gets one spare byte to write to: only if it does is there too much.
namespace mini::protocol {

class InflateSink {
 public:
  // `guess`: how much the caller expects, to begin with.
  InflateSink(Bytes& output, std::size_t size_max, std::size_t guess)
      : output_(output), used_(output.size()), end_max_(output.size() + std::min(size_max, largest)) {
    grow(used_ + std::min(std::max(guess, smallest), end_max_ - used_));
  }

  std::uint8_t* place() { return full() ? &spare_ : output_.data() + used_; }
  std::size_t room() const { return full() ? 1 : output_.size() - used_; }
  void wrote(std::size_t size) {
    if (size == 0) return;
    if (full()) {
      overflowed_ = true;
      return;
    }
    used_ += size;
    if (used_ == output_.size()) grow(used_ * 2);
  }
  bool overflowed() const { return overflowed_; }
  void finish() { output_.resize(used_); }

 private:
  static constexpr std::size_t smallest = 1024;
  static constexpr std::size_t largest = std::size_t{1} << 40;

  bool full() const { return used_ == end_max_; }
  void grow(std::size_t wanted) {
    const std::size_t size = std::min(wanted, end_max_);
    output_.reserve(size);  // exactly: a vector on its own would take twice as much
    output_.resize(size);
  }

  Bytes& output_;
  std::size_t used_;
  const std::size_t end_max_;
  std::uint8_t spare_ = 0;
  bool overflowed_ = false;
};

}  // namespace mini::protocol
