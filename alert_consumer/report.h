#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "alert_consumer/store.h"

// What the program tells while it runs, as text.
//
//   Report report(/*colour=*/false);
//   print(report.lines(batch, written));      // a line for each new alert, one for each hundred messages
//   print(report.totals());
//
// What comes from a record is shown without control characters, so that no record can paint on a terminal.
namespace mini::alerts {

class Report {
 public:
  static constexpr std::uint64_t messages_per_line = 100;
  static constexpr std::uint64_t dead_letter_lines_max = 10;

  explicit Report(bool colour) : colour_(colour) {}

  std::string lines(const Batch& batch, const Written& written);
  std::string totals() const;
  std::uint64_t messages() const { return messages_; }

 private:
  std::string line_of(const RaisedAlert& raised) const;
  void progress(std::string& out, std::uint64_t up_to);

  bool colour_;
  std::uint64_t messages_ = 0, alerts_ = 0, dead_letters_ = 0;
};

std::string printable(std::string_view text);

}  // namespace mini::alerts
