#include "alert_consumer/report.h"

namespace mini::alerts {
namespace {

constexpr std::size_t shown_bytes_max = 200;

std::string line_of(const DeadLetter& letter) {
  return "Set aside " + printable(letter.record.topic) + "-" + std::to_string(letter.record.partition) +
         " @ " + std::to_string(letter.record.offset) + ": " + letter.reason + "\n";
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

std::string Report::line_of(const RaisedAlert& raised) const {
  const bool critical = raised.alert.severity == Severity::critical;
  const std::string paint = !colour_ ? "" : critical ? "\033[31m" : "\033[33m";
  return paint + "[" + std::string(name_of(raised.alert.severity)) + "] " + raised.alert.type + " " +
         printable(raised.sensor_id) + ": " + raised.alert.message + (colour_ ? "\033[0m" : "") + "\n";
}

std::string Report::lines(const Batch& batch, const Written& written) {
  std::string out;
  const std::uint64_t before = messages_;
  for (const DeadLetter* letter : written.dead_letters) {
    if (++dead_letters_ > dead_letter_lines_max) continue;
    out += alerts::line_of(*letter);
    if (dead_letters_ == dead_letter_lines_max) out += "Further ones are only counted.\n";
  }
  for (const RaisedAlert* raised : written.alerts) {
    progress(out, before + raised->index);
    out += line_of(*raised);
    ++alerts_;
  }
  progress(out, before + batch.records);
  return out;
}

// The lines for the hundreds that are full once `up_to` messages are done.
void Report::progress(std::string& out, std::uint64_t up_to) {
  for (std::uint64_t full = messages_ / messages_per_line + 1; full * messages_per_line <= up_to; ++full)
    out += "Processed " + std::to_string(full * messages_per_line) + " messages | " +
           std::to_string(alerts_) + " alerts\n";
  messages_ = up_to;
}

std::string Report::totals() const {
  std::string out = "Messages processed: " + std::to_string(messages_) + "\n";
  out += "Alerts generated: " + std::to_string(alerts_) + "\n";
  if (dead_letters_ > 0) out += "Messages set aside as unreadable: " + std::to_string(dead_letters_) + "\n";
  return out;
}

}  // namespace mini::alerts
