#include "tests/fuzz/message_input.h"

// Every response's decoder at every version.
namespace mini::test {
namespace {

MessageRun run(Direction::response);

}  // namespace

Reached reached() { return run.reached(); }

}  // namespace mini::test

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  mini::test::run.run({data, size});
  return 0;
}
