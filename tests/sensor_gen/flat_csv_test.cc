#include "sensor_gen/flat_csv.h"

#include <doctest/doctest.h>

#include "sensor_gen/weather.h"

using namespace mini::sensor_gen;
using Cells = std::vector<std::string>;

TEST_CASE("an event becomes a row: what is nested under its own name, digits as they were") {
  const auto flat = flatten(
      R"({"seq": 7, "value": {"t": 28.40, "deep": {"x": -1}}, "ok": true, "gap": null, "s": "a,\"b\"\n"})");
  REQUIRE(flat);
  CHECK(flat->names == Cells{"seq", "t", "x", "ok", "gap", "s"});
  CHECK(flat->cells == Cells{"7", "28.40", "-1", "true", "", "a,\"b\"\n"});
  CHECK(csv_line(flat->cells) == "7,28.40,-1,true,,\"a,\"\"b\"\"\n\"\n");
}

TEST_CASE("what is no object of plain values has no row") {
  for (const char* json : {"", "7", "[1]", R"({"a": [1]})", R"({"a": 1)", R"({"a": 1} x)"}) {
    CAPTURE(json);
    CHECK_FALSE(flatten(json));
  }
}

TEST_CASE("a weather event has a column for each of its values") {
  WeatherSource source({.seed = 1, .sensors = 1, .anomalies = {0, 0, 0}});
  CHECK(
      csv_line(flatten(source.next({})->value)->names) ==
      "timestamp,sensor_id,sensor_type,temperature,humidity,pressure,wind_speed,wind_direction,rainfall,unit,"
      "city,region,country,lat,lon,altitude,status,is_simulated,seq,firmware_version,sensor_model,"
      "manufacturer,signal_strength,reading_quality,event_type\n");
}
