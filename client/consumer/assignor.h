#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "mini/record.h"
#include "protocol/ids.h"

// How the leader of a group shares partitions out among its members. Every member has an entry in the
// result, maybe an empty one; the order in which members are given makes no difference.
//
//   const Assignor* assignor = find_assignor("cooperative-sticky");
//   for (const auto& [member, partitions] : assignor->assign(members, counts)) ...
namespace mini::client {

struct GroupMember {
  std::string id;
  // Empty: a dynamic member. Static members come first, so that restarts move nothing.
  std::string instance_id;
  std::vector<std::string> topics;
  std::vector<TopicPartition> owned = {};  // what it says it had, and in which generation that was
  GenerationId generation = no_generation;
};

using PartitionCounts = std::map<std::string, std::int32_t>;
using GroupAssignment = std::map<std::string, std::vector<TopicPartition>>;

// The partitions of each topic in stretches: with members a and b, and a topic of three partitions, a gets 0
// and 1, b gets 2.
GroupAssignment assign_ranges(std::vector<GroupMember> members, const PartitionCounts& counts);
// The partitions of all topics in turn.
GroupAssignment assign_round_robin(std::vector<GroupMember> members, const PartitionCounts& counts);
// As evenly as the subscriptions allow; each partition stays where it was as far as that allows.
GroupAssignment assign_sticky(std::vector<GroupMember> members, const PartitionCounts& counts);
// The same, but a partition that moves is given to nobody as long as somebody still has it: its owner gives
// it up, and the next generation gives it out (KIP-429).
GroupAssignment assign_cooperative_sticky(std::vector<GroupMember> members, const PartitionCounts& counts);

struct Assignor {
  std::string_view name;  // librdkafka's, and the one that travels
  std::string_view java_class;
  bool cooperative;
  bool remembers;  // tells in its user data what the member had before
  GroupAssignment (*assign)(std::vector<GroupMember>, const PartitionCounts&);
};

// By either name, with or without Java's package. Nothing for another.
const Assignor* find_assignor(std::string_view name);

// Static members first, by their own names; then by member id.
bool comes_before(const GroupMember& a, const GroupMember& b);

}  // namespace mini::client
