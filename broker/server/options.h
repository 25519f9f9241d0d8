#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "broker/config/config.h"

// The command line of mini-broker.
//
//   const ParsedOptions parsed = parse_options(argc, argv);
//   if (parsed.exit_code) { print parsed.text; return *parsed.exit_code; }
namespace mini::broker {

struct SeededTopic {
  std::string name;
  std::optional<std::int32_t> partitions;  // nothing: num.partitions
};

struct Options {
  std::string properties_file;  // "" for none
  std::vector<std::pair<std::string, std::string>> overrides;
  std::vector<std::string> listen;  // "HOST:PORT"
  std::string port_file;
  std::vector<SeededTopic> topics;
  std::string log_level = "info";
};

inline constexpr int exit_failed = 1;  // could not do it
inline constexpr int exit_misuse = 2;

struct ParsedOptions {
  Options options;
  std::optional<int> exit_code;  // set where the program has nothing more to do
  std::string text;              // for stdout with exit code 0, for stderr with another
};

ParsedOptions parse_options(int argc, const char* const* argv);

// The layers of the configuration, read from what the options name. An error's sentence where the file cannot
// be read. `environment` is the process's own, as "NAME=value".
struct GatheredConfig {
  ConfigInput input;
  std::string error;
};
GatheredConfig gather_config(const Options& options, const char* const* environment);

}  // namespace mini::broker
