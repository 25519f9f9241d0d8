#pragma once

#include <array>
#include <cmath>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

// What a record's bytes say, or why they say nothing.
//
//   ReadingParser parser(rules.metrics());
//   auto parsed = parser.parse(bytes);
//   if (auto* reading = std::get_if<Reading>(&parsed)) judge(*reading);
//   else set_aside(bytes, std::get<Unreadable>(parsed).reason);
//
// A reading is a JSON object; its metrics stand in its object `value` if it has one, else at the top level;
// its place in the object `metadata`, or at the top level too. A metric that is there and is not a finite
// number (null, text, too large) makes the whole record unreadable, and so does a field that stands twice.
namespace mini::alerts {

// Stored for every reading; a parser's list of metrics begins with these.
inline constexpr std::array<std::string_view, 5> weather_metrics{"temperature", "humidity", "pressure",
                                                                 "wind_speed", "rainfall"};
inline constexpr double absent = std::numeric_limits<double>::quiet_NaN();
inline bool is_there(double number) { return !std::isnan(number); }

enum class Text : std::uint8_t {
  sensor_id,
  timestamp,  // the event's own time, as it was written
  sensor_type,
  sensor_model,
  manufacturer,
  firmware_version,
  unit,
  status,
  wind_direction,
  city,
  region,
  country,
  count
};
enum class Number : std::uint8_t { seq, signal_strength, reading_quality, lat, lon, altitude, count };

struct Reading {
  std::array<std::optional<std::string>, static_cast<std::size_t>(Text::count)> texts;
  std::array<double, static_cast<std::size_t>(Number::count)> numbers;  // `absent` where there is none
  std::vector<double> metrics;  // in the order of the parser's list; `absent` where there is none

  std::optional<std::string>& text(Text which) { return texts[static_cast<std::size_t>(which)]; }
  const std::optional<std::string>& text(Text which) const { return texts[static_cast<std::size_t>(which)]; }
  double number(Number which) const { return numbers[static_cast<std::size_t>(which)]; }
};

struct Unreadable {
  std::string reason;
};

class ReadingParser {
 public:
  explicit ReadingParser(std::span<const std::string> metrics);
  ReadingParser(ReadingParser&&) noexcept;
  ~ReadingParser();

  std::variant<Reading, Unreadable> parse(std::string_view bytes);

 private:
  class Handler;
  std::unique_ptr<Handler> handler_;  // keeps its memory from reading to reading
};

}  // namespace mini::alerts
