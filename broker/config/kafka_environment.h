#pragma once

#include <optional>
#include <string>
#include <string_view>

// The rule by which container images of Kafka turn environment variables into settings.
//
//   setting_of_variable("KAFKA_NUM_PARTITIONS") == "num.partitions"     "_" is a dot,
//   setting_of_variable("KAFKA_A__B___C") == "a_b-c"                    "__" an underscore, "___" a hyphen
//   setting_of_variable("CLUSTER_ID") == "cluster.id"
//   setting_of_variable("KAFKA_HEAP_OPTS") == std::nullopt              for the Java machine, as "HOME" is
//   for others
namespace mini::broker {

std::optional<std::string> setting_of_variable(std::string_view variable);

}  // namespace mini::broker
