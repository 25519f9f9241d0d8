#include "sensor_gen/weather.h"

#include <doctest/doctest.h>

#include <cstdlib>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

using namespace mini::sensor_gen;
using namespace std::chrono_literals;

namespace {

const Instant midnight = std::chrono::sys_days(std::chrono::year(2026) / 7 / 1) - egypt_zone;
constexpr Anomalies calm{0, 0, 0};

std::uint64_t fnv1a(std::uint64_t hash, std::string_view text) {
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3;
  return hash;
}

std::uint64_t hash_of_first_thousand(std::uint64_t seed) {
  WeatherSource source({.seed = seed, .sensors = 20, .anomalies = {}});
  std::uint64_t hash = 0xCBF29CE484222325;
  for (int events = 0, draw = 0; events < 1000; ++draw) {
    const auto event = source.next(midnight + 5s * (draw / 20));
    if (!event) continue;
    hash = fnv1a(fnv1a(fnv1a(hash, *event->key), event->value), "\n");
    ++events;
  }
  return hash;
}

template <class F>
void for_each_reading(WeatherStation& station, int count, Instant::duration step, F use) {
  for (int i = 0; i < count; ++i)
    if (const auto reading = station.next(midnight + step * i)) use(*reading);
}

}  // namespace

TEST_CASE(
    "a seed and a start time give the same bytes with every compiler and "
    "at every optimisation") {
  CHECK(hash_of_first_thousand(42) == 6014019556051413300u);
  CHECK(hash_of_first_thousand(43) != hash_of_first_thousand(42));
}

TEST_CASE("a sensor's readings do not depend on how many others there are") {
  WeatherSource few({.seed = 1, .sensors = 1, .anomalies = calm}),
      many({.seed = 1, .sensors = 7, .anomalies = calm});
  for (int i = 0; i < 50; ++i) {
    const auto alone = few.next(midnight + 5s * i);
    const auto among = many.next(midnight + 5s * i);
    for (int others = 0; others < 6; ++others) many.next(midnight + 5s * i);
    REQUIRE(alone->value == among->value);
  }
}

TEST_CASE("an event has every field, in order and of its kind") {
  WeatherSource source({.seed = 5, .sensors = 1, .anomalies = calm});
  const Event event = *source.next(midnight + 12h);
  const auto json = nlohmann::ordered_json::parse(event.value);
  std::string keys;
  for (const auto& [key, value] : json.items()) keys += key + " ";
  CHECK(keys ==
        "timestamp sensor_id sensor_type value unit metadata status "
        "is_simulated seq firmware_version "
        "sensor_model "
        "manufacturer signal_strength reading_quality event_type ");
  CHECK(json["timestamp"] == "2026-07-01T12:00:00.000+02:00");
  CHECK(json["sensor_id"] == "ws_cairo_001");
  CHECK(*event.key == "ws_cairo_001");
  CHECK(json["sensor_type"] == "weather_station");
  for (const char* metric : {"temperature", "humidity", "pressure", "wind_speed", "rainfall"})
    CHECK(json["value"][metric].is_number_float());
  CHECK(json["value"]["wind_direction"].is_string());
  CHECK(json["unit"] == "C/%/hPa");
  CHECK(json["metadata"]["city"] == "Cairo");
  CHECK(json["metadata"]["country"] == "Egypt");
  CHECK(json["metadata"]["region"].is_string());
  CHECK(json["metadata"]["altitude"] == 23);
  CHECK(json["metadata"]["lat"].get<double>() == doctest::Approx(30.0444).epsilon(0.05 / 30));
  CHECK(json["metadata"]["lon"].get<double>() == doctest::Approx(31.2357).epsilon(0.05 / 31));
  CHECK(json["status"] == "OK");
  CHECK(json["is_simulated"] == true);
  CHECK(json["seq"] == 1);
  for (const char* text : {"firmware_version", "sensor_model", "manufacturer"}) CHECK(json[text].is_string());
  CHECK(json["event_type"] == "measurement");
}

