#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

// Points in time as text, both ways.
//
//   iso8601(when, 120min)                        "2026-07-01T14:00:00.000+02:00"
//   parse_instant("2026-07-01T12:00:00Z")        also a date alone, a space for the T, milliseconds, +HH:MM;
//                                                without a zone it is UTC
namespace mini::sensor_gen {

using Instant = std::chrono::sys_time<std::chrono::milliseconds>;

std::string iso8601(Instant when, std::chrono::minutes zone);
std::string date_and_time(Instant when);  // "2026-07-01 12:00:00", UTC
std::optional<Instant> parse_instant(std::string_view text);

}  // namespace mini::sensor_gen
