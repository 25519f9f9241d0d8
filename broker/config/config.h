#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "broker/config/broker_settings.h"
#include "broker/config/listeners.h"
#include "broker/config/settings.h"

// The broker's settings: what was given, from where, and what follows from it.
//
//   ConfigInput input;
//   input.file = {"server.properties", text_of_the_file};
//   input.environment = {{"KAFKA_NUM_PARTITIONS", "3"}};
//   input.overrides = {{"num.partitions", "4"}};
//   auto [config, problems] = load_config(input);
//   if (!problems.errors.empty()) refuse_to_start(problems.errors);
//   config.broker().num_partitions == 4
//
// Layers, the later wins: defaults, file, environment, overrides, flags. Nothing here reads a file or the
// process's environment: both are handed over. A Config is not changed after it was made; any thread may read
// it.
namespace mini::broker {

enum class Layer { defaults, file, environment, overrides, flags };

struct Source {
  Layer layer = Layer::defaults;
  std::string where;  // "server.properties:12", "KAFKA_NUM_PARTITIONS", "--override", "--listen"; "default"

  friend bool operator==(const Source&, const Source&) = default;
};

struct GivenValue {
  std::string text;  // without blanks around it
  Source source;
};

struct ConfigInput {
  struct File {
    std::string name;  // as the user wrote it; only for messages
    std::string text;  // in .properties form
  };
  struct Flag {
    std::string setting, value;
    std::string flag;  // "--listen", only for messages
  };

  std::optional<File> file;
  std::vector<std::pair<std::string, std::string>> environment;  // all of it may be given; see environment.h
  std::vector<std::pair<std::string, std::string>> overrides;
  std::vector<Flag> flags;
};

// Whole sentences. Errors refuse the start; warnings and debug lines are for the log.
struct Problems {
  std::vector<std::string> errors, warnings, debug;
};

class Config {
 public:
  Config();  // nothing given: all defaults

  const BrokerSettings& broker() const { return broker_; }        // for whoever asks often
  const TopicSettings& topic_defaults() const { return topic_; }  // of a topic without settings of its own
  const Listeners& listeners() const { return listeners_; }

  // What was given for this name in any layer, or null. Broker names only.
  const GivenValue* given(std::string_view name) const;
  const std::map<std::string, GivenValue, std::less<>>& all_given() const { return given_; }

  // Given, or else the default; nothing if there is neither. The name must be one of the table.
  std::optional<std::string_view> text(std::string_view name) const;
  std::optional<std::int64_t> integer(std::string_view name) const;
  bool boolean(std::string_view name) const;

  // What a topic without that setting of its own gets, as text, and from which broker setting.
  struct TopicDefault {
    std::optional<std::string> text;
    const GivenValue* given = nullptr;  // null: the table's default
    std::string_view broker_name;       // the setting that was given; else empty
  };
  TopicDefault topic_default(const Setting& topic_setting) const;

 private:
  friend class ConfigLoader;
  void resolve(std::vector<std::string>& errors);

  std::map<std::string, GivenValue, std::less<>> given_;
  BrokerSettings broker_;
  TopicSettings topic_;
  Listeners listeners_;
};

struct LoadedConfig {
  Config config;  // of use only if there are no errors
  Problems problems;
};

LoadedConfig load_config(const ConfigInput& input);

}  // namespace mini::broker
