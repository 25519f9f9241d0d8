#pragma once

#include <map>
#include <string>
#include <vector>

#include "protocol/ids.h"

// Judges a replica assignment that an administrator wrote by hand.
namespace mini::broker {

// Why this is no assignment for partitions `first`, `first` + 1, ... of a cluster of one node; "" where it is
// one.
std::string why_bad_assignment(const std::map<PartitionId, std::vector<NodeId>>& replicas, NodeId node,
                               PartitionId first = 0);

}  // namespace mini::broker
