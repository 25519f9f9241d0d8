#include "protocol/ids.h"

#include <doctest/doctest.h>

#include <random>

namespace mini {

TEST_CASE("an id is written as 22 characters of URL-safe base64") {
  Uuid id;
  CHECK(id.to_string() == "AAAAAAAAAAAAAAAAAAAAAA");
  CHECK(id.is_zero());
  id.bytes.fill(0xff);
  CHECK(id.to_string() == "_____________________w");
  for (std::size_t i = 0; i < id.bytes.size(); ++i) id.bytes[i] = static_cast<std::uint8_t>(i);
  CHECK(id.to_string() == "AAECAwQFBgcICQoLDA0ODw");
  CHECK_FALSE(id.is_zero());
}

TEST_CASE("every id is read back from its text") {
  std::mt19937_64 engine(7);
  for (int i = 0; i < 2000; ++i) {
    Uuid id;
    for (auto& byte : id.bytes) byte = static_cast<std::uint8_t>(engine());
    const std::string text = id.to_string();
    REQUIRE(text.size() == 22);
    REQUIRE(Uuid::parse(text) == id);
  }
}

TEST_CASE("a text that is no id is refused") {
  const std::string_view refused[] = {"",
                                      "AAAAAAAAAAAAAAAAAAAAA",     // one too few
                                      "AAAAAAAAAAAAAAAAAAAAAAA",   // one too many
                                      "AAAAAAAAAAAAAAAAAAAAAA==",  // padded
                                      "AAAAAAAAAAAAAAAAAAAAAB",    // bits beyond the sixteenth byte
                                      "AAAAAAAAAAAAAAAAAAAA+A",    // the other alphabet
                                      "AAAAAAAAAAAAAAAAAAAA/A",
                                      "AAAAAAAAAA AAAAAAAAAAA",
                                      "AAAAAAAAAA°AAAAAAAAAA"};
  for (const std::string_view text : refused) {
    CAPTURE(text);
    CHECK_FALSE(Uuid::parse(text));
  }
}

TEST_CASE("ids are ordered by their bytes") {
  Uuid low;
  Uuid high;
  low.bytes[15] = 200;
  high.bytes[0] = 1;
  CHECK(low < high);
}

}  // namespace mini
