#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

// Moments in UTC, as text and back.
//
//   event_time("2026-07-01T14:00:00+02:00")    // 2026-07-01 12:00:00
//   event_time("2004-03-10 18:00:00")          // no zone: taken as UTC
namespace mini::alerts {

using UtcSeconds = std::chrono::sys_seconds;

// ISO 8601: a date, `T` or a blank, a time with or without seconds and their fractions (which are cut off),
// and a zone (Z, +hh:mm, +hhmm, +hh) or none. Nothing for anything else.
std::optional<UtcSeconds> event_time(std::string_view text);

std::string utc_text(UtcSeconds when);  // "2026-07-01 12:00:00", as SQLite's datetime() writes it

struct CalendarTime {
  int year, month, day, hour, minute;
  int weekday;  // Monday is 0
};
CalendarTime calendar_of(UtcSeconds when);

}  // namespace mini::alerts
