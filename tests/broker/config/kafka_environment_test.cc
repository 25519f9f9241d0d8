#include "broker/config/kafka_environment.h"

#include <doctest/doctest.h>

using mini::broker::setting_of_variable;

TEST_CASE("a variable's name becomes a setting's by the rule of Kafka's images") {
  struct Row {
    std::string_view variable, setting;  // empty: none
  };
  const Row rows[] = {
      {"KAFKA_NUM_PARTITIONS", "num.partitions"},
      {"KAFKA_PROCESS_ROLES", "process.roles"},
      {"KAFKA_LISTENER_NAME_A__B_SSL", "listener.name.a_b.ssl"},
      {"KAFKA_A___B", "a-b"},
      {"KAFKA_A____B", "a-.b"},
      {"KAFKA_A_____B", "a-_b"},
      {"KAFKA_A_", "a."},
      {"KAFKA_a1", "a1"},
      {"KAFKA_", ""},
      {"CLUSTER_ID", "cluster.id"},
      {"KAFKA_CLUSTER_ID", "cluster.id"},
      {"KAFKA_HEAP_OPTS", ""},
      {"KAFKA_JVM_PERFORMANCE_OPTS", ""},
      {"KAFKA_LOG4J_ROOT_LOGLEVEL", ""},
      {"KAFKA_JMX_PORT", ""},
      {"KAFKA_OPTS", ""},
      {"KAFKA_VERSION", ""},
      {"HOME", ""},
      {"", ""},
      {"kafka_num_partitions", ""},
      {"MY_KAFKA_NUM_PARTITIONS", ""},
  };
  for (const Row& row : rows) {
    CAPTURE(row.variable);
    CHECK(setting_of_variable(row.variable).value_or("") == row.setting);
  }
}
