#pragma once

#include "broker/config/settings.h"

// How the rows of the table are written; for the settings_*.cc files alone.
//
//   honoured("num.partitions", int32, "1", "Partitions of ...").from(1),
//   accepted("zookeeper.*", string, null, "...").warns("ZooKeeper mode ..."),
namespace mini::broker::table {

using enum SettingType;
inline constexpr std::optional<std::string_view> null = std::nullopt;
inline constexpr std::string_view int32_max = "2147483647";
inline constexpr std::string_view int64_max = "9223372036854775807";

struct Row : Setting {
  constexpr Row from(std::int64_t lowest) && { return least = lowest, *this; }
  constexpr Row to(std::int64_t highest) && { return most = highest, *this; }
  constexpr Row one_of(std::string_view names) && { return choices = names, *this; }
  constexpr Row high() && { return importance = Importance::high, *this; }
  constexpr Row low() && { return importance = Importance::low, *this; }
  constexpr Row inherits_from(Inherited first, Inherited second = {}, Inherited third = {}) && {
    return inherits = {first, second, third}, *this;
  }
  constexpr Row says(std::string_view sentence) && { return remark = sentence, *this; }
  constexpr Row warns(std::string_view sentence) && {
    return remark = sentence, remark_level = Level::warn, *this;
  }
  constexpr Row when_above(std::int64_t value) && { return remark_above = value, *this; }
};

constexpr Row make_row(Standing standing, Scope scope, std::string_view name, SettingType type,
                       std::optional<std::string_view> default_value, std::string_view documentation) {
  Row row;
  row.name = name;
  row.type = type;
  row.default_value = default_value;
  row.standing = standing;
  row.scope = scope;
  row.documentation = documentation;
  return row;
}

constexpr Row honoured(std::string_view name, SettingType type, std::optional<std::string_view> default_value,
                       std::string_view documentation) {
  return make_row(Standing::honoured, Scope::broker, name, type, default_value, documentation);
}

constexpr Row accepted(std::string_view name, SettingType type, std::optional<std::string_view> default_value,
                       std::string_view documentation) {
  return make_row(Standing::accepted, Scope::broker, name, type, default_value, documentation);
}

constexpr Row of_topic(Row row) {
  row.scope = Scope::topic;
  return row;
}

std::span<const Row> broker_rows();    // honoured by the broker
std::span<const Row> accepted_rows();  // accepted by the broker
std::span<const Row> topic_rows();     // of topics

}  // namespace mini::broker::table
