#include "client/consumer/range_assignor.h"

#include <algorithm>
#include <set>

namespace mini::client {
namespace {

bool before(const GroupMember& a, const GroupMember& b) {
  if (a.instance_id.empty() != b.instance_id.empty()) return b.instance_id.empty();
  return a.instance_id.empty() ? a.id < b.id : a.instance_id < b.instance_id;
}

}  // namespace

std::map<std::string, std::vector<TopicPartition>> assign_ranges(
    std::vector<GroupMember> members, const std::map<std::string, std::int32_t>& partition_counts) {
  std::sort(members.begin(), members.end(), before);
  std::map<std::string, std::vector<TopicPartition>> assignment;
  std::map<std::string, std::vector<std::string>> subscribers;  // by topic, in order, each once
  for (const GroupMember& member : members) {
    assignment[member.id];
    for (const std::string& topic : std::set<std::string>(member.topics.begin(), member.topics.end()))
      subscribers[topic].push_back(member.id);
  }
  for (const auto& [topic, ids] : subscribers) {
    const auto found = partition_counts.find(topic);
    if (found == partition_counts.end()) continue;
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

}  // namespace mini::client
