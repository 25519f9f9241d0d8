#include "broker/config/topic_config.h"

#include "broker/config/setting_value.h"

namespace mini::broker {

std::optional<std::string> validate_topic_config(std::string_view name,
                                                 std::optional<std::string_view> value) {
  const Setting* setting = find_setting(name, Scope::topic);
  if (!setting) {
    const auto nearest = nearest_setting(name, Scope::topic);
    return "Unknown topic setting " + std::string(name) +
           (nearest.empty() ? "." : "; was " + std::string(nearest) + " meant?");
  }
  if (!value) return "The topic setting " + std::string(name) + " has no value.";
  const auto reason = why_invalid(*setting, *value);
  if (!reason) return std::nullopt;
  return "Invalid value " + std::string(*value) + " of the topic setting " + std::string(name) + ": " +
         *reason + ".";
}

std::optional<std::string> TopicConfig::set(std::string_view name, std::optional<std::string_view> value) {
  if (auto error = validate_topic_config(name, value)) return error;
  overrides_.insert_or_assign(std::string(name), std::string(trimmed(*value)));
  resolve();
  return std::nullopt;
}

void TopicConfig::resolve() {
  settings_ = broker_->topic_defaults();
  for (const auto& [name, value] : overrides_) assign(settings_, *find_setting(name, Scope::topic), value);
}

}  // namespace mini::broker
