#include "broker/config/describe.h"

#include <algorithm>
#include <utility>

namespace mini::broker {
namespace {

std::optional<std::string> shown(const Setting& setting, std::optional<std::string_view> value) {
  if (!value || setting.type == SettingType::password) return std::nullopt;
  return std::string(*value);
}

// Value and source are those of the first synonym, or null by default.
ConfigEntry make_entry(std::string name, const Setting& setting, std::vector<ConfigSynonym> synonyms) {
  ConfigEntry entry{std::move(name),
                    std::nullopt,
                    ConfigSource::default_config,
                    false,
                    setting.scope == Scope::broker,  // nothing of the broker changes while it runs
                    setting.type == SettingType::password,
                    setting.type,
                    setting.documentation,
                    std::move(synonyms)};
  if (!entry.synonyms.empty()) {
    entry.value = entry.synonyms.front().value;
    entry.source = entry.synonyms.front().source;
  }
  entry.is_default = entry.source == ConfigSource::default_config;
  return entry;
}

void add_given(std::vector<ConfigSynonym>& synonyms, const Setting& setting, std::string_view name,
               const Config& config) {
  const GivenValue* given = config.given(name);
  if (!given) return;
  synonyms.push_back({std::string(name), shown(setting, given->text), ConfigSource::static_broker_config});
}

void add_default(std::vector<ConfigSynonym>& synonyms, const Setting& setting, std::string_view name) {
  if (!setting.default_value) return;
  synonyms.push_back(
      {std::string(name), shown(setting, setting.default_value), ConfigSource::default_config});
}

ConfigEntry describe_topic_setting(const Setting& setting, const TopicConfig& topic) {
  std::vector<ConfigSynonym> synonyms;
  if (const auto own = topic.overrides().find(setting.name); own != topic.overrides().end()) {
    synonyms.push_back({own->first, own->second, ConfigSource::topic_config});
  }
  for (const Inherited& inherited : setting.inherits) {
    if (!inherited.name.empty()) add_given(synonyms, setting, inherited.name, topic.broker());
  }
  const std::string_view broker_name = setting.inherits[0].name;
  add_default(synonyms, setting, broker_name.empty() ? setting.name : broker_name);
  const bool is_own = topic.overrides().contains(setting.name);
  const auto inherited = topic.broker().topic_default(setting);
  ConfigEntry entry = make_entry(std::string(setting.name), setting, std::move(synonyms));
  if (!is_own) entry.value = inherited.text;  // in the topic's unit, where the synonym has the broker's
  return entry;
}

ConfigEntry describe_broker_setting(std::string_view name, const Setting& setting, const Config& config) {
  std::vector<ConfigSynonym> synonyms;
  add_given(synonyms, setting, name, config);
  add_default(synonyms, setting, name);
  return make_entry(std::string(name), setting, std::move(synonyms));
}

}  // namespace

std::vector<ConfigEntry> describe_topic(const TopicConfig& topic) {
  std::vector<ConfigEntry> entries;
  for (const Setting& setting : settings(Scope::topic))
    entries.push_back(describe_topic_setting(setting, topic));
  std::ranges::sort(entries, {}, &ConfigEntry::name);
  return entries;
}

std::vector<ConfigEntry> describe_broker(const Config& config) {
  std::vector<ConfigEntry> entries;
  for (const Setting& setting : settings(Scope::broker)) {
    if (!setting.is_family()) entries.push_back(describe_broker_setting(setting.name, setting, config));
  }
  for (const auto& [name, value] : config.all_given()) {
    const Setting& setting = *find_setting(name);
    if (setting.is_family()) entries.push_back(describe_broker_setting(name, setting, config));
  }
  std::ranges::sort(entries, {}, &ConfigEntry::name);
  return entries;
}

}  // namespace mini::broker
