#include "broker/api/replica_assignment.h"

namespace mini::broker {

std::string why_bad_assignment(const std::map<PartitionId, std::vector<NodeId>>& replicas, NodeId node,
                               PartitionId first) {
  PartitionId expected = first;
  for (const auto& [partition, nodes] : replicas) {
    if (partition != expected++) return "Partitions must be numbered without gaps.";
    if (nodes.empty()) return "A partition needs at least one replica.";
    for (const NodeId each : nodes) {
      if (each != node) return "There is no broker " + std::to_string(each) + ".";
    }
    if (nodes.size() > 1) return "A broker can hold one replica of a partition.";
  }
  return "";
}

}  // namespace mini::broker
