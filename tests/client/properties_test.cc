#include "client/settings/properties.h"

#include <doctest/doctest.h>

#include <ostream>

#include "mini/error.h"

using namespace mini;
using namespace mini::client;

namespace {

std::string problem(std::string_view text) {
  try {
    parse_properties(text, "client.properties");
  } catch (const KafkaError& error) {
    CHECK(error.error().code == ClientErrc::invalid_config);
    return error.error().detail;
  }
  return "none";
}

}  // namespace

TEST_CASE("properties are read as Java reads them") {
  const struct {
    const char* text;
    std::vector<Property> properties;
  } rows[] = {
      {"", {}},
      {"\n \n\t\n", {}},
      {"a=1", {{"a", "1"}}},
      {"a = 1\r\nb:2\rc 3\n", {{"a", "1"}, {"b", "2"}, {"c", "3"}}},
      {"  a  =  1  ", {{"a", "1  "}}},
      {"# a=1\n! b=2\n  # c=3\nd=#4", {{"d", "#4"}}},
      {"a=1,\\\n    2,\\\r\n\t3", {{"a", "1,2,3"}}},
      {"a=1\\\n# no comment", {{"a", "1# no comment"}}},
      {"a=x\\\\\nb=2", {{"a", "x\\"}, {"b", "2"}}},
      {"a=end\\", {{"a", "end"}}},
      {"a\\ b\\=c\\:d=e", {{"a b=c:d", "e"}}},
      {"a=\\t\\n\\r\\f\\q\\\\", {{"a", "\t\n\r\fq\\"}}},
      {"a=caf\\u00e9 \\u20AC \\ud83d\\ude00", {{"a", "caf\xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80"}}},
      {"a=", {{"a", ""}}},
      {"a:=b", {{"a", "=b"}}},
      {"a=1\na=2", {{"a", "1"}, {"a", "2"}}},
  };
  for (const auto& row : rows) {
    CAPTURE(row.text);
    CHECK(parse_properties(row.text, "x") == row.properties);
  }
}

TEST_CASE("a bad line is named by its number") {
  CHECK(problem("a=1\n\n# c\nb=\\u12g4\n").find("client.properties:4: ") == 0);
  CHECK(problem("a=\\u12").find("client.properties:1: ") == 0);
  CHECK(problem("a=\\ud83d").find("half of a character") != std::string::npos);
  CHECK(problem("a=1\nlinger.ms\n").find("client.properties:2: ") == 0);
  CHECK(problem("a=1,\\\n2\n=3").find("client.properties:3: ") == 0);
}
