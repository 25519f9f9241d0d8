#include "sensor_gen/lab.h"

#include <doctest/doctest.h>

#include <map>
#include <nlohmann/json.hpp>

using namespace mini::sensor_gen;

TEST_CASE("a lab message has a time, one of three cities and a temperature, and the city for its key") {
  LabSource source(1);
  const Instant when = std::chrono::sys_days(std::chrono::year(2026) / 7 / 1) + std::chrono::hours(12);
  std::map<std::string, int> cities;
  for (int i = 0; i < 900; ++i) {
    const Event event = *source.next(when);
    const auto json = nlohmann::ordered_json::parse(event.value);
    REQUIRE(json.size() == 3);
    REQUIRE(json["timestamp"] == "2026-07-01T12:00:00.000+00:00");
    REQUIRE(json["temperature"].get<double>() >= 18);
    REQUIRE(json["temperature"].get<double>() <= 32);
    REQUIRE(json["city"] == *event.key);
    REQUIRE(event.line == event.value);
    ++cities[*event.key];
  }
  REQUIRE(cities.size() == 3);
  for (const char* city : {"Toronto", "Guangzhou", "Fuzhou"})
    CHECK(cities[city] == doctest::Approx(300).epsilon(0.15));
  CHECK_FALSE(source.exhausted());
}
