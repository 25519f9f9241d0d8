#pragma once

#include <cstdio>
#include <memory>
#include <string>

#include "sensor_gen/outcomes.h"

// What the program tells: on the terminal, and in a log file where one is asked for.
//
//   Log log({.quiet = false, .to_stderr = false});
//   log.open("sensors.log");                        // empty, or one sentence
//   log.tell("Connected to Kafka broker, topic: t")  // as it is; the file puts time and level before it
//   log.sent(line);                                 // 2026-07-01 12:00:00 - INFO - Sent: ...
//   log.failed("timed out");                        // 2026-07-01 12:00:00 - ERROR - Delivery failed: ...
//
// Times are local. Colours only for a terminal, and not where NO_COLOR is set. Of the failures
// failure_lines_max are shown; the rest is for the caller to count.
namespace mini::sensor_gen {

class Log {
 public:
  static constexpr int failure_lines_max = 10;

  struct Settings {
    bool quiet = false;      // no line for what was sent
    bool to_stderr = false;  // the standard output carries data
  };

  explicit Log(const Settings& settings);

  std::string open(const std::string& path);  // appends
  void tell(const std::string& text);
  void sent(const Outcomes::Line& line);
  void failed(const std::string& reason);

 private:
  struct Close {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };

  void write(const char* colour, const std::string& level_and_text);

  Settings settings_;
  std::FILE* out_;
  bool colour_;
  int failures_ = 0;
  std::unique_ptr<std::FILE, Close> file_;
};

}  // namespace mini::sensor_gen