TEST_CASE("sensors are spread over the cities and numbered within each") {
  WeatherSource source({.seed = 1, .sensors = 7, .anomalies = calm});
  std::vector<std::string> ids;
  for (int i = 0; i < 8; ++i) ids.push_back(*source.next(midnight)->key);
  CHECK(ids == std::vector<std::string>{"ws_cairo_001", "ws_alexandria_001", "ws_giza_001", "ws_luxor_001",
                                        "ws_aswan_001", "ws_cairo_002", "ws_alexandria_002", "ws_cairo_001"});
}

TEST_CASE("the day is coldest at 05:00, warmest at 14:00 and smooth in between") {
  CHECK(warmth(midnight + 5h) == 0);
  CHECK(warmth(midnight + 14h) == warmth_max);
  std::int64_t before = warmth(midnight);
  for (auto time = 0min; time <= 24h; time += 1min) {
    const std::int64_t now = warmth(midnight + time);
    CAPTURE(time.count());
    REQUIRE(now >= 0);
    REQUIRE(now <= warmth_max);
    REQUIRE(std::abs(now - before) <= warmth_max / 250);
    if (time > 5h && time <= 14h) REQUIRE(now >= before);
    if (time > 14h || (time > 0h && time <= 5h)) REQUIRE(now <= before);
    before = now;
  }
}

