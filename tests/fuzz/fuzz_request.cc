#include "tests/fuzz/message_input.h"

// Every request's decoder at every version.
namespace mini::test {
namespace {

MessageRun run(Direction::request);

}  // namespace

Reached reached() { return run.reached(); }

}  // namespace mini::test

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  mini::test::run.run({data, size});
  return 0;
}
