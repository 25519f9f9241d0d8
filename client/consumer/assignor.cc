#include "client/consumer/assignor.h"

namespace mini::client {
namespace {

constexpr Assignor assignors[] = {
    {"range", "RangeAssignor", false, false, assign_ranges},
    {"roundrobin", "RoundRobinAssignor", false, false, assign_round_robin},
    {"sticky", "StickyAssignor", false, true, assign_sticky},
    {"cooperative-sticky", "CooperativeStickyAssignor", true, false, assign_cooperative_sticky},
};

constexpr std::string_view java_package = "org.apache.kafka.clients.consumer.";

}  // namespace

const Assignor* find_assignor(std::string_view name) {
  if (name.substr(0, java_package.size()) == java_package) name.remove_prefix(java_package.size());
  for (const Assignor& each : assignors)
    if (name == each.name || name == each.java_class) return &each;
  return nullptr;
}

bool comes_before(const GroupMember& a, const GroupMember& b) {
  if (a.instance_id.empty() != b.instance_id.empty()) return b.instance_id.empty();
  return a.instance_id.empty() ? a.id < b.id : a.instance_id < b.instance_id;
}

}  // namespace mini::client
