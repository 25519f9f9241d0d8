#include "alert_consumer/event_time.h"

#include <doctest/doctest.h>

using namespace mini::alerts;
using namespace std::chrono_literals;

TEST_CASE("times are written as SQLite writes them") {
  CHECK(utc_text(UtcSeconds(0s)) == "1970-01-01 00:00:00");
  CHECK(utc_text(std::chrono::sys_days(std::chrono::year(2026) / 7 / 1) + 23h + 5min + 9s) ==
        "2026-07-01 23:05:09");
}

TEST_CASE("an event's time is read with its zone, and is UTC") {
  struct Row {
    std::string written, utc;
  };
  for (const Row& row : {
           Row{"2026-07-01T14:00:00+02:00", "2026-07-01 12:00:00"},
           Row{"2026-07-01T14:00:00.581-0130", "2026-07-01 15:30:00"},
           Row{"2026-07-01T00:30:00+02", "2026-06-30 22:30:00"},
           Row{"2026-07-01T14:00:00Z", "2026-07-01 14:00:00"},
           Row{"2004-03-10 18:00:00", "2004-03-10 18:00:00"},
           Row{"2004-03-10T18:00", "2004-03-10 18:00:00"},
           Row{"2024-02-29 23:59:59", "2024-02-29 23:59:59"},
       }) {
    CAPTURE(row.written);
    REQUIRE(event_time(row.written));
    CHECK(utc_text(*event_time(row.written)) == row.utc);
  }
}

TEST_CASE("what is no time is nothing") {
  for (const std::string text : {"", "2026", "2026-07-01", "2026-13-01 00:00:00", "2025-02-29 00:00:00",
                                 "2026-07-01T24:00:00", "2026-07-01T14:60:00", "2026-07-01T14:00:00+99:00",
                                 "2026-07-01T14:00:00 and more", "yesterday", "10/03/2004 18.00.00"}) {
    CAPTURE(text);
    CHECK_FALSE(event_time(text));
  }
}

TEST_CASE("a calendar day has its weekday, Monday being 0") {
  const CalendarTime at = calendar_of(*event_time("2026-07-01T14:35:00Z"));  // a Wednesday
  CHECK(at.year == 2026);
  CHECK(at.month == 7);
  CHECK(at.day == 1);
  CHECK(at.hour == 14);
  CHECK(at.minute == 35);
  CHECK(at.weekday == 2);
}
