#include "sensor_gen/time_text.h"

#include <doctest/doctest.h>

using namespace std::chrono_literals;
using mini::sensor_gen::date_and_time;
using mini::sensor_gen::Instant;
using mini::sensor_gen::iso8601;
using mini::sensor_gen::parse_instant;

TEST_CASE("an instant is written with its zone, and read back the same") {
  const Instant when = std::chrono::sys_days(std::chrono::year(2026) / 7 / 1) + 22h + 30min + 5s + 7ms;
  CHECK(iso8601(when, 120min) == "2026-07-02T00:30:05.007+02:00");
  CHECK(iso8601(when, -90min) == "2026-07-01T21:00:05.007-01:30");
  CHECK(date_and_time(when) == "2026-07-01 22:30:05");
  for (const auto zone : {0min, 120min, -90min}) CHECK(parse_instant(iso8601(when, zone)) == when);
}

TEST_CASE("a time is understood in the spellings people type") {
  const Instant noon = std::chrono::sys_days(std::chrono::year(2026) / 1 / 2) + 12h;
  for (const std::string text :
       {"2026-01-02T12:00:00Z", "2026-01-02 12:00:00", "2026-01-02T12:00", "2026-01-02T12:00:00.000Z",
        "2026-01-02T14:00:00+02:00", "2026-01-02T14:00+0200"}) {
    CAPTURE(text);
    CHECK(parse_instant(text) == noon);
  }
  CHECK(parse_instant("2026-01-02") == noon - 12h);
}

TEST_CASE("what is no time is refused") {
  for (const std::string text :
       {"", "now", "2026", "2026-13-01", "2026-02-30", "2026-01-02T", "2026-01-02T24:00", "2026-01-02T12",
        "2026-01-02T12:60", "2026-01-02T12:00:00Zx", "2026-01-02T12:00:00.0Z", "2026-01-02T12:00 02:00"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_instant(text));
  }
}
