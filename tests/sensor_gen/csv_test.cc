#include "sensor_gen/csv.h"

#include <doctest/doctest.h>

using mini::sensor_gen::CsvReader;
using Rows = std::vector<std::vector<std::string>>;

namespace {

Rows all(CsvReader& csv) {
  Rows rows;
  std::vector<std::string> fields;
  while (csv.next(fields)) rows.push_back(fields);
  return rows;
}

}  // namespace

TEST_CASE("fields come out as they were meant") {
  struct Case {
    std::string what, text;
    Rows rows;
  };
  for (const Case& row : {
           Case{"nothing", "", {}},
           Case{"plain", "a;b\nc;d\n", {{"a", "b"}, {"c", "d"}}},
           Case{"CRLF", "a;b\r\nc;d\r\n", {{"a", "b"}, {"c", "d"}}},
           Case{"no end of line at the end", "a;b\nc;", {{"a", "b"}, {"c", ""}}},
           Case{"a return at the very end", "a;b\r", {{"a", "b"}}},
           Case{"empty fields", ";;\r\n", {{"", "", ""}}},
           Case{"an empty line", "a\n\nb\n", {{"a"}, {""}, {"b"}}},
           Case{"quotes", "\"a;b\";\"c\"\"d\"\n", {{"a;b", "c\"d"}}},
           Case{"a line end in quotes", "\"a\r\nb\";c\n", {{"a\r\nb", "c"}}},
           Case{"a quote inside a plain field", "a\"b;c\n", {{"a\"b", "c"}}},
           Case{"a byte order mark",
                "\xEF\xBB\xBF"
                "a;b\n",
                {{"a", "b"}}},
           Case{"a comma is no separator here", "1,5;2\n", {{"1,5", "2"}}},
       }) {
    CAPTURE(row.what);
    CsvReader csv(row.text, ';');
    CHECK(all(csv) == row.rows);
    CHECK(csv.complete());
  }
}

TEST_CASE("a row knows the line on which it began") {
  CsvReader csv("a\n\"b\nb\"\nc\n", ';');
  std::vector<std::string> fields;
  for (const std::size_t line : {1u, 2u, 4u}) {
    REQUIRE(csv.next(fields));
    CHECK(csv.line() == line);
  }
}

TEST_CASE("a quote that is never closed is noticed") {
  CsvReader csv("a;\"b\nc\n", ';');
  all(csv);
  CHECK_FALSE(csv.complete());
}
