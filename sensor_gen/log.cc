#include "sensor_gen/log.h"

#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <ctime>

namespace mini::sensor_gen {
namespace {

constexpr const char *plain = "", *yellow = "\033[33m", *red = "\033[31m", *reset = "\033[0m";

std::string local_time() {
  const std::time_t now = std::time(nullptr);
  std::tm fields{};
  localtime_r(&now, &fields);
  char text[32];
  std::strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S", &fields);
  return text;
}

}  // namespace

Log::Log(const Settings& settings)
    : settings_(settings),
      out_(settings.to_stderr ? stderr : stdout),
      colour_(isatty(fileno(out_)) == 1 && !std::getenv("NO_COLOR")) {}

std::string Log::open(const std::string& path) {
  file_.reset(std::fopen(path.c_str(), "a"));
  if (!file_) return "Cannot open " + path + ": " + std::strerror(errno) + ".";
  std::setvbuf(file_.get(), nullptr, _IOLBF, 1 << 16);
  return "";
}

void Log::tell(const std::string& text) {
  std::fprintf(out_, "%s\n", text.c_str());
  if (file_) std::fprintf(file_.get(), "%s - INFO - %s\n", local_time().c_str(), text.c_str());
}

void Log::sent(const Outcomes::Line& line) {
  if (!settings_.quiet) write(line.unusual ? yellow : plain, "INFO - Sent: " + line.text);
}

void Log::failed(const std::string& reason) {
  if (++failures_ > failure_lines_max) return;
  write(red, "ERROR - Delivery failed: " + reason);
  if (failures_ == failure_lines_max) tell("Further failures are only counted.");
}

void Log::write(const char* colour, const std::string& level_and_text) {
  const std::string line = local_time() + " - " + level_and_text;
  const bool painted = colour_ && *colour != '\0';
  std::fprintf(out_, "%s%s%s\n", painted ? colour : "", line.c_str(), painted ? reset : "");
  if (file_) std::fprintf(file_.get(), "%s\n", line.c_str());
}

}  // namespace mini::sensor_gen
