#include "sensor_gen/weather.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <cstdio>

#include "sensor_gen/json_writer.h"

namespace mini::sensor_gen {
namespace {

constexpr std::array<std::string_view, 8> directions{"N", "NE", "E", "SE", "S", "SW", "W", "NW"};
constexpr std::int64_t position_spread = 500;  // 0.05 degrees around the city
constexpr std::uint32_t rain_ppb = 50'000'000;
constexpr std::uint32_t turn_ppb = 100'000'000;  // of the wind, by one point

std::string station_id(const City& city, std::uint64_t index) {
  char number[24];
  std::snprintf(number, sizeof number, "%03llu",
                static_cast<unsigned long long>(index / cities().size() + 1));
  return "ws_" + std::string(city.id) + "_" + number;
}

void write_value(JsonWriter& json, const WeatherValue& value) {
  json.open("value");
  json.decimal("temperature", value.temperature, 2);
  json.decimal("humidity", value.humidity, 2);
  json.decimal("pressure", value.pressure, 2);
  json.decimal("wind_speed", value.wind_speed, 2);
  json.text("wind_direction", value.wind_direction);
  json.decimal("rainfall", value.rainfall, 2);
  json.close();
}

void write_metadata(JsonWriter& json, const WeatherReading& reading) {
  json.open("metadata");
  json.text("city", reading.city->name);
  json.text("region", reading.city->region);
  json.text("country", "Egypt");
  json.decimal("lat", reading.latitude, 4);
  json.decimal("lon", reading.longitude, 4);
  json.whole("altitude", reading.city->altitude_m);
  json.close();
}

std::string to_json(const WeatherReading& reading) {
  std::string text;
  text.reserve(640);
  JsonWriter json(text);
  json.text("timestamp", iso8601(reading.when, egypt_zone));
  json.text("sensor_id", reading.sensor_id);
  json.text("sensor_type", "weather_station");
  write_value(json, reading.value);
  json.text("unit", "C/%/hPa");
  write_metadata(json, reading);
  json.text("status", name_of(reading.status));
  json.boolean("is_simulated", true);
  json.whole("seq", static_cast<std::int64_t>(reading.seq));
  json.text("firmware_version", "2.1.0");
  json.text("sensor_model", "WS-500");
  json.text("manufacturer", "mini-broker");
  json.whole("signal_strength", reading.signal_strength);
  json.decimal("reading_quality", reading.reading_quality, 3);
  json.text("event_type", "measurement");
  json.close();
  return text;
}

std::string to_line(const WeatherReading& reading) {
  const WeatherValue& value = reading.value;
  std::string line(reading.sensor_id);
  line += " #" + std::to_string(reading.seq) + ": " + decimal_text(value.temperature, 2) + " C, ";
  line += decimal_text(value.humidity, 2) + " %, " + decimal_text(value.pressure, 2) + " hPa, wind ";
  line += decimal_text(value.wind_speed, 2) + " km/h " + std::string(value.wind_direction);
  if (value.rainfall > 0) line += ", rain " + decimal_text(value.rainfall, 2) + " mm";
  if (reading.status != Status::ok) line += " [" + std::string(name_of(reading.status)) + "]";
  return line;
}

}  // namespace

std::string_view name_of(Status status) {
  constexpr std::array<std::string_view, 3> names{"OK", "STUCK", "SPIKE"};
  return names[static_cast<std::size_t>(status)];
}

Event to_event(const WeatherReading& reading) {
  return {std::string(reading.sensor_id), to_json(reading), to_line(reading), reading.status != Status::ok};
}

std::int64_t WeatherStation::Drift::next(Random& random) {
  offset = std::clamp(offset - offset / 16 + random.bell(limit / 8), -limit, limit);
  return offset;
}

WeatherStation::WeatherStation(std::uint64_t seed, std::uint64_t index, const Anomalies& anomalies)
    : random_(seed, index),
      city_(&cities()[index % cities().size()]),
      sensor_id_(station_id(*city_, index)),
      anomalies_(anomalies),
      latitude_(city_->latitude + random_.between(-position_spread, position_spread)),
      longitude_(city_->longitude + random_.between(-position_spread, position_spread)),
      temperature_{city_->temperature_variation},
      direction_(random_.between(0, directions.size() - 1)) {
  for (Drift* drift : {&temperature_, &humidity_, &pressure_, &wind_})
    drift->offset = random_.bell(drift->limit / 3);
}

std::optional<WeatherReading> WeatherStation::next(Instant when) {
  ++seq_;
  if (random_.chance(anomalies_.dropout_ppb)) return std::nullopt;
  WeatherReading reading;
  reading.when = when;
  reading.sensor_id = sensor_id_;
  reading.city = city_;
  reading.latitude = latitude_;
  reading.longitude = longitude_;
  reading.seq = seq_;
  if (is_stuck(when)) {
    reading.status = Status::stuck;
  } else {
    last_ = observe(when);
    if (random_.chance(anomalies_.spike_ppb)) reading.status = Status::spike;
  }
  reading.value = *last_;
  if (reading.status == Status::spike) reading.value.temperature = spiked(last_->temperature);
  reading.signal_strength = random_.between(-80, -50);
  reading.reading_quality =
      reading.status == Status::ok ? random_.between(950, 1000) : random_.between(500, 800);
  return reading;
}

std::int64_t WeatherStation::spiked(std::int64_t temperature) {
  const std::int64_t jump = random_.between(150, 600);
  return temperature * (random_.chance(certain_ppb / 2) ? 1000 + jump : 1000 - jump) / 1000;
}

// A sensor sticks at the value it showed last, so not before it has shown one.
bool WeatherStation::is_stuck(Instant when) {
  if (when < stuck_until_ && stuck_readings_++ < anomalies_.stuck_readings_max) return true;
  if (!last_ || !random_.chance(anomalies_.stuck_ppb)) return false;
  stuck_until_ = when + std::chrono::milliseconds(random_.between(stuck_least.count(), stuck_most.count()));
  stuck_readings_ = 1;
  return true;
}

WeatherValue WeatherStation::observe(Instant when) {
  const std::int64_t warm = warmth(when);
  const auto by_day = [&](std::int64_t night, std::int64_t day) {
    return night + (day - night) * warm / warmth_max;
  };
  WeatherValue value;
  value.temperature = by_day(city_->night_temperature, city_->day_temperature) + temperature_.next(random_);
  const std::int64_t dried = value.temperature - city_->night_temperature;  // 1 % per degree
  value.humidity = std::clamp<std::int64_t>(city_->humidity - dried + humidity_.next(random_), 500, 10'000);
  value.pressure = 101'300 - city_->altitude_m * 10 + pressure_.next(random_);
  value.wind_speed = by_day(950, 1350) + wind_.next(random_);
  value.rainfall = random_.chance(rain_ppb) ? random_.between(10, 500) : 0;
  if (random_.chance(turn_ppb)) direction_ = (direction_ + (random_.chance(certain_ppb / 2) ? 1 : 7)) % 8;
  value.wind_direction = directions[static_cast<std::size_t>(direction_)];
  return value;
}

WeatherSource::WeatherSource(const WeatherSettings& settings) {
  assert(settings.sensors > 0 && settings.sensors <= sensors_max);
  stations_.reserve(settings.sensors);
  for (std::uint64_t i = 0; i < settings.sensors; ++i)
    stations_.emplace_back(settings.seed, i, settings.anomalies);
}

std::optional<Event> WeatherSource::next(Instant when) {
  WeatherStation& station = stations_[turn_];
  turn_ = (turn_ + 1) % stations_.size();
  const std::optional<WeatherReading> reading = station.next(when);
  if (!reading) return std::nullopt;
  return to_event(*reading);
}

}  // namespace mini::sensor_gen