TEST_CASE("every value stays in its range, all day and in every city") {
  for (std::uint64_t index = 0; index < 5; ++index) {
    const City& city = cities()[index];
    CAPTURE(city.name);
    WeatherStation station(9, index, calm);
    std::set<std::string_view> directions;
    std::int64_t rainy = 0, readings = 0, seq = 0;
    for_each_reading(station, 20'000, 13s, [&](const WeatherReading& r) {
      REQUIRE(r.value.temperature >= city.night_temperature - city.temperature_variation);
      REQUIRE(r.value.temperature <= city.day_temperature + city.temperature_variation);
      REQUIRE(r.value.humidity >= 500);
      REQUIRE(r.value.humidity <= 10'000);
      REQUIRE(std::abs(r.value.pressure - (101'300 - 10 * city.altitude_m)) <= 300);
      REQUIRE(r.value.wind_speed >= 800);
      REQUIRE(r.value.wind_speed <= 1500);
      REQUIRE(r.value.rainfall >= 0);
      REQUIRE(r.value.rainfall <= 500);
      REQUIRE(r.signal_strength >= -80);
      REQUIRE(r.signal_strength <= -50);
      REQUIRE(r.reading_quality > 0);
      REQUIRE(r.reading_quality <= 1000);
      REQUIRE(std::abs(r.latitude - city.latitude) <= 500);
      REQUIRE(std::abs(r.longitude - city.longitude) <= 500);
      REQUIRE(r.status == Status::ok);
      REQUIRE(static_cast<std::int64_t>(r.seq) == ++seq);
      directions.insert(r.value.wind_direction);
      rainy += r.value.rainfall > 0 ? 1 : 0;
      ++readings;
    });
    CHECK(directions.size() == 8);
    CHECK(rainy == doctest::Approx(readings / 20.0).epsilon(0.1));
  }
}

TEST_CASE(
    "days are warmer, drier and windier than nights, about as the "
    "climate says") {
  for (std::uint64_t index = 0; index < 5; ++index) {
    const City& city = cities()[index];
    CAPTURE(city.name);
    WeatherValue night, day;
    for (std::uint64_t station = 0; station < 400; ++station) {
      WeatherStation one(3, station * 5 + index, calm);
      for (auto [sum, hour] : {std::pair(&night, 5h), std::pair(&day, 14h)}) {
        const WeatherValue value = one.next(midnight + hour)->value;
        sum->temperature += value.temperature, sum->humidity += value.humidity,
            sum->wind_speed += value.wind_speed;
      }
    }
    CHECK(night.temperature / 400 == doctest::Approx(city.night_temperature).epsilon(0.02));
    CHECK(day.temperature / 400 == doctest::Approx(city.day_temperature).epsilon(0.02));
    CHECK(night.humidity / 400 == doctest::Approx(city.humidity).epsilon(0.03));
    CHECK(night.humidity - day.humidity == doctest::Approx(day.temperature - night.temperature).epsilon(0.1));
    CHECK(day.wind_speed > night.wind_speed);
  }
}

TEST_CASE("a value moves only a little from the one before") {
  WeatherStation station(11, 3, calm);
  std::optional<WeatherValue> before;
  for_each_reading(station, 5000, 5s, [&](const WeatherReading& r) {
    if (before) {
      REQUIRE(std::abs(r.value.temperature - before->temperature) <= 200);
      REQUIRE(std::abs(r.value.pressure - before->pressure) <= 150);
      REQUIRE(std::abs(r.value.wind_speed - before->wind_speed) <= 100);
    }
    before = r.value;
  });
}

TEST_CASE("spikes come at their rate and jump by 15 to 60 percent, both ways") {
  WeatherStation station(2, 4, {.spike_ppb = 20'000'000, .stuck_ppb = 0, .dropout_ppb = 0});
  int spikes = 0, up = 0;
  std::optional<std::int64_t> before;
  for_each_reading(station, 50'000, 5s, [&](const WeatherReading& r) {
    if (r.status == Status::spike && before) {
      ++spikes;
      const double factor = static_cast<double>(r.value.temperature) / static_cast<double>(*before);
      REQUIRE(std::abs(factor - 1) > 0.05);
      REQUIRE(std::abs(factor - 1) < 0.75);
      up += factor > 1 ? 1 : 0;
    }
    before = r.status == Status::spike ? std::nullopt : std::optional(r.value.temperature);
  });
  CHECK(spikes == doctest::Approx(1000).epsilon(0.15));
  CHECK(up == doctest::Approx(spikes / 2.0).epsilon(0.15));
}

TEST_CASE("a stuck sensor repeats its value for about 180 seconds") {
  WeatherStation station(2, 0, {.spike_ppb = 0, .stuck_ppb = 10'000'000, .dropout_ppb = 0});
  int began = 0;
  std::optional<WeatherReading> before;
  Instant since{};
  for_each_reading(station, 50'000, 1s, [&](const WeatherReading& r) {
    const bool stuck = r.status == Status::stuck;
    if (stuck) {
      REQUIRE(before);
      REQUIRE(r.value == before->value);
      if (before->status != Status::stuck) ++began, since = r.when;
      REQUIRE(r.when - since < 400s);  // two may follow each other
    } else if (before && before->status == Status::stuck) {
      REQUIRE(r.when - since >= 170s);
    }
    before = r;
  });
  // A reading in a hundred starts one, and then 180 readings are no candidates:
  // about 50,000 / 280.
  CHECK(began == doctest::Approx(50'000.0 / 280).epsilon(0.3));
}

TEST_CASE("however fast readings come, a sensor is stuck for no more of them than it is allowed") {
  WeatherStation station(
      2, 0, {.spike_ppb = 0, .stuck_ppb = 10'000'000, .dropout_ppb = 0, .stuck_readings_max = 36});
  int stuck = 0;
  for_each_reading(station, 50'000, 0ms,
                   [&](const WeatherReading& r) { stuck += r.status == Status::stuck; });
  // One in a hundred starts a spell of 36: 36 of about 136.
  CHECK(stuck == doctest::Approx(50'000.0 * 36 / 136).epsilon(0.15));
}

TEST_CASE("a dropout gives no event and uses up its seq, at its rate") {
  WeatherStation station(6, 1, {.spike_ppb = 0, .stuck_ppb = 0, .dropout_ppb = 20'000'000});
  std::uint64_t events = 0, last = 0;
  for_each_reading(station, 50'000, 5s, [&](const WeatherReading& r) {
    ++events;
    last = r.seq;
  });
  CHECK(last >= 49'990);
  CHECK(50'000 - events == doctest::Approx(1000).epsilon(0.15));
}
