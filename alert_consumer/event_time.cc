#include "alert_consumer/event_time.h"

#include <cstdio>

namespace mini::alerts {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr unsigned zone_minutes_max = 18 * 60;

// Sticky: after the first character that does not fit, everything is zero and nothing is right any more.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : rest_(text) {}

  unsigned digits(std::size_t count) {
    unsigned number = 0;
    for (std::size_t i = 0; i < count; ++i) {
      if (rest_.empty() || rest_[0] < '0' || rest_[0] > '9') return fail();
      number = number * 10 + static_cast<unsigned>(rest_[0] - '0');
      rest_.remove_prefix(1);
    }
    return number;
  }
  bool take(std::string_view any_of) {
    const bool fits = !rest_.empty() && any_of.find(rest_[0]) != any_of.npos;
    if (fits) taken_ = rest_[0], rest_.remove_prefix(1);
    return fits;
  }
  void need(std::string_view any_of) {
    if (!take(any_of)) fail();
  }
  void skip_digits() {
    while (take("0123456789")) continue;
  }
  char taken() const { return taken_; }
  bool at_end() const { return rest_.empty(); }
  bool good() const { return good_; }

 private:
  unsigned fail() {
    good_ = false;
    rest_ = {};
    return 0;
  }

  std::string_view rest_;
  char taken_ = 0;
  bool good_ = true;
};

// How far local time is ahead of UTC.
minutes zone(Scanner& scan) {
  if (scan.at_end() || scan.take("Zz")) return minutes(0);
  scan.need("+-");
  const bool behind = scan.taken() == '-';
  unsigned ahead = scan.digits(2) * 60;
  if (!scan.at_end()) {
    scan.take(":");
    ahead += scan.digits(2);
  }
  if (ahead > zone_minutes_max) scan.need("");
  return behind ? -minutes(ahead) : minutes(ahead);
}

}  // namespace

std::optional<UtcSeconds> event_time(std::string_view text) {
  Scanner scan(text);
  const int year = static_cast<int>(scan.digits(4));
  scan.need("-");
  const unsigned month = scan.digits(2);
  scan.need("-");
  const unsigned day = scan.digits(2);
  scan.need("Tt ");
  const unsigned hour = scan.digits(2);
  scan.need(":");
  const unsigned minute = scan.digits(2);
  const unsigned second = scan.take(":") ? scan.digits(2) : 0;
  if (scan.take(".,")) scan.skip_digits();
  scan.take(" ");
  const minutes ahead = zone(scan);
  const auto date = std::chrono::year(year) / std::chrono::month(month) / std::chrono::day(day);
  if (!scan.good() || !scan.at_end() || !date.ok() || hour > 23 || minute > 59 || second > 60)
    return std::nullopt;
  return std::chrono::sys_days(date) + hours(hour) + minutes(minute) - ahead + seconds(second);
}

std::string utc_text(UtcSeconds when) {
  const auto day = std::chrono::floor<days>(when);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss time(when - day);
  char text[80];
  std::snprintf(text, sizeof text, "%04d-%02u-%02u %02d:%02d:%02d", static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                static_cast<int>(time.hours().count()), static_cast<int>(time.minutes().count()),
                static_cast<int>(time.seconds().count()));
  return text;
}

CalendarTime calendar_of(UtcSeconds when) {
  const auto day = std::chrono::floor<days>(when);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss time(when - day);
  return {static_cast<int>(date.year()),
          static_cast<int>(static_cast<unsigned>(date.month())),
          static_cast<int>(static_cast<unsigned>(date.day())),
          static_cast<int>(time.hours().count()),
          static_cast<int>(time.minutes().count()),
          static_cast<int>(std::chrono::weekday(day).iso_encoding()) - 1};
}

}  // namespace mini::alerts
