#include "sensor_gen/log.h"

#include <doctest/doctest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <vector>

using namespace mini::sensor_gen;

namespace {

struct LogFile {
  std::string path =
      (std::filesystem::temp_directory_path() / ("sensor-gen-log-" + std::to_string(getpid()))).string();
  ~LogFile() { std::filesystem::remove(path); }

  // Each line behind its time, whose shape is checked.
  std::vector<std::string> lines() const {
    std::ifstream in(path);
    std::vector<std::string> all;
    for (std::string line; std::getline(in, line);) {
      REQUIRE(line.size() > 19);
      for (std::size_t i = 0; i < 19; ++i) {
        const char shape = "0000-00-00 00:00:00"[i];
        REQUIRE((shape == '0' ? line[i] >= '0' && line[i] <= '9' : line[i] == shape));
      }
      all.push_back(line.substr(19));
    }
    return all;
  }
};

}  // namespace

TEST_CASE("a log file has every line with its time and level, and grows from run to run") {
  const LogFile file;
  for (int run = 0; run < 2; ++run) {
    Log log({.quiet = false, .to_stderr = true});
    REQUIRE(log.open(file.path) == "");
    log.tell("Starting");
    log.sent({"a", false, true});
    log.failed("no");
  }
  const std::vector<std::string> once{" - INFO - Starting", " - INFO - Sent: a",
                                      " - ERROR - Delivery failed: no"};
  std::vector<std::string> twice = once;
  twice.insert(twice.end(), once.begin(), once.end());
  CHECK(file.lines() == twice);
}

TEST_CASE("quiet leaves out what was sent, and failures are shown ten times") {
  const LogFile file;
  Log log({.quiet = true, .to_stderr = true});
  REQUIRE(log.open(file.path) == "");
  log.sent({"a", false, false});
  for (int i = 0; i < 50; ++i) log.failed("no");
  const auto lines = file.lines();
  REQUIRE(lines.size() == Log::failure_lines_max + 1);
  CHECK(lines.back() == " - INFO - Further failures are only counted.");
}

TEST_CASE("a log file that cannot be opened is one sentence") {
  Log log({.quiet = true, .to_stderr = true});
  CHECK(log.open("/no/such/folder/f") == "Cannot open /no/such/folder/f: No such file or directory.");
}
