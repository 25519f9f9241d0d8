#pragma once

#include <chrono>

namespace mini::client {

// `timeout` from now, where the timeout may be as large as its type allows.
inline std::chrono::steady_clock::time_point deadline_after(std::chrono::milliseconds timeout) {
  constexpr std::chrono::milliseconds year = std::chrono::hours(24 * 365);
  return std::chrono::steady_clock::now() + std::min(timeout, year);
}

}  // namespace mini::client
