#include "broker/config/properties.h"

#include <doctest/doctest.h>

#include "broker/env/random.h"

using namespace mini::broker;

TEST_CASE("a file in Java's form gives keys, values and the lines they stand on") {
  struct Row {
    std::string_view text;
    std::vector<Property> entries;
  };
  const Row rows[] = {
      {"", {}},
      {"a=1", {{"a", "1", 1}}},
      {"a=1\nb=2\n", {{"a", "1", 1}, {"b", "2", 2}}},
      {"a=1\r\nb=2\rc=3", {{"a", "1", 1}, {"b", "2", 2}, {"c", "3", 3}}},
      {"# note\n  ! note\n\n \t\na=1", {{"a", "1", 5}}},
      {"a = 1", {{"a", "1", 1}}},
      {"a:1", {{"a", "1", 1}}},
      {"a 1", {{"a", "1", 1}}},
      {"a \t : 1", {{"a", "1", 1}}},
      {"  a=1", {{"a", "1", 1}}},
      {"a==1", {{"a", "=1", 1}}},
      {"a = = 1", {{"a", "= 1", 1}}},
      {"a=1 # no comment", {{"a", "1 # no comment", 1}}},
      {"a=1 ", {{"a", "1 ", 1}}},
      {"a", {{"a", "", 1}}},
      {"a=", {{"a", "", 1}}},
      {"=1", {{"", "1", 1}}},
      {"a=1,\\\n   2,\\\n\t3\nb=4", {{"a", "1,2,3", 1}, {"b", "4", 4}}},
      {"a=1\\", {{"a", "1", 1}}},
      {"a=1\\\\\nb=2", {{"a", "1\\", 1}, {"b", "2", 2}}},
      {"# note \\\nb=2", {{"b", "2", 2}}},
      {"a=1\\\n# not a note", {{"a", "1# not a note", 1}}},
      {"a\\ b\\=c\\:d=1", {{"a b=c:d", "1", 1}}},
      {"a=\\t\\n\\r\\f\\q\\\\", {{"a", "\t\n\r\fq\\", 1}}},
      {"a=\\u0041\\u00e9\\u20ac", {{"a", "A\xc3\xa9\xe2\x82\xac", 1}}},
      {"a=\\ud83d\\ude00", {{"a", "\xf0\x9f\x98\x80", 1}}},
      {"\xef\xbb\xbf"
       "a=\xc3\xa9",
       {{"a", "\xc3\xa9", 1}}},
      {"a=1\na=2", {{"a", "1", 1}, {"a", "2", 2}}},
      {"listeners=PLAINTEXT://:9092", {{"listeners", "PLAINTEXT://:9092", 1}}},
  };
  for (const Row& row : rows) {
    CAPTURE(row.text);
    const Properties properties = parse_properties(row.text);
    CHECK(properties.error == std::nullopt);
    CHECK(properties.entries == row.entries);
  }
}

TEST_CASE("an escape that is no character names its line, and what stands before it is kept") {
  for (const std::string_view bad :
       {"\\u12", "\\u12g4", "\\u", "\\ud83d", "\\ud83dx", "\\ud83d\\u0041", "\\ude00"}) {
    CAPTURE(bad);
    const auto properties = parse_properties("a=1\n\nb=" + std::string(bad) + "\nc=3");
    REQUIRE(properties.error);
    CHECK(properties.error->starts_with("line 3: "));
    CHECK(properties.entries == std::vector<Property>{{"a", "1", 1}});
  }
}

TEST_CASE("no text upsets the parser") {
  Random random(5);
  constexpr std::string_view letters = "a=: \\\n\r\t\fu0d8#!9";
  for (int round = 0; round < 20'000; ++round) {
    std::string text;
    for (auto length = random.below(24); length > 0; --length) text += letters[random.below(letters.size())];
    const auto properties = parse_properties(text);
    int line = 0;
    for (const auto& entry : properties.entries) {
      REQUIRE(entry.line > line);
      line = entry.line;
    }
  }
}
