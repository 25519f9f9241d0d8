#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "alert_consumer/reading.h"

// When a reading is worth an alert.
//
//   const RuleSet rules(default_rules());
//   ReadingParser parser(rules.metrics());
//   for (const Alert& alert : rules.judge(reading)) tell(alert.message);
//
// A reading without a rule's metric does not meet that rule.
namespace mini::alerts {

enum class Condition : std::uint8_t { above, below, at_least, at_most, equal, not_equal };
enum class Severity : std::uint8_t { info, warning, critical };

struct Rule {
  std::string name;  // no two of a set have the same
  std::string metric;
  Condition condition = Condition::above;
  double threshold = 0;
  Severity severity = Severity::warning;
  bool operator==(const Rule&) const = default;
};

struct Alert {
  std::string type;  // the rule's name
  Severity severity;
  std::string metric;
  double value;
  double threshold;
  std::string message;  // "temperature 43.1 is above 40"
  bool operator==(const Alert&) const = default;
};

std::span<const Rule> default_rules();  // seven
std::string_view name_of(Severity severity);
std::string shortest(double number);  // the fewest digits that give the same number again

bool meets(const Rule& rule, double value);

class RuleSet {
 public:
  explicit RuleSet(std::span<const Rule> rules);

  std::size_t size() const { return rules_.size(); }
  // What a parser has to look for: the weather's, then whatever else the rules ask for.
  std::span<const std::string> metrics() const { return metrics_; }
  std::vector<Alert> judge(const Reading& reading) const;  // of a parser with these metrics

 private:
  std::vector<Rule> rules_;
  std::vector<std::string> metrics_;
  std::vector<std::size_t> metric_of_;  // of each rule, its metric's place
};

}  // namespace mini::alerts
