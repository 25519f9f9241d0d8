#pragma once

#include <algorithm>
#include <cstdint>
#include <initializer_list>

// Bits of the authorized-operations fields, numbered as Kafka's access-control operations. Without access
// control every operation on a resource of a kind is allowed.
namespace mini::broker {

namespace operation {
inline constexpr int read = 3, write = 4, create = 5, remove = 6, alter = 7, describe = 8, cluster_action = 9,
                     describe_configs = 10, alter_configs = 11, idempotent_write = 12;
}

constexpr std::int32_t operation_bits(std::initializer_list<int> operations) {
  std::int32_t bits = 0;
  for (const int each : operations) bits |= 1 << each;
  return bits;
}

inline constexpr std::int32_t topic_operations = operation_bits(
    {operation::read, operation::write, operation::create, operation::describe, operation::remove,
     operation::alter, operation::describe_configs, operation::alter_configs});
inline constexpr std::int32_t cluster_operations =
    operation_bits({operation::create, operation::alter, operation::describe, operation::cluster_action,
                    operation::describe_configs, operation::alter_configs, operation::idempotent_write});
inline constexpr std::int32_t group_operations =
    operation_bits({operation::read, operation::describe, operation::remove, operation::describe_configs,
                    operation::alter_configs});

}  // namespace mini::broker
