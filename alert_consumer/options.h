#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

// The command line of alert-consumer.
//
//   const ParsedOptions parsed = parse_options(argc, argv);
//   if (parsed.exit_code) { print(parsed.text); return *parsed.exit_code; }     // 0: help, 2: misuse
namespace mini::alerts {

struct Options {
  std::string bootstrap_server = "localhost:9092";
  std::string topic = "sensor_data";
  std::string group = "alert-consumer";
  std::string database = "alerts.db";
  std::optional<std::uint64_t> max_messages;
  std::optional<std::int64_t> idle_exit_ms;
  std::vector<std::pair<std::string, std::string>> consumer_properties;
};

struct ParsedOptions {
  Options options;
  std::optional<int> exit_code;  // there is nothing to run
  std::string text;              // help, or one sentence
};

ParsedOptions parse_options(int argc, const char* const* argv);

}  // namespace mini::alerts
