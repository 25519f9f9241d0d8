#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "alert_consumer/rules.h"

// Rules of the user's own, as JSON: a list of them, or an object whose `rules` is that list.
//
//   [{"name": "FROST", "metric": "temperature", "condition": "<", "threshold": 0, "severity": "WARNING"}]
//
//   auto parsed = parse_rules(text);
//   if (auto* mistakes = std::get_if<std::vector<Mistake>>(&parsed)) tell_each(*mistakes);
//
// Conditions: > < >= <= == !=. Severities: INFO, WARNING, CRITICAL, in capitals or not. All five fields are
// needed. Every mistake is told, in the order of the lines, unless the text is no JSON: then the first.
namespace mini::alerts {

struct Mistake {
  std::size_t line = 0;  // from 1; 0: the file as a whole
  std::string sentence;
  bool operator==(const Mistake&) const = default;
};

inline constexpr std::size_t rules_max = 1'000;
inline constexpr std::size_t mistakes_max = 20;  // further ones are not told

std::variant<std::vector<Rule>, std::vector<Mistake>> parse_rules(std::string_view text);

// Reads the file too; `text` of a mistake there begins with the file's name and line: "rules.json:3: ...".
std::variant<std::vector<Rule>, std::string> load_rules(const std::string& path);

}  // namespace mini::alerts
