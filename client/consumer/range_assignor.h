#pragma once

#include <map>
#include <string>
#include <vector>

#include "mini/record.h"

// Shares the partitions of each topic out in stretches: with members a and b, and a topic of three
// partitions, a gets 0 and 1, b gets 2. The same stretches as Java's range assignor gives.
namespace mini::client {

struct GroupMember {
  std::string id;
  std::string
      instance_id;  // empty: a dynamic member. Static members come first, so that restarts move nothing
  std::vector<std::string> topics;
};

// Every member has an entry, maybe an empty one.
std::map<std::string, std::vector<TopicPartition>> assign_ranges(
    std::vector<GroupMember> members, const std::map<std::string, std::int32_t>& partition_counts);

}  // namespace mini::client
