#pragma once

#include <array>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

// What a record's bytes say, or why they say nothing.
//
//   auto parsed = parse_reading(bytes);
//   if (auto* reading = std::get_if<Reading>(&parsed)) judge(*reading, rules);
//   else set_aside(bytes, std::get<Unreadable>(parsed).reason);
//
// A reading is a JSON object; its metrics stand in its object `value` if it has one, else at the top level.
// A metric that is there and is not a finite number (null, text, too large) makes the whole record
// unreadable.
namespace mini::alerts {

inline constexpr std::array<std::string_view, 4> known_metrics{"temperature", "humidity", "wind_speed",
                                                               "pressure"};

struct Reading {
  std::optional<std::string> sensor_id;
  std::optional<std::string> timestamp;  // the event's own time, as it was written
  std::map<std::string, double, std::less<>> metrics;
};

struct Unreadable {
  std::string reason;
};

std::variant<Reading, Unreadable> parse_reading(std::string_view bytes);

}  // namespace mini::alerts
