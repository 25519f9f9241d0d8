#pragma once

#include "client/cluster/random.h"
#include "client/now.h"

// Waits that double from `first_ms` to `max_ms`, give or take a fifth, so that many clients do not come back
// at the same moment.
namespace mini::client {

class Backoff {
 public:
  Backoff(std::int64_t first_ms, std::int64_t max_ms) : first_ms_(first_ms), max_ms_(max_ms) {}

  // The wait before the next attempt; each call makes the one after it longer.
  std::int64_t next_ms(Random& random) { return wait_ms(failures_++, random); }
  // The wait after so many failures before the last one.
  std::int64_t wait_ms(std::int64_t failures, Random& random) const {
    const std::int64_t plain = std::min(max_ms_, first_ms_ << std::min<std::int64_t>(failures, 20));
    const auto fifth = static_cast<std::uint64_t>(plain / 5);
    return plain - static_cast<std::int64_t>(fifth) + static_cast<std::int64_t>(random.below(2 * fifth + 1));
  }
  void reset() { failures_ = 0; }

 private:
  std::int64_t first_ms_;
  std::int64_t max_ms_;
  std::int64_t failures_ = 0;
};

}  // namespace mini::client
