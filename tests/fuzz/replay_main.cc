#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <vector>

#include "tests/fuzz/fuzz_target.h"

// Runs a fuzz target over its seed corpus as an ordinary test, with any compiler:
//
//   replay CORPUS-FOLDER
//
// Fails where the seeds no longer reach what they were made for.
namespace {

std::vector<std::uint8_t> bytes_of(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) return std::puts("usage: replay CORPUS-FOLDER"), 2;
  std::size_t inputs = 0;
  for (const auto& entry : std::filesystem::directory_iterator(argv[1])) {
    const std::vector<std::uint8_t> bytes = bytes_of(entry.path());
    LLVMFuzzerTestOneInput(bytes.data(), bytes.size());
    ++inputs;
  }
  const mini::test::Reached reached = mini::test::reached();
  std::printf("%zu inputs, %zu decoded, %zu of %zu kinds\n", inputs, reached.decoded, reached.kinds,
              reached.kinds_all);
  const bool far_enough = reached.decoded > inputs / 2 && reached.kinds == reached.kinds_all;
  if (!far_enough) std::puts("the seed corpus does not reach what it should");
  return far_enough && inputs > 0 ? 0 : 1;
}
