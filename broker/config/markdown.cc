#include "broker/config/markdown.h"

#include <algorithm>
#include <vector>

#include "broker/config/settings.h"

namespace mini::broker {
namespace {

std::string_view type_name(SettingType type) {
  switch (type) {
    case SettingType::boolean: return "boolean";
    case SettingType::string: return "string";
    case SettingType::int32: return "int";
    case SettingType::int16: return "short";
    case SettingType::int64: return "long";
    case SettingType::float64: return "double";
    case SettingType::list: return "list";
    case SettingType::class_name: return "class";
    case SettingType::password: return "password";
  }
  return "";
}

std::string code(std::string_view text) { return "`" + std::string(text) + "`"; }

std::string default_of(const Setting& setting) {
  if (setting.is_family()) return "";
  if (!setting.default_value) return "none";
  return setting.default_value->empty() ? "empty" : code(*setting.default_value);
}

std::string choices_of(const Setting& setting) {
  std::string text(setting.choices);
  for (std::size_t comma = 0; (comma = text.find(',', comma)) != std::string::npos; comma += 2)
    text.insert(comma + 1, " ");
  return text;
}

std::string range_of(const Setting& setting) {
  if (!setting.choices.empty()) return choices_of(setting);
  if (setting.least && setting.most)
    return std::to_string(*setting.least) + " to " + std::to_string(*setting.most);
  if (setting.least) return "from " + std::to_string(*setting.least);
  return "";
}

std::string broker_names_of(const Setting& setting) {
  std::string names;
  for (const Inherited& inherited : setting.inherits) {
    if (inherited.name.empty()) break;
    names += (names.empty() ? "" : ", ") + code(inherited.name);
  }
  return names;
}

// With the sentence that is said at start, if there is one.
std::string meaning_of(const Setting& setting) {
  std::string text(setting.documentation);
  if (setting.remark.empty()) return text;
  text += " *";
  if (setting.remark_above) text += "Above " + std::to_string(*setting.remark_above) + ": ";
  return text + std::string(setting.remark) + ".*";
}

std::vector<const Setting*> sorted_rows(Scope scope, Standing standing) {
  std::vector<const Setting*> rows;
  for (const Setting& setting : settings(scope)) {
    if (setting.standing == standing) rows.push_back(&setting);
  }
  std::ranges::sort(rows, {}, [](const Setting* setting) { return setting->name; });
  return rows;
}

void add_row(std::string& out, std::initializer_list<std::string> cells) {
  for (const auto& cell : cells) out += "| " + cell + (cell.empty() ? "" : " ");
  out += "|\n";
}

void add_broker_table(std::string& out, Standing standing) {
  add_row(out, {"Setting", "Type", "Default", "Allowed", "What it does"});
  add_row(out, {"---", "---", "---", "---", "---"});
  for (const Setting* row : sorted_rows(Scope::broker, standing)) {
    add_row(out, {code(row->name), std::string(type_name(row->type)), default_of(*row), range_of(*row),
                  meaning_of(*row)});
  }
}

void add_topic_table(std::string& out, Standing standing) {
  add_row(out, {"Setting", "Type", "Default", "Allowed", "Broker's default", "What it does"});
  add_row(out, {"---", "---", "---", "---", "---", "---"});
  for (const Setting* row : sorted_rows(Scope::topic, standing)) {
    add_row(out, {code(row->name), std::string(type_name(row->type)), default_of(*row), range_of(*row),
                  broker_names_of(*row), meaning_of(*row)});
  }
}

constexpr std::string_view introduction = R"(# Configuration

This page is written from the table in `broker/config`; do not edit it.

A setting may come from several places. The later one wins: built-in defaults, the `server.properties` file, `KAFKA_*`
environment variables, `--override NAME=VALUE`, the program's own flags.

An environment variable names a setting by its letters in capitals after `KAFKA_`: `_` stands for a dot, `__` for an
underscore, `___` for a hyphen, so `KAFKA_NUM_PARTITIONS` is `num.partitions`. `CLUSTER_ID` is `cluster.id`.

A name that is in none of these tables is ignored with a warning that proposes the nearest one (of a `KAFKA_*` variable only
`--log-level debug` tells: other programs have such variables). A value that is not
allowed refuses the start and says where it stands; of a setting that is only accepted it is a warning, because the
value would change nothing here (Apache Kafka itself would refuse to start).
)";

constexpr std::string_view accepted_introduction = R"(
These may stand in a file made for Apache Kafka. They change nothing here; what is in italics is said at start when the
setting is given.

)";

}  // namespace

std::string configuration_markdown() {
  std::string out(introduction);
  out += "\n## The broker's settings\n\n";
  add_broker_table(out, Standing::honoured);
  out += "\n## Topics' settings\n\nGiven when a topic is created; otherwise the broker's default counts.\n\n";
  add_topic_table(out, Standing::honoured);
  out += "\n## The broker's settings that are accepted\n";
  out += accepted_introduction;
  add_broker_table(out, Standing::accepted);
  out += "\n## Topics' settings that are accepted\n\nThey are kept and described, and change nothing.\n\n";
  add_topic_table(out, Standing::accepted);
  return out;
}

}  // namespace mini::broker
