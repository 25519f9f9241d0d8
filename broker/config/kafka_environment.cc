#include "broker/config/kafka_environment.h"

#include <algorithm>

#include "broker/config/setting_value.h"

namespace mini::broker {
namespace {

constexpr std::string_view prefix = "KAFKA_";

constexpr std::string_view not_settings[] = {
    "KAFKA_CLASSPATH", "KAFKA_DEBUG",   "KAFKA_GC_LOG_OPTS",
    "KAFKA_HEAP_OPTS", "KAFKA_HOME",    "KAFKA_JVM_PERFORMANCE_OPTS",
    "KAFKA_OPTS",      "KAFKA_VERSION",
};
constexpr std::string_view not_settings_prefixes[] = {"KAFKA_LOG4J_", "KAFKA_JMX_"};

bool is_for_the_java_machine(std::string_view variable) {
  return std::ranges::find(not_settings, variable) != std::end(not_settings) ||
         std::ranges::any_of(not_settings_prefixes, [&](auto start) { return variable.starts_with(start); });
}

char separator_of(std::size_t underscores) { return underscores == 1 ? '.' : underscores == 2 ? '_' : '-'; }

}  // namespace

std::optional<std::string> setting_of_variable(std::string_view variable) {
  if (variable == "CLUSTER_ID") return "cluster.id";
  if (!variable.starts_with(prefix) || is_for_the_java_machine(variable)) return std::nullopt;
  const std::string lower = lower_case(variable.substr(prefix.size()));
  std::string name;
  for (std::size_t i = 0; i < lower.size();) {
    std::size_t underscores = 0;
    while (underscores < 3 && i + underscores < lower.size() && lower[i + underscores] == '_') ++underscores;
    name += underscores == 0 ? lower[i] : separator_of(underscores);
    i += std::max<std::size_t>(1, underscores);
  }
  return name;
}

}  // namespace mini::broker
