#include "sensor_gen/time_text.h"

#include <cstdio>

namespace mini::sensor_gen {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

struct Civil {
  int year;
  unsigned month, day;
  int hour, minute, second, millisecond;
};

Civil civil(Instant when) {
  const auto day = std::chrono::floor<days>(when);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss<milliseconds> time(when - day);
  return {static_cast<int>(date.year()),
          static_cast<unsigned>(date.month()),
          static_cast<unsigned>(date.day()),
          static_cast<int>(time.hours().count()),
          static_cast<int>(time.minutes().count()),
          static_cast<int>(time.seconds().count()),
          static_cast<int>(time.subseconds().count())};
}

// Takes text from the front, and remembers once it did not fit.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : rest_(text) {}

  int digits(std::size_t count) {
    int value = 0;
    for (std::size_t i = 0; i < count; ++i) {
      if (rest_.empty() || rest_[0] < '0' || rest_[0] > '9') return fail();
      value = value * 10 + (rest_[0] - '0');
      rest_.remove_prefix(1);
    }
    return value;
  }
  bool skip(std::string_view any_of) {
    if (rest_.empty() || any_of.find(rest_[0]) == any_of.npos) return false;
    rest_.remove_prefix(1);
    return true;
  }
  void expect(char c) {
    if (!skip({&c, 1})) fail();
  }
  bool at_end() const { return rest_.empty(); }
  bool good() const { return good_; }
  int fail() {
    good_ = false;
    return 0;
  }

 private:
  std::string_view rest_;
  bool good_ = true;
};

Instant scan_date(Scanner& in) {
  const int year = in.digits(4);
  in.expect('-');
  const int month = in.digits(2);
  in.expect('-');
  const int day = in.digits(2);
  const std::chrono::year_month_day date{std::chrono::year(year),
                                         std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day))};
  if (!date.ok()) in.fail();
  return in.good() ? std::chrono::sys_days(date) : Instant{};
}

milliseconds scan_time(Scanner& in) {
  const int hour = in.digits(2);
  in.expect(':');
  const int minute = in.digits(2);
  const int second = in.skip(":") ? in.digits(2) : 0;
  const int millisecond = in.skip(".") ? in.digits(3) : 0;
  if (hour > 23 || minute > 59 || second > 59) in.fail();
  return hours(hour) + minutes(minute) + seconds(second) + milliseconds(millisecond);
}

minutes scan_zone(Scanner& in) {
  if (in.at_end() || in.skip("Z")) return {};
  const int sign = in.skip("-") ? -1 : 1;
  if (sign > 0) in.expect('+');
  const int hour = in.digits(2);
  in.skip(":");
  const int minute = in.digits(2);
  if (hour > 23 || minute > 59) in.fail();
  return sign * (hours(hour) + minutes(minute));
}

}  // namespace

std::string iso8601(Instant when, minutes zone) {
  const Civil c = civil(when + zone);
  const long long away = std::abs(zone.count());
  char text[64];
  std::snprintf(text, sizeof text, "%04d-%02u-%02uT%02d:%02d:%02d.%03d%c%02lld:%02lld", c.year, c.month,
                c.day, c.hour, c.minute, c.second, c.millisecond, zone.count() < 0 ? '-' : '+', away / 60,
                away % 60);
  return text;
}

std::string date_and_time(Instant when) {
  const Civil c = civil(when);
  char text[48];
  std::snprintf(text, sizeof text, "%04d-%02u-%02u %02d:%02d:%02d", c.year, c.month, c.day, c.hour, c.minute,
                c.second);
  return text;
}

std::optional<Instant> parse_instant(std::string_view text) {
  Scanner in(text);
  Instant when = scan_date(in);
  if (in.good() && !in.at_end()) {
    if (!in.skip("T ")) in.fail();
    when += scan_time(in);
    when -= scan_zone(in);
  }
  if (!in.good() || !in.at_end()) return std::nullopt;
  return when;
}

}  // namespace mini::sensor_gen
