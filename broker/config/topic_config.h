#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "broker/config/config.h"

// A topic's own settings over the broker's defaults.
//
//   TopicConfig config(broker_config);
//   if (const auto error = config.set("retention.ms", "60000")) return invalid_config(*error);
//   config.settings().retention_ms == 60000
//
// The broker's Config must outlive it. A value: copied to try a change, assigned to make it.
namespace mini::broker {

// Nothing if a topic may have it; else a sentence for INVALID_CONFIG. A null value (as requests can carry) is
// an error.
std::optional<std::string> validate_topic_config(std::string_view name,
                                                 std::optional<std::string_view> value);

class TopicConfig {
 public:
  using Overrides = std::map<std::string, std::string, std::less<>>;

  explicit TopicConfig(const Config& broker) : broker_(&broker), settings_(broker.topic_defaults()) {}

  // An error changes nothing.
  std::optional<std::string> set(std::string_view name, std::optional<std::string_view> value);

  const TopicSettings& settings() const { return settings_; }
  const Overrides& overrides() const { return overrides_; }
  const Config& broker() const { return *broker_; }

 private:
  void resolve();

  const Config* broker_;
  Overrides overrides_;
  TopicSettings settings_;
};

}  // namespace mini::broker
