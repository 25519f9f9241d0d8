#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

// What every fuzz target gives: libFuzzer's entry, and how far its inputs came, which the replay of the seed
// corpus asserts.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace mini::test {

struct Reached {
  std::size_t decoded = 0;  // inputs that the decoder under test took
  std::size_t kinds = 0;    // different things among them: messages, codecs, ...
  std::size_t kinds_all = 0;
};
Reached reached();

// A promise that holds for every input. Not assert(): it must hold in every kind of build.
inline void must(bool holds, const char* promise) {
  if (holds) return;
  std::fprintf(stderr, "broken promise: %s\n", promise);
  std::abort();
}

}  // namespace mini::test
