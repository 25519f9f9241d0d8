#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "alert_consumer/pipeline.h"

// What the program tells while it runs, as text.
//
//   Report report({.colour = false});
//   print(report.lines(batch, stored));       // a line for each new alert, one for each hundred messages
//   print(report.totals());
//
// What comes from a record is shown without control characters, so that no record can paint on a terminal.
namespace mini::alerts {

struct ReportStyle {
  bool colour = false;
  // Without one: a line for each reading and each write to a file, as a log ("... - INFO - ..."), and what
  // cannot be read is left out instead of set aside.
  bool database = true;
  bool quiet = false;  // no line for an alert, a reading or a hundred messages
};

class Report {
 public:
  static constexpr std::uint64_t messages_per_line = 100;
  static constexpr std::uint64_t dead_letter_lines_max = 10;

  explicit Report(ReportStyle style) : style_(style) {}

  std::string lines(const Batch& batch, const Stored& stored);
  std::string totals() const;

 private:
  std::string line_of(const RaisedAlert& raised) const;
  std::string line_of(const Log& log, const DeadLetter& letter) const;
  void tell_dead_letters(std::string& out, const Batch& batch, const Written& written);
  void tell_alerts(std::string& out, const Batch& batch, const Written& written);
  void tell_readings(std::string& out, const Batch& batch, const Stored& stored) const;
  void progress(std::string& out, const Batch& batch, std::uint64_t up_to, std::uint64_t end);

  ReportStyle style_;
  std::uint64_t messages_ = 0, alerts_ = 0, dead_letters_ = 0;
};

std::string printable(std::string_view text);
std::string log_line(UtcSeconds now,
                     std::string_view text);  // "2026-07-01 14:00:00 - INFO - text\n", local time

}  // namespace mini::alerts
