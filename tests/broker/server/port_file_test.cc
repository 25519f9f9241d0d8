#include "broker/server/port_file.h"

#include <doctest/doctest.h>

#include "tests/broker/server/temporary_folder.h"

namespace mini::broker {

TEST_CASE("a port file has a line for each port, nothing beside it, and goes with its object") {
  const TemporaryFolder folder;
  {
    PortFile file;
    REQUIRE(file.write(folder.file("ports"), {9092, 19092}));
    CHECK(folder.read("ports") == "9092\n19092\n");
    CHECK_FALSE(folder.has("ports.new"));
  }
  CHECK_FALSE(folder.has("ports"));
}

TEST_CASE("a port file takes the place of an old one") {
  const TemporaryFolder folder;
  folder.write("ports", "1\n2\n3\n");
  PortFile file;
  REQUIRE(file.write(folder.file("ports"), {4}));
  CHECK(folder.read("ports") == "4\n");
}

TEST_CASE("where a port file cannot be written nothing is removed later") {
  const TemporaryFolder folder;
  { CHECK_FALSE(PortFile().write(folder.file("missing/ports"), {9092})); }
  folder.write("kept", "not ours");
  { PortFile never_written; }
  CHECK(folder.read("kept") == "not ours");
}

}  // namespace mini::broker
