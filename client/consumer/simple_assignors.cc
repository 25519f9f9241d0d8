#include <algorithm>
#include <set>

#include "client/consumer/assignor.h"

// Range and round robin: they know nothing of what was before. Both give the same as Java's.
namespace mini::client {

GroupAssignment assign_ranges(std::vector<GroupMember> members, const PartitionCounts& counts) {
  std::sort(members.begin(), members.end(), comes_before);
  GroupAssignment assignment;
  std::map<std::string, std::vector<std::string>> subscribers;  // by topic, in order, each once
  for (const GroupMember& member : members) {
    assignment[member.id];
    for (const std::string& topic : std::set<std::string>(member.topics.begin(), member.topics.end()))
      subscribers[topic].push_back(member.id);
  }
  for (const auto& [topic, ids] : subscribers) {
    const auto found = counts.find(topic);
    if (found == counts.end()) continue;
    const auto share = found->second / static_cast<std::int32_t>(ids.size());
    auto with_one_more = found->second % static_cast<std::int32_t>(ids.size());
    std::int32_t next = 0;
    for (const std::string& id : ids) {
      const std::int32_t end = next + share + (with_one_more-- > 0 ? 1 : 0);
      for (; next < end; ++next) assignment[id].push_back({topic, next});
    }
  }
  return assignment;
}

GroupAssignment assign_round_robin(std::vector<GroupMember> members, const PartitionCounts& counts) {
  std::sort(members.begin(), members.end(), comes_before);
  GroupAssignment assignment;
  std::map<std::string, std::set<std::string_view>> subscribers;
  for (const GroupMember& member : members) {
    assignment[member.id];
    for (const std::string& topic : member.topics) subscribers[topic].insert(member.id);
  }
  std::size_t turn = 0;
  for (const auto& [topic, ids] : subscribers) {
    const auto found = counts.find(topic);
    for (std::int32_t id = 0; found != counts.end() && id < found->second; ++id) {
      while (!ids.contains(members[turn % members.size()].id)) ++turn;
      assignment[members[turn++ % members.size()].id].push_back({topic, id});
    }
  }
  return assignment;
}

}  // namespace mini::client
