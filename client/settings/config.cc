#include "mini/config.h"

#include <algorithm>
#include <numeric>

#include "client/settings/foreign.h"

namespace mini {
namespace {

template <class Visit>
void each_alias(const Setting& setting, Visit visit) {
  std::string_view rest = setting.aliases;
  while (!rest.empty()) {
    const std::size_t space = std::min(rest.find(' '), rest.size());
    visit(rest.substr(0, space));
    rest.remove_prefix(std::min(space + 1, rest.size()));
  }
}

const Setting* find(std::string_view key) {
  for (const Setting& setting : client_settings()) {
    bool known = setting.name == key;
    each_alias(setting, [&](std::string_view alias) { known |= alias == key; });
    if (known) return &setting;
  }
  return nullptr;
}

std::string_view canonical(std::string_view key) {
  const Setting* setting = find(key);
  return setting ? setting->name : key;
}

// How many letters have to be changed, added or removed to make one of the other.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i + 1);
    for (std::size_t j = 0; j < b.size(); ++j) {
      const std::size_t changed = diagonal + (a[i] == b[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({changed, row[j] + 1, diagonal + 1});
    }
  }
  return row.back();
}

std::string nearest_name(std::string_view key) {
  std::string_view nearest;
  std::size_t least = key.size() / 3 + 2;  // further away it is another word
  const auto consider = [&](std::string_view name) {
    const std::size_t away = distance(key, name);
    if (away < least) nearest = name, least = away;
  };
  for (const Setting& setting : client_settings()) {
    consider(setting.name);
    each_alias(setting, consider);
  }
  return std::string(nearest);
}

}  // namespace

Config::Config(std::initializer_list<Entry> entries) {
  for (const Entry& entry : entries) set(entry.first, entry.second);
}

Config& Config::set(std::string_view key, std::string_view value) {
  values_.insert_or_assign(std::string(canonical(key)), std::string(value));
  return *this;
}

std::optional<std::string> Config::get(std::string_view key) const {
  if (const auto found = values_.find(canonical(key)); found != values_.end()) return found->second;
  if (const Setting* setting = find(key)) return std::string(setting->default_value);
  return std::nullopt;
}

bool Config::is_set(std::string_view key) const { return values_.contains(canonical(key)); }

std::vector<Config::UnknownKey> Config::unknown_keys() const {
  std::vector<UnknownKey> unknown;
  for (const auto& [key, value] : values_)
    if (!find(key) && client::why_without_effect(key).empty()) unknown.push_back({key, nearest_name(key)});
  return unknown;
}

std::vector<std::string> Config::warnings() const {
  std::vector<std::string> sentences;
  for (const auto& [key, nearest] : unknown_keys())
    sentences.push_back("'" + key + "' is not a setting of this client" +
                        (nearest.empty() ? "." : " (did you mean '" + nearest + "'?)."));
  for (const auto& [key, value] : values_)
    if (const auto why = client::why_without_effect(key); !find(key) && !why.empty())
      sentences.push_back("'" + key + "' has no effect: " + std::string(why) + ".");
  return sentences;
}

}  // namespace mini
