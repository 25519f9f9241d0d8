#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "broker/config/config.h"
#include "broker/config/topic_config.h"

// Settings as DescribeConfigs v1-4 answers them, sorted by name.
//
//   for (const ConfigEntry& entry : describe_topic(topic.config())) ...
namespace mini::broker {

enum class ConfigSource : std::int8_t {
  topic_config = 1,
  dynamic_broker_config = 2,
  static_broker_config = 4,
  default_config = 5,
};

struct ConfigSynonym {
  std::string name;
  std::optional<std::string> value;  // nothing: null, or a password
  ConfigSource source;
};

struct ConfigEntry {
  std::string name;
  std::optional<std::string> value;  // nothing: null, or a password
  ConfigSource source;
  bool is_default;
  bool read_only;
  bool sensitive;
  SettingType type;
  std::string_view documentation;
  std::vector<ConfigSynonym> synonyms;  // where the value could come from, the winner first
};

std::vector<ConfigEntry> describe_topic(const TopicConfig& topic);
std::vector<ConfigEntry> describe_broker(const Config& config);

}  // namespace mini::broker
