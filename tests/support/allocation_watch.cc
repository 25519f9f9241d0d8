#include "tests/support/allocation_watch.h"

#include <algorithm>
#include <cstdlib>
#include <new>

namespace mini::test {
namespace {

bool watching = false;
std::size_t largest_bytes = 0;
std::size_t total_bytes = 0;

void* allocate(std::size_t size) {
  if (watching) {
    largest_bytes = std::max(largest_bytes, size);
    total_bytes += size;
  }
  void* memory = std::malloc(std::max<std::size_t>(size, 1));
  if (!memory) throw std::bad_alloc();
  return memory;
}

}  // namespace

AllocationWatch::AllocationWatch() {
  largest_bytes = total_bytes = 0;
  watching = true;
}
AllocationWatch::~AllocationWatch() { watching = false; }
std::size_t AllocationWatch::largest() const { return largest_bytes; }
std::size_t AllocationWatch::total() const { return total_bytes; }

void* watched_new(std::size_t size) { return allocate(size); }

}  // namespace mini::test

void* operator new(std::size_t size) { return mini::test::watched_new(size); }
void* operator new[](std::size_t size) { return mini::test::watched_new(size); }
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete[](void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete[](void* memory, std::size_t) noexcept { std::free(memory); }
