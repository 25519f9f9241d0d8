#include "sensor_gen/json_writer.h"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

using mini::sensor_gen::decimal_text;
using mini::sensor_gen::JsonWriter;

TEST_CASE(
    "a decimal is spelt with at least one digit on each side of its "
    "point, and no idle zeros") {
  struct Row {
    std::int64_t units;
    int digits;
    const char* text;
  };
  for (const Row& row :
       {Row{2845, 2, "28.45"}, Row{2840, 2, "28.4"}, Row{2800, 2, "28.0"}, Row{5, 2, "0.05"},
        Row{0, 2, "0.0"}, Row{-5, 2, "-0.05"}, Row{-1230, 2, "-12.3"}, Row{300444, 4, "30.0444"},
        Row{28, 0, "28"}, Row{-28, 0, "-28"}, Row{1000, 3, "1.0"}}) {
    CAPTURE(row.units);
    CHECK(decimal_text(row.units, row.digits) == row.text);
  }
}

TEST_CASE(
    "an object keeps the order of its fields, and escapes what JSON asks "
    "to escape") {
  std::string text;
  JsonWriter json(text);
  json.text("b", "a \"quote\", a \\ and a\nline");
  json.open("a");
  json.whole("n", -3);
  json.close();
  json.boolean("yes", true);
  json.close();
  CHECK(text == R"({"b": "a \"quote\", a \\ and a\u000aline", "a": {"n": -3}, "yes": true})");
  CHECK(nlohmann::json::parse(text)["b"] == "a \"quote\", a \\ and a\nline");
}
