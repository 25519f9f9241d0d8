#include "alert_consumer/reading.h"

#include <cmath>
#include <nlohmann/json.hpp>

namespace mini::alerts {
namespace {

using Json = nlohmann::json;

std::optional<std::string> text_of(const Json& object, const char* name) {
  const auto field = object.find(name);
  if (field == object.end()) return std::nullopt;
  if (field->is_string()) return field->get<std::string>();
  if (field->is_number()) return field->dump();
  return std::nullopt;
}

std::variant<Reading, Unreadable> reading_of(const Json& object) {
  Reading reading{text_of(object, "sensor_id"), text_of(object, "timestamp"), {}};
  if (!reading.timestamp) reading.timestamp = text_of(object, "Timestamp");
  const auto value = object.find("value");
  const Json& metrics = value != object.end() && value->is_object() ? *value : object;
  for (const std::string_view name : known_metrics) {
    const auto metric = metrics.find(name);
    if (metric == metrics.end()) continue;
    if (!metric->is_number() || !std::isfinite(metric->get<double>()))
      return Unreadable{std::string(name) + " is not a finite number"};
    reading.metrics.emplace(name, metric->get<double>());
  }
  return reading;
}

}  // namespace

std::variant<Reading, Unreadable> parse_reading(std::string_view bytes) {
  try {
    const Json json = Json::parse(bytes);
    return json.is_object() ? reading_of(json) : Unreadable{"not a JSON object"};
  } catch (const Json::parse_error& error) {
    return Unreadable{"not JSON at byte " + std::to_string(error.byte)};
  } catch (const Json::out_of_range&) {
    return Unreadable{"a number is too large"};
  }
}

}  // namespace mini::alerts
