#include "broker/config/settings.h"

#include <algorithm>
#include <map>
#include <vector>

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

// Letters to add, remove or replace to make `b` of `a`.
std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> above(b.size() + 1), row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) above[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = above[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      row[j] = std::min({replaced, above[j] + 1, row[j - 1] + 1});
    }
    std::swap(above, row);
  }
  return above[b.size()];
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
  constexpr std::size_t name_bytes_max = 200;  // a longer one is no slip of the finger
  std::string_view nearest;
  if (name.size() > name_bytes_max) return nearest;
  std::size_t least = std::max<std::size_t>(2, name.size() / 4) + 1;
  for (const Setting& row : settings(scope)) {
    if (row.is_family()) continue;
    const std::size_t distance = edit_distance(name, row.name);
    if (distance < least) {
      least = distance;
      nearest = row.name;
    }
  }
  return nearest;
}

}  // namespace mini::broker
