#include "alert_consumer/reading.h"

#include <doctest/doctest.h>

using namespace mini::alerts;

namespace {

Reading reading_of(std::string_view bytes) {
  auto parsed = parse_reading(bytes);
  if (auto* unreadable = std::get_if<Unreadable>(&parsed)) FAIL(unreadable->reason);
  return std::get<Reading>(parsed);
}

std::string reason_of(std::string_view bytes) {
  auto parsed = parse_reading(bytes);
  auto* unreadable = std::get_if<Unreadable>(&parsed);
  return unreadable ? unreadable->reason : "readable";
}

}  // namespace

TEST_CASE("metrics stand in `value`, or flat at the top level") {
  const Reading nested = reading_of(
      R"({"timestamp": "2026-07-01T12:00:00+02:00", "sensor_id": "ws_1", "temperature": 1,
          "value": {"temperature": 41.5, "humidity": 20, "wind_direction": "N"}})");
  CHECK(nested.sensor_id == "ws_1");
  CHECK(nested.timestamp == "2026-07-01T12:00:00+02:00");
  CHECK(nested.metrics.size() == 2);
  CHECK(nested.metrics.at("temperature") == 41.5);
  const Reading flat = reading_of(R"({"sensor_id": "ws_1", "pressure": 979, "value": 3})");
  CHECK(flat.metrics.size() == 1);
  CHECK(flat.metrics.at("pressure") == 979);
  CHECK_FALSE(flat.timestamp);
}

TEST_CASE("an object without any metric is a reading all the same") {
  const Reading row = reading_of(R"_({"Timestamp": "2004-03-10 18:00:00", "CO(GT)": 2.6, "T": 13.6})_");
  CHECK(row.metrics.empty());
  CHECK(row.timestamp == "2004-03-10 18:00:00");
  CHECK_FALSE(row.sensor_id);
  CHECK(reading_of(R"({"sensor_id": 7})").sensor_id == "7");
}

TEST_CASE("what cannot be judged says why") {
  struct Row {
    std::string bytes, reason;
  };
  for (const Row& row : {
           Row{"", "not JSON at byte 1"},
           Row{"hello", "not JSON at byte 1"},
           Row{R"({"temperature": 41)", "not JSON at byte 19"},
           Row{R"({"temperature": NaN})", "not JSON at byte 17"},
           Row{"{\"sensor_id\": \"\xFF\"}", "not JSON at byte 16"},
           Row{"[1, 2]", "not a JSON object"},
           Row{"null", "not a JSON object"},
           Row{"41.5", "not a JSON object"},
           Row{R"({"temperature": 1e999})", "a number is too large"},
           Row{R"({"temperature": "41.5"})", "temperature is not a finite number"},
           Row{R"({"value": {"humidity": null}})", "humidity is not a finite number"},
           Row{R"({"value": {"pressure": true}})", "pressure is not a finite number"},
           Row{R"({"value": {"wind_speed": {}}})", "wind_speed is not a finite number"},
       }) {
    CAPTURE(row.bytes);
    CHECK(reason_of(row.bytes) == row.reason);
  }
}

TEST_CASE("a megabyte of opening brackets is refused without falling over") {
  CHECK(reason_of(std::string(1'000'000, '[')).substr(0, 8) == "not JSON");
  std::string deep(200'000, '[');
  deep += std::string(200'000, ']');
  CHECK(reason_of(deep) == "not a JSON object");
}
