#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "protocol/ids.h"

// Chance that can be repeated: the same seed gives the same run. Not for secrets.
//
//   Random random(seed);
//   Random member_ids = random.child("member ids");  // has its own stream, whatever else is drawn
//   Uuid topic_id = random.uuid();
namespace mini::broker {

class Random {
 public:
  explicit Random(std::uint64_t seed);

  std::uint64_t next();                      // all 64 bits
  std::uint64_t below(std::uint64_t bound);  // 0..bound-1, every one equally likely; bound > 0
  double unit();                             // 0 <= x < 1

  // Depends on the seed and the name alone, never on how much was drawn before.
  Random child(std::string_view name) const;

  // A version 4 id. Never one that Kafka reserves (zero, one), nor one whose text begins with '-',
  // which command lines would take for an option.
  Uuid uuid();

 private:
  std::uint64_t seed_;
  std::array<std::uint64_t, 4> state_;  // xoshiro256**
};

}  // namespace mini::broker
