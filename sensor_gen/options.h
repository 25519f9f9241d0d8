#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sensor_gen/copies.h"
#include "sensor_gen/pace.h"
#include "sensor_gen/preparation.h"
#include "sensor_gen/time_text.h"
#include "sensor_gen/weather.h"

// The command line of sensor-gen.
//
//   const ParsedOptions parsed = parse_options(argc, argv);
//   if (parsed.exit_code) { print(parsed.text); return *parsed.exit_code; }     // 0: help, 2: misuse
namespace mini::sensor_gen {

enum class SourceKind { weather, uci, lab };

struct UciOptions {
  std::string dataset = "AirQualityUCI.csv";
  Preparation preparation;
  bool sample = false;
  bool quality = false;      // write the summary and stop
  std::string quality_path;  // empty: the standard output
};

struct Options {
  std::string bootstrap_server = "localhost:9092";
  std::string topic = "sensor_data";
  bool use_kafka = true;
  bool create_topic = false;
  std::int32_t partitions = -1;  // the broker's default
  std::vector<std::pair<std::string, std::string>> producer_properties;

  SourceKind source = SourceKind::weather;
  std::uint64_t seed = 42;
  std::uint64_t sensors = 20;
  Anomalies anomalies;
  UciOptions uci;

  std::optional<Instant> start_time;  // nothing: events carry the time at which they are made
  std::optional<std::uint64_t> count;
  std::optional<double> duration_s;
  std::optional<double> rate;  // events a second, 0 without limit; nothing: rounds of interval_s
  double interval_s = 5;
  std::optional<std::uint64_t> batch_size;  // events handed over at once; nothing: as the pace has it

  CopyPaths copies;
  std::string logfile;
  bool quiet = false;

  std::uint64_t events_per_round() const { return source == SourceKind::weather ? sensors : 1; }
  bool data_on_stdout() const { return copies.jsonl == "-" || copies.csv == "-"; }
  double round_s() const;  // between one batch, or one event of every sensor, and the next
  Pace pace() const;
};

struct ParsedOptions {
  Options options;
  std::optional<int> exit_code;  // there is nothing to run
  std::string text;              // help, or one sentence
};

ParsedOptions parse_options(int argc, const char* const* argv);

}  // namespace mini::sensor_gen
