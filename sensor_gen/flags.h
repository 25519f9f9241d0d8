#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sensor_gen/options.h"

namespace CLI {
class App;
}

// The flags, their names and their texts. Only for options.cc, which understands what was typed.
namespace mini::sensor_gen {

// Flags of these groups belong to one source.
inline constexpr std::string_view weather_group = "Weather stations (--source weather)",
                                  uci_group = "UCI Air Quality file (--source uci)";

// What is typed before it is understood; the rest goes straight into the options.
struct Typed {
  std::optional<std::string> source;
  std::string start_time, topic, fill = "forward";
  std::string output_dir, jsonl_file, csv_file, event_hubs, event_hub;
  double spike = 0.002, stuck = 0.001, dropout = 0.001;
  std::optional<double> interval;
  bool use_kafka = false, no_kafka = false, help_config = false;
  std::vector<std::string> properties;
};

void add_flags(CLI::App& app, Options& options, Typed& typed);

}  // namespace mini::sensor_gen
