#include <cassert>

#include "broker/config/config.h"
#include "broker/config/kafka_environment.h"
#include "broker/config/properties.h"
#include "broker/config/setting_value.h"

namespace mini::broker {

// Puts the layers on each other, the weakest first, and judges each value as it comes.
class ConfigLoader {
 public:
  LoadedConfig load(const ConfigInput& input) {
    if (input.file) add_file(*input.file);
    for (const auto& [variable, value] : input.environment) add_variable(variable, value);
    for (const auto& [name, value] : input.overrides)
      add_named(name, value, {Layer::overrides, "--override"});
    for (const auto& flag : input.flags) add_flag(flag);
    loaded_.config.resolve(loaded_.problems.errors);
    return std::move(loaded_);
  }

 private:
  void add_file(const ConfigInput::File& file) {
    const Properties properties = parse_properties(file.text);
    if (properties.error) loaded_.problems.errors.push_back(file.name + ": " + *properties.error);
    std::map<std::string_view, int> lines;
    for (const auto& [key, value, line] : properties.entries) {
      const std::string where = file.name + ":" + std::to_string(line);
      const auto [before, is_first] = lines.emplace(key, line);
      if (!is_first) {
        warn(where + ": " + key + " is given again; line " + std::to_string(before->second) +
             " no longer counts");
        before->second = line;
      }
      add_named(key, value, {Layer::file, where});
    }
  }

  void add_variable(const std::string& variable, const std::string& value) {
    const auto name = setting_of_variable(variable);
    if (!name) return;
    if (const Setting* setting = find_setting(*name)) {
      add(*setting, *name, value, {Layer::environment, variable});
    } else {
      loaded_.problems.debug.push_back(variable + " is ignored: " + *name + " is not a setting");
    }
  }

  void add_flag(const ConfigInput::Flag& flag) {
    const Setting* setting = find_setting(flag.setting);
    assert(setting != nullptr);
    add(*setting, flag.setting, flag.value, {Layer::flags, flag.flag});
  }

  void add_named(const std::string& name, const std::string& value, Source source) {
    if (const Setting* setting = find_setting(name)) return add(*setting, name, value, std::move(source));
    const auto nearest = nearest_setting(name);
    warn(source.where + ": " + name + " is not a setting and is ignored" +
         (nearest.empty() ? "" : "; was " + std::string(nearest) + " meant?"));
  }

  void add(const Setting& setting, const std::string& name, const std::string& value, Source source) {
    const auto reason = why_invalid(setting, value);
    if (!reason) {
      loaded_.config.given_.insert_or_assign(name,
                                             GivenValue{std::string(trimmed(value)), std::move(source)});
      return;
    }
    const std::string shown = setting.type == SettingType::password ? "(hidden)" : value;
    const std::string sentence = source.where + ": " + name + "=" + shown + ": " + *reason;
    if (setting.standing == Standing::honoured) {
      loaded_.problems.errors.push_back(sentence);
    } else {
      warn(sentence + "; ignored");
    }
  }

  void warn(std::string sentence) { loaded_.problems.warnings.push_back(std::move(sentence)); }

  LoadedConfig loaded_;
};

LoadedConfig load_config(const ConfigInput& input) { return ConfigLoader().load(input); }

}  // namespace mini::broker
