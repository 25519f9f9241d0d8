#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "alert_consumer/reading.h"

// When a reading is worth an alert.
//
//   for (const Alert& alert : judge(reading, default_rules())) tell(alert.message);
//
// A reading without a rule's metric does not meet that rule.
namespace mini::alerts {

enum class Comparison { above, below };
enum class Severity { warning, critical };

struct Rule {
  std::string name;
  std::string metric;
  Comparison comparison;
  double threshold;
  Severity severity;
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

bool meets(const Rule& rule, double value);
std::vector<Alert> judge(const Reading& reading, std::span<const Rule> rules);

}  // namespace mini::alerts
