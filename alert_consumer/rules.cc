#include "alert_consumer/rules.h"

#include <algorithm>
#include <charconv>

namespace mini::alerts {
namespace {

std::string_view words_of(Condition condition) {
  switch (condition) {
    case Condition::above: return " is above ";
    case Condition::below: return " is below ";
    case Condition::at_least: return " is at least ";
    case Condition::at_most: return " is at most ";
    case Condition::equal: return " is ";
    case Condition::not_equal: return " is not ";
  }
  return " ";
}

Alert alert_of(const Rule& rule, double value) {
  std::string message = rule.metric + " " + shortest(value);
  message.append(words_of(rule.condition)).append(shortest(rule.threshold));
  return {rule.name, rule.severity, rule.metric, value, rule.threshold, std::move(message)};
}

}  // namespace

std::string shortest(double number) {
  char text[32];
  const auto end = std::to_chars(text, text + sizeof text, number).ptr;
  return {text, end};
}

std::span<const Rule> default_rules() {
  using enum Condition;
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
  switch (severity) {
    case Severity::info: return "INFO";
    case Severity::warning: return "WARNING";
    case Severity::critical: return "CRITICAL";
  }
  return "";
}

bool meets(const Rule& rule, double value) {
  switch (rule.condition) {
    case Condition::above: return value > rule.threshold;
    case Condition::below: return value < rule.threshold;
    case Condition::at_least: return value >= rule.threshold;
    case Condition::at_most: return value <= rule.threshold;
    case Condition::equal: return value == rule.threshold;
    case Condition::not_equal: return value != rule.threshold;
  }
  return false;
}

RuleSet::RuleSet(std::span<const Rule> rules)
    : rules_(rules.begin(), rules.end()), metrics_(weather_metrics.begin(), weather_metrics.end()) {
  for (const Rule& rule : rules_) {
    auto found = std::find(metrics_.begin(), metrics_.end(), rule.metric);
    if (found == metrics_.end()) found = metrics_.insert(found, rule.metric);
    metric_of_.push_back(static_cast<std::size_t>(found - metrics_.begin()));
  }
}

std::vector<Alert> RuleSet::judge(const Reading& reading) const {
  std::vector<Alert> alerts;
  for (std::size_t i = 0; i < rules_.size(); ++i)
    if (const double value = reading.metrics[metric_of_[i]]; is_there(value) && meets(rules_[i], value))
      alerts.push_back(alert_of(rules_[i], value));
  return alerts;
}

}  // namespace mini::alerts
