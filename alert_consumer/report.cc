#include "alert_consumer/report.h"

#include <algorithm>
#include <ctime>

namespace mini::alerts {
namespace {

constexpr std::size_t shown_bytes_max = 200;

template <class Tell>
void for_each_line(std::string_view lines, const Tell& tell) {
  while (!lines.empty()) {
    const std::size_t end = std::min(lines.find('\n'), lines.size() - 1);
    tell(printable(lines.substr(0, end)));
    lines.remove_prefix(end + 1);
  }
}

}  // namespace

std::string printable(std::string_view text) {
  std::string shown(text.substr(0, shown_bytes_max));
  for (char& c : shown)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) c = '?';
  // U+0080 to U+009F are control characters too; in UTF-8 they begin with C2.
  for (std::size_t at = 0; (at = shown.find('\xC2', at)) != shown.npos; ++at)
    if (at + 1 < shown.size() && static_cast<unsigned char>(shown[at + 1]) < 0xA0) shown.replace(at, 2, "?");
  return shown;
}

std::string log_line(UtcSeconds now, std::string_view text) {
  const std::time_t when = std::chrono::system_clock::to_time_t(now);
  std::tm local{};
  localtime_r(&when, &local);
  char stamp[32];
  std::strftime(stamp, sizeof stamp, "%Y-%m-%d %H:%M:%S", &local);
  return std::string(stamp).append(" - INFO - ").append(text).append("\n");
}

std::string Report::line_of(const RaisedAlert& raised) const {
  const bool critical = raised.alert.severity == Severity::critical;
  const std::string paint = !style_.colour ? "" : critical ? "\033[31m" : "\033[33m";
  return paint + "[" + std::string(name_of(raised.alert.severity)) + "] " + printable(raised.alert.type) +
         " " + printable(raised.sensor_id) + ": " + printable(raised.alert.message) +
         (style_.colour ? "\033[0m" : "") + "\n";
}

std::string Report::line_of(const Log& log, const DeadLetter& letter) const {
  return (style_.database ? "Set aside " : "Left out ") + printable(log.topic) + "-" +
         std::to_string(letter.place.partition) + " @ " + std::to_string(letter.place.offset) + ": " +
         letter.reason + "\n";
}

std::string Report::lines(const Batch& batch, const Stored& stored) {
  std::string out;
  if (stored.written.file_begun_anew) out += "The database's file was taken away; a new one is begun.\n";
  tell_readings(out, batch, stored);
  for_each_line(stored.warnings, [&](const std::string& line) { out += line + "\n"; });
  tell_dead_letters(out, batch, stored.written);
  tell_alerts(out, batch, stored.written);
  return out;
}

void Report::tell_readings(std::string& out, const Batch& batch, const Stored& stored) const {
  if (style_.database || style_.quiet) return;
  for (const StoredReading& reading : batch.readings)
    out += log_line(batch.now, "Consumed: " + printable(reading.reading.text(Text::timestamp).value_or("-")));
  for_each_line(stored.notes, [&](const std::string& line) { out += log_line(batch.now, line); });
}

void Report::tell_dead_letters(std::string& out, const Batch& batch, const Written& written) {
  for (const DeadLetter* letter : written.dead_letters) {
    if (++dead_letters_ > dead_letter_lines_max) continue;
    out += line_of(batch.log, *letter);
    if (dead_letters_ == dead_letter_lines_max) out += "Further ones are only counted.\n";
  }
}

void Report::tell_alerts(std::string& out, const Batch& batch, const Written& written) {
  const std::uint64_t before = messages_, end = before + batch.records;
  for (const RaisedAlert* raised : written.alerts) {
    progress(out, batch, before + raised->index, end);
    if (!style_.quiet) out += line_of(*raised);
    ++alerts_;
  }
  progress(out, batch, end, end);
}

// The lines for the hundreds that are full once `up_to` messages are done, of a batch that ends at `end`.
void Report::progress(std::string& out, const Batch& batch, std::uint64_t up_to, std::uint64_t end) {
  std::uint64_t full = (messages_ / messages_per_line + 1) * messages_per_line;
  messages_ = up_to;
  if (style_.quiet) return;
  for (; full <= up_to; full += messages_per_line) {
    out += "Processed " + std::to_string(full) + " messages | " + std::to_string(alerts_) + " alerts";
    if (batch.lag) out += " | lag " + std::to_string(*batch.lag + static_cast<std::int64_t>(end - full));
    out += '\n';
  }
}

std::string Report::totals() const {
  std::string out = "Messages processed: " + std::to_string(messages_) + "\n";
  out += "Alerts generated: " + std::to_string(alerts_) + "\n";
  if (dead_letters_ > 0)
    out += std::string("Messages ") + (style_.database ? "set aside" : "left out") +
           " as unreadable: " + std::to_string(dead_letters_) + "\n";
  return out;
}

}  // namespace mini::alerts
