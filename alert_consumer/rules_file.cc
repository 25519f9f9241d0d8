#include "alert_consumer/rules_file.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cerrno>
#include <cmath>
#include <cstring>
#include <fstream>
#include <optional>
#include <sstream>

#include "alert_consumer/lined_json.h"
#include "alert_consumer/nearest.h"

namespace mini::alerts {
namespace {

using Kind = LinedValue::Kind;

constexpr std::size_t rules_bytes_max = 4 * 1024 * 1024;

const std::vector<std::string> field_names{"name", "metric", "condition", "threshold", "severity"};
const std::vector<std::string> severities{"INFO", "WARNING", "CRITICAL"};
constexpr std::array<std::string_view, 6> conditions{">", "<", ">=", "<=", "==", "!="};

std::string upper(std::string text) {
  for (char& c : text) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return text;
}

template <class List, class Word>
std::optional<std::size_t> place_in(const List& list, const Word& word) {
  const auto found = std::find(std::begin(list), std::end(list), word);
  if (found == std::end(list)) return std::nullopt;
  return static_cast<std::size_t>(found - std::begin(list));
}

class Reader {
 public:
  std::variant<std::vector<Rule>, std::vector<Mistake>> read(std::string_view text) {
    const LinedJson json = read_lined_json(text);
    if (json.problem) {
      complain(json.problem_line, "this is not JSON: " + *json.problem + ".");
    } else if (const LinedValue* list = list_of(json.value)) {
      for (const LinedValue& item : list->items) read_rule(item);
      if (list->items.empty()) complain(list->line, "there is no rule in the list.");
      if (list->items.size() > rules_max)
        complain(list->line, "there are more than " + std::to_string(rules_max) + " rules.");
    }
    if (mistakes_.empty()) return std::move(rules_);
    std::stable_sort(mistakes_.begin(), mistakes_.end(), [](auto& a, auto& b) { return a.line < b.line; });
    return std::move(mistakes_);
  }

 private:
  void complain(std::size_t line, std::string sentence) {
    if (mistakes_.size() < mistakes_max) mistakes_.push_back({line, std::move(sentence)});
  }

  const LinedValue* list_of(const LinedValue& value) {
    if (value.kind == Kind::list) return &value;
    const auto at = place_in(value.names, std::string("rules"));
    if (at && value.items[*at].kind == Kind::list) return &value.items[*at];
    complain(value.line, "a list of rules is needed here: [{\"name\": ..., ...}, ...].");
    return nullptr;
  }

  void read_rule(const LinedValue& item) {
    if (item.kind != Kind::object) return complain(item.line, "a rule is an object: {\"name\": ..., ...}.");
    std::array<const LinedValue*, 5> fields{};
    for (std::size_t i = 0; i < item.items.size(); ++i) {
      const std::string& name = item.names[i];
      const auto at = place_in(field_names, name);
      if (!at)
        complain(item.name_lines[i], "a rule has no field '" + name + "'" + hint(name, field_names) + ".");
      else if (fields[*at])
        complain(item.name_lines[i], "'" + name + "' stands twice in this rule.");
      else
        fields[*at] = &item.items[i];
    }
    for (std::size_t i = 0; i < fields.size(); ++i)
      if (!fields[i]) complain(item.line, "this rule has no '" + field_names[i] + "'.");
    Rule rule;
    if (fields[0] && read_text(*fields[0], "name", rule.name)) check_name(*fields[0], rule.name);
    if (fields[1]) read_text(*fields[1], "metric", rule.metric);
    if (fields[2]) read_condition(*fields[2], rule.condition);
    if (fields[3]) read_threshold(*fields[3], rule.threshold);
    if (fields[4]) read_severity(*fields[4], rule.severity);
    rules_.push_back(std::move(rule));
  }

  bool read_text(const LinedValue& value, const std::string& what, std::string& out) {
    if (value.kind == Kind::text) out = value.text;
    if (!out.empty()) return true;
    complain(value.line, "'" + what + "' has to be a text that is not empty.");
    return false;
  }

  void check_name(const LinedValue& value, const std::string& name) {
    const auto same = [&](const Rule& rule) { return rule.name == name; };
    if (std::any_of(rules_.begin(), rules_.end(), same))
      complain(value.line, "a rule named '" + name + "' stands above; each needs a name of its own.");
  }

  void read_condition(const LinedValue& value, Condition& out) {
    const auto at = place_in(conditions, value.text);
    if (at) out = static_cast<Condition>(*at);
    if (!at) complain(value.line, "'condition' has to be one of > < >= <= == !=" + shown(value) + ".");
  }

  void read_threshold(const LinedValue& value, double& out) {
    if (value.kind == Kind::number) out = value.number;
    if (value.kind != Kind::number)
      complain(value.line, "'threshold' has to be a number" + shown(value) + ".");
  }

  void read_severity(const LinedValue& value, Severity& out) {
    const std::string typed = upper(value.text);
    const auto at = place_in(severities, typed);
    if (at) out = static_cast<Severity>(*at);
    if (!at)
      complain(value.line, "'severity' has to be INFO, WARNING or CRITICAL" + shown(value) +
                               hint(typed, severities) + ".");
  }

  static std::string shown(const LinedValue& value) {
    return value.kind == Kind::text ? ", not '" + value.text + "'" : "";
  }

  std::vector<Rule> rules_;
  std::vector<Mistake> mistakes_;
};

std::optional<std::string> read_file(const std::string& path) {
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  if (file && file.peek() == std::ifstream::traits_type::eof() && !file.bad()) return "";
  if (!file || !(text << file.rdbuf())) return std::nullopt;
  return std::move(text).str();
}

}  // namespace

std::variant<std::vector<Rule>, std::vector<Mistake>> parse_rules(std::string_view text) {
  if (text.size() > rules_bytes_max) return std::vector<Mistake>{{0, "the file is too large for rules."}};
  return Reader().read(text);
}

std::variant<std::vector<Rule>, std::string> load_rules(const std::string& path) {
  const auto text = read_file(path);
  if (!text)
    return "alert-consumer: Cannot read " + path +
           " (--rules): " + (errno != 0 ? std::strerror(errno) : "it is no plain file") + ".\n";
  auto parsed = parse_rules(*text);
  if (auto* rules = std::get_if<std::vector<Rule>>(&parsed)) return std::move(*rules);
  std::string sentences;
  for (const auto& [line, sentence] : std::get<std::vector<Mistake>>(parsed))
    sentences += path + ":" + (line ? std::to_string(line) + ": " : " ") + sentence + "\n";
  return sentences;
}

}  // namespace mini::alerts
