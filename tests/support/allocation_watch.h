#pragma once

#include <cstddef>

// Sees every allocation by operator new in this process while it lives, to prove that a length from outside
// was judged before memory was taken. Linking it in replaces operator new; one thread only.
//
//   AllocationWatch watch;
//   read(in, message, version);
//   CHECK(watch.largest() < 4096);
namespace mini::test {

class AllocationWatch {
 public:
  AllocationWatch();
  ~AllocationWatch();
  AllocationWatch(const AllocationWatch&) = delete;
  AllocationWatch& operator=(const AllocationWatch&) = delete;

  std::size_t largest() const;
  std::size_t total() const;
};

}  // namespace mini::test
