#pragma once

#include <cstdint>
#include <random>

namespace mini::client {

// Differs from client to client: spreads backoffs and sticky partitions.
inline std::uint64_t fresh_seed() {
  std::random_device device;
  return std::uint64_t{device()} << 32 | device();
}

}  // namespace mini::client
