#include "broker/server/log_events.h"

#include <doctest/doctest.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>

#include "tests/broker/server/temporary_folder.h"

namespace mini::broker {
namespace {

// What is written to stdout while `act` runs.
template <class Act>
std::string written_by(Act act) {
  const TemporaryFolder folder;
  std::fflush(stdout);
  const int before = dup(STDOUT_FILENO);
  std::FILE* file = std::fopen(folder.file("out").c_str(), "w");
  dup2(fileno(file), STDOUT_FILENO);
  act();
  std::fflush(stdout);
  dup2(before, STDOUT_FILENO);
  close(before);
  std::fclose(file);
  return folder.read("out");
}

std::string logged(const std::string& level, void (*act)(LogEvents&)) {
  return written_by([&] {
    LogEvents events(level);
    act(events);
  });
}

auto lines_of(const std::string& text) { return std::count(text.begin(), text.end(), '\n'); }

constexpr const char* hostile = "x\n[2026-01-01 00:00:00,000] ERROR forged \x1b[31m\xff\x7f";

}  // namespace

TEST_CASE("a line has the pattern of Kafka's log") {
  std::string line = logged("info", [](LogEvents& log) { log.note(Level::info, "Kafka Server started"); });
  std::replace_if(
      line.begin(), line.end(), [](char c) { return c >= '0' && c <= '9'; }, 'd');
  CHECK(line == "[dddd-dd-dd dd:dd:dd,ddd] INFO Kafka Server started (mini.broker)\n");
}

TEST_CASE("levels have Kafka's names, and what is below the level is not written") {
  const auto all = [](LogEvents& log) {
    for (const Level level :
         {Level::trace, Level::debug, Level::info, Level::warn, Level::error, Level::critical})
      log.note(level, std::string("at ") + std::string(to_string(level)));
  };
  const std::string everything = logged("trace", all);
  CHECK(lines_of(everything) == 6);
  for (const char* words : {"TRACE at trace", "DEBUG at debug", "INFO at info", "WARN at warn",
                            "ERROR at error", "FATAL at critical"}) {
    CAPTURE(words);
    CHECK(everything.find(words) != std::string::npos);
  }
  CHECK(lines_of(logged("warn", all)) == 3);
  CHECK(lines_of(logged("critical", all)) == 1);
  CHECK(logged("off", all).empty());
}

TEST_CASE("text from the wire cannot break out of its line") {
  struct Row {
    const char* what;
    void (*act)(LogEvents&);
  };
  const Row rows[] = {
      {"client id",
       [](LogEvents& log) {
         log.request_begun({1, 3, 1, 7, hostile, 10});
       }},
      {"group",
       [](LogEvents& log) {
         log.rebalance({hostile, 1, 1, "a new member"});
       }},
      {"reason of a rebalance",
       [](LogEvents& log) {
         log.rebalance({"g", 1, 1, hostile});
       }},
      {"member",
       [](LogEvents& log) {
         log.member_removed({"g", hostile, "left"});
       }},
      {"group of a member",
       [](LogEvents& log) {
         log.member_removed({hostile, "m", "left"});
       }},
      {"reason of leaving",
       [](LogEvents& log) {
         log.member_removed({"g", "m", hostile});
       }},
      {"detail of a limit",
       [](LogEvents& log) {
         log.limit_hit({"group.max.size", hostile});
       }},
  };
  for (const Row& row : rows) {
    CAPTURE(row.what);
    const std::string line = logged("trace", row.act);
    CHECK(lines_of(line) == 1);
    CHECK(line.find("forged") != std::string::npos);
    CHECK(std::all_of(line.begin(), line.end() - 1, [](char c) { return c >= 0x20 && c < 0x7f; }));
  }
}

TEST_CASE("a long sentence with wire text in it keeps its end") {
  static const std::string reason = std::string(300, 'r') + " the end";
  const std::string line = logged("info", [](LogEvents& log) { log.rebalance({"g", 1, 1, reason}); });
  CHECK(line.find("the end") != std::string::npos);
}

TEST_CASE(
    "lines that clients may cause as fast as they can send are bounded, and what was left out is told") {
  constexpr int times = 1000;
  struct Row {
    const char* what;
    void (*act)(LogEvents&);
  };
  const Row rows[] = {
      {"bad frames",
       [](LogEvents& log) {
         for (int i = 0; i < times; ++i) log.bad_frame({1, "not a frame"});
       }},
      {"limits",
       [](LogEvents& log) {
         for (int i = 0; i < times; ++i) log.limit_hit({"mini.memory.limit", "full"});
       }},
      {"the same note",
       [](LogEvents& log) {
         for (int i = 0; i < times; ++i) log.note(Level::warn, "again");
       }},
  };
  for (const Row& row : rows) {
    CAPTURE(row.what);
    const auto begun = std::chrono::steady_clock::now();
    const auto lines = lines_of(logged("info", row.act));
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begun;
    CHECK(lines >= repeated_lines_max);
    CHECK(lines <= (repeated_lines_max + 1) * (static_cast<int>(took.count()) + 2));
  }
}

TEST_CASE("a pipe that nobody reads does not hold the broker up, and what was lost is told later") {
  int pipe_ends[2];
  REQUIRE(pipe(pipe_ends) == 0);
  std::fflush(stdout);
  const int before = dup(STDOUT_FILENO);
  dup2(pipe_ends[1], STDOUT_FILENO);
  std::string text(1 << 20, ' ');
  {
    LogEvents log("info");
    for (int i = 0; i < 10'000; ++i) log.note(Level::info, "note " + std::to_string(i));
    text.resize(static_cast<std::size_t>(std::max<ssize_t>(0, read(pipe_ends[0], text.data(), text.size()))));
    log.note(Level::info, "the last note");
  }
  std::string rest(4096, ' ');
  rest.resize(static_cast<std::size_t>(std::max<ssize_t>(0, read(pipe_ends[0], rest.data(), rest.size()))));
  dup2(before, STDOUT_FILENO);
  for (const int end : {before, pipe_ends[0], pipe_ends[1]}) close(end);
  const auto written = lines_of(text);
  CHECK(written > 0);
  CHECK(written < 10'000);
  CHECK(text.back() == '\n');
  CHECK(rest.rfind(std::to_string(10'000 - written) + " lines could not be written.\n", 0) == 0);
  CHECK(rest.find("the last note") != std::string::npos);
}

TEST_CASE("different notes are all written") {
  const std::string text = logged("info", [](LogEvents& log) {
    for (int i = 0; i < 100; ++i) log.note(Level::info, "note " + std::to_string(i));
  });
  CHECK(lines_of(text) == 100);
}

}  // namespace mini::broker
