#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sensor_gen/pace.h"
#include "sensor_gen/time_text.h"
#include "sensor_gen/weather.h"

// The command line of sensor-gen.
//
//   const ParsedOptions parsed = parse_options(argc, argv);
//   if (parsed.exit_code) { print(parsed.text); return *parsed.exit_code; }     // 0: help, 2: misuse
namespace mini::sensor_gen {

struct Options {
  std::string bootstrap_server = "localhost:9092";
  std::string topic = "sensor_data";
  bool uci = false;
  std::string dataset;  // of uci
  WeatherSettings weather{.seed = 42, .sensors = 20, .anomalies = {}};
  std::optional<Instant> start_time;  // nothing: events carry the time at which they are made
  std::optional<std::uint64_t> count;
  std::optional<double> duration_s;
  std::optional<double> rate;  // events a second, 0 without limit; nothing: rounds of interval_s
  double interval_s = 5;
  bool create_topic = false;
  std::int32_t partitions = -1;  // the broker's default
  bool quiet = false;
  std::vector<std::pair<std::string, std::string>> producer_properties;

  std::uint64_t events_per_round() const { return uci ? 1 : weather.sensors; }
  Pace pace() const;
};

struct ParsedOptions {
  Options options;
  std::optional<int> exit_code;  // there is nothing to run
  std::string text;              // help, or one sentence
};

ParsedOptions parse_options(int argc, const char* const* argv);

}  // namespace mini::sensor_gen
