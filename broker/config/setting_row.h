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
  constexpr Row from(std::int64_t lowest) const {
    return with([&](Row& row) { row.least = lowest; });
  }
  constexpr Row to(std::int64_t highest) const {
    return with([&](Row& row) { row.most = highest; });
  }
  constexpr Row one_of(std::string_view names) const {
    return with([&](Row& row) { row.choices = names; });
  }
  constexpr Row high() const {
    return with([](Row& row) { row.importance = Importance::high; });
  }
  constexpr Row low() const {
    return with([](Row& row) { row.importance = Importance::low; });
  }
  constexpr Row inherits_from(Inherited first, Inherited second = {}, Inherited third = {}) const {
    return with([&](Row& row) { row.inherits = {first, second, third}; });
  }
  constexpr Row says(std::string_view sentence) const {
    return with([&](Row& row) { row.remark = sentence; });
  }
  constexpr Row warns(std::string_view sentence) const {
    return says(sentence).with([](Row& row) { row.remark_level = Level::warn; });
  }
  constexpr Row when_above(std::int64_t value) const {
    return with([&](Row& row) { row.remark_above = value; });
  }

 private:
  template <typename Change>
  constexpr Row with(Change change) const {
    Row row = *this;
    change(row);
    return row;
  }
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
