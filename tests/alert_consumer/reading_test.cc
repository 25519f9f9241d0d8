#include "alert_consumer/reading.h"

#include <doctest/doctest.h>

using namespace mini::alerts;

namespace {

const std::vector<std::string> metrics{"temperature", "humidity", "pressure",
                                       "wind_speed",  "rainfall", "CO(GT)"};

std::variant<Reading, Unreadable> parse(std::string_view bytes) {
  static ReadingParser parser(metrics);  // one for all, as in the program
  return parser.parse(bytes);
}

Reading reading_of(std::string_view bytes) {
  auto parsed = parse(bytes);
  if (auto* unreadable = std::get_if<Unreadable>(&parsed)) FAIL(unreadable->reason);
  return std::get<Reading>(parsed);
}

std::string reason_of(std::string_view bytes) {
  auto parsed = parse(bytes);
  auto* unreadable = std::get_if<Unreadable>(&parsed);
  return unreadable ? unreadable->reason : "readable";
}

}  // namespace

TEST_CASE("metrics stand in `value`, or flat at the top level") {
  const Reading nested = reading_of(
      R"({"timestamp": "2026-07-01T12:00:00+02:00", "sensor_id": "ws_1", "temperature": 1,
          "value": {"temperature": 41.5, "humidity": 20, "wind_direction": "N"}})");
  CHECK(nested.text(Text::sensor_id) == "ws_1");
  CHECK(nested.text(Text::timestamp) == "2026-07-01T12:00:00+02:00");
  CHECK(nested.metrics.at(0) == 41.5);
  CHECK(nested.metrics.at(1) == 20);
  CHECK_FALSE(is_there(nested.metrics.at(2)));
  CHECK(nested.text(Text::wind_direction) == "N");
  const Reading flat = reading_of(R"({"sensor_id": "ws_1", "pressure": 979, "value": 3})");
  CHECK(flat.metrics.at(2) == 979);
  CHECK_FALSE(is_there(flat.metrics.at(0)));
  CHECK_FALSE(flat.text(Text::timestamp));
}

TEST_CASE("an object without any metric of the weather is a reading all the same") {
  const Reading row = reading_of(R"_({"Timestamp": "2004-03-10 18:00:00", "CO(GT)": 2.6, "T": 13.6})_");
  CHECK(row.metrics.at(5) == 2.6);
  CHECK_FALSE(is_there(row.metrics.at(0)));
  CHECK(row.text(Text::timestamp) == "2004-03-10 18:00:00");
  CHECK_FALSE(row.text(Text::sensor_id));
  CHECK(reading_of(R"({"sensor_id": 7})").text(Text::sensor_id) == "7");
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
           Row{R"({"rainfall": []})", "rainfall is not a finite number"},
           Row{R"_({"CO(GT)": null})_", "CO(GT) is not a finite number"},
           Row{R"({"temperature": 1, "temperature": 2})", "temperature stands twice"},
           Row{R"({"value": {}, "value": {}})", "value stands twice"},
           Row{R"({"sensor_id": "a", "sensor_id": "b"})", "sensor_id stands twice"},
           Row{R"({"sensor_id": "\ud800"})", "not JSON at byte 22"},
       }) {
    CAPTURE(row.bytes);
    CHECK(reason_of(row.bytes) == row.reason);
  }
}

TEST_CASE("a reading of the generator's is read field by field") {
  const Reading reading = reading_of(
      R"({"timestamp": "T", "sensor_id": "ws_1", "sensor_type": "weather_station", "value": {"temperature": 1.5,
          "humidity": 2, "pressure": 3, "wind_speed": 4, "wind_direction": "NW", "rainfall": 0.5}, "unit": "C/%/hPa",
          "metadata": {"city": "Cairo", "region": "R", "country": "Egypt", "lat": 30.1, "lon": 31.2, "altitude": 23},
          "status": "OK", "is_simulated": true, "seq": 7, "firmware_version": "2", "sensor_model": "M",
          "manufacturer": "F", "signal_strength": -60, "reading_quality": 0.9, "event_type": "measurement"})");
  for (std::size_t i = 0; i < 5; ++i) CHECK(reading.metrics[i] == std::vector<double>{1.5, 2, 3, 4, 0.5}[i]);
  const std::vector<std::string> texts{"ws_1", "T",  "weather_station", "M", "F",    "2", "C/%/hPa",
                                       "OK",   "NW", "Cairo",           "R", "Egypt"};
  for (std::size_t i = 0; i < texts.size(); ++i) CHECK(reading.texts[i] == texts[i]);
  const std::vector<double> numbers{7, -60, 0.9, 30.1, 31.2, 23};
  for (std::size_t i = 0; i < numbers.size(); ++i) CHECK(reading.numbers[i] == numbers[i]);
}

TEST_CASE("what stands in other objects and lists belongs to nobody") {
  const Reading reading = reading_of(
      R"({"other": {"temperature": 1, "value": {"humidity": 2}}, "list": [{"temperature": 3}, [4]], "city": "Giza",
          "value": {"inner": {"temperature": 5}, "pressure": 6}, "humidity": 7, "metadata": {"city": "Cairo", "seq": 8}})");
  CHECK_FALSE(is_there(reading.metrics[0]));
  CHECK_FALSE(is_there(reading.metrics[1]));
  CHECK(reading.metrics[2] == 6);
  CHECK(reading.text(Text::city) == "Cairo");
  CHECK_FALSE(is_there(reading.number(Number::seq)));
  CHECK_FALSE(reading_of("{}").text(Text::city));  // nothing is left of the one before
}

TEST_CASE("a megabyte of opening brackets is refused without falling over") {
  CHECK(reason_of(std::string(1'000'000, '[')).substr(0, 8) == "not JSON");
  std::string deep(200'000, '[');
  deep += std::string(200'000, ']');
  CHECK(reason_of(deep) == "not a JSON object");
}
