#include "broker/config/settings.h"

#include <algorithm>
#include <map>
#include <vector>

#include "broker/config/nearest_name.h"
#include "broker/config/setting_row.h"

namespace mini::broker {
namespace {

struct Table {
  std::vector<Setting> rows;
  std::map<std::string_view, const Setting*> by_name;
  std::vector<const Setting*> families;  // the longest beginning first
};

Table make_table(std::initializer_list<std::span<const table::Row>> parts) {
  Table table;
  for (const auto part : parts) table.rows.insert(table.rows.end(), part.begin(), part.end());
  for (const Setting& row : table.rows) {
    table.by_name.emplace(row.name, &row);
    if (row.is_family()) table.families.push_back(&row);
  }
  std::ranges::sort(table.families, std::ranges::greater{},
                    [](const Setting* row) { return row->name.size(); });
  return table;
}

const Table& table_of(Scope scope) {
  static const Table of_brokers = make_table({table::broker_rows(), table::accepted_rows()});
  static const Table of_topics = make_table({table::topic_rows()});
  return scope == Scope::broker ? of_brokers : of_topics;
}

bool belongs(std::string_view name, const Setting& family) {
  const auto beginning = family.name.substr(0, family.name.size() - 1);  // with its dot
  return name.size() > beginning.size() && name.starts_with(beginning);
}

}  // namespace

std::span<const Setting> settings(Scope scope) { return table_of(scope).rows; }

const Setting* find_setting(std::string_view name, Scope scope) {
  const Table& table = table_of(scope);
  if (const auto found = table.by_name.find(name); found != table.by_name.end()) {
    return found->second->is_family() ? nullptr : found->second;
  }
  for (const Setting* family : table.families) {
    if (belongs(name, *family)) return family;
  }
  return nullptr;
}

std::string_view nearest_setting(std::string_view name, Scope scope) {
  std::vector<std::string_view> names;
  for (const Setting& row : settings(scope)) {
    if (!row.is_family()) names.push_back(row.name);
  }
  return nearest_name(name, names);
}

}  // namespace mini::broker
