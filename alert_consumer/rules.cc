#include "alert_consumer/rules.h"

#include <charconv>

namespace mini::alerts {
namespace {

std::string shortest(double value) {
  char text[32];
  const auto end = std::to_chars(text, text + sizeof text, value).ptr;
  return {text, end};
}

Alert alert_of(const Rule& rule, double value) {
  const std::string_view how = rule.comparison == Comparison::above ? " is above " : " is below ";
  return {rule.name,      rule.severity,
          rule.metric,    value,
          rule.threshold, rule.metric + " " + shortest(value) + std::string(how) + shortest(rule.threshold)};
}

}  // namespace

std::span<const Rule> default_rules() {
  using enum Comparison;
  using enum Severity;
  static const std::vector<Rule> rules{
      {"HIGH_TEMP", "temperature", above, 40.0, critical},
      {"LOW_TEMP", "temperature", below, 0.0, warning},
      {"LOW_HUMIDITY", "humidity", below, 20.0, warning},
      {"HIGH_HUMIDITY", "humidity", above, 90.0, warning},
      {"HIGH_WIND", "wind_speed", above, 50.0, warning},
      {"LOW_PRESSURE", "pressure", below, 980.0, warning},
      {"HIGH_PRESSURE", "pressure", above, 1040.0, warning},
  };
  return rules;
}

std::string_view name_of(Severity severity) {
  return severity == Severity::critical ? "CRITICAL" : "WARNING";
}

bool meets(const Rule& rule, double value) {
  return rule.comparison == Comparison::above ? value > rule.threshold : value < rule.threshold;
}

std::vector<Alert> judge(const Reading& reading, std::span<const Rule> rules) {
  std::vector<Alert> alerts;
  for (const Rule& rule : rules) {
    const auto metric = reading.metrics.find(rule.metric);
    if (metric != reading.metrics.end() && meets(rule, metric->second))
      alerts.push_back(alert_of(rule, metric->second));
  }
  return alerts;
}

}  // namespace mini::alerts
