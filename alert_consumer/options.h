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
  bool no_database = false;
  std::string rules_file;          // empty: the seven
  std::optional<std::string> csv;  // files beside the database, or instead of it
  std::optional<std::string> jsonl;
  std::size_t csv_rows_min = 10;
  std::string alerts_topic;  // empty: none
  std::string auto_offset_reset = "earliest";
  std::optional<std::uint64_t> max_messages;
  std::optional<std::int64_t> idle_exit_ms;
  bool quiet = false;
  bool help_config = false;
  std::vector<std::pair<std::string, std::string>> consumer_properties;
};

struct ParsedOptions {
  Options options;
  std::optional<int> exit_code;  // there is nothing to run
  std::string text;              // help, or one sentence
};

ParsedOptions parse_options(int argc, const char* const* argv);

// Where `--csv` and `--jsonl` write when they are not told: the names that courses use for these topics.
std::string usual_csv_file(const std::string& topic);
std::string usual_jsonl_file(const std::string& topic);

}  // namespace mini::alerts
