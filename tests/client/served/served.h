#pragma once

#include <doctest/doctest.h>
#include <unistd.h>

#include <cstdlib>
#include <string>

// A broker that somebody else runs: MINI_BOOTSTRAP says where.
namespace mini::test {

inline std::string bootstrap() {
  const char* where = std::getenv("MINI_BOOTSTRAP");
  REQUIRE_MESSAGE(where != nullptr, "MINI_BOOTSTRAP=host:port is not set");
  return where;
}

// A name that no earlier run against the same broker took.
inline std::string fresh(const std::string& stem) {
  static int count = 0;
  return stem + "-" + std::to_string(::getpid()) + "-" + std::to_string(++count);
}

}  // namespace mini::test
