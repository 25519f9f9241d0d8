#include "broker/groups/members.h"

#include <algorithm>
#include <cassert>

#include "broker/groups/memory.h"
#include "protocol/messages/consumer_protocol.h"

namespace mini::broker {

using protocol::ErrorCode;

namespace {

std::vector<MemberProtocol> one_of_each_name(std::vector<MemberProtocol> protocols) {
  std::set<std::string> seen;
  std::erase_if(protocols, [&](const MemberProtocol& each) { return !seen.insert(each.name).second; });
  protocols.shrink_to_fit();  // only what stays is counted
  return protocols;
}

}  // namespace

const MemberProtocol* Member::find(std::string_view protocol_name) const {
  const auto found = std::find_if(protocols.begin(), protocols.end(),
                                  [&](const MemberProtocol& each) { return each.name == protocol_name; });
  return found == protocols.end() ? nullptr : &*found;
}

Member* Members::find(const MemberId& id) {
  const auto found = members_.find(id);
  return found == members_.end() ? nullptr : &found->second;
}

const MemberId* Members::find_static(const std::string& group_instance_id) const {
  const auto found = static_ids_.find(group_instance_id);
  return found == static_ids_.end() ? nullptr : &found->second;
}

ErrorCode Members::check(const MemberClaim& claim) const {
  if (claim.group_instance_id) {
    const MemberId* id = find_static(*claim.group_instance_id);
    if (!id) return ErrorCode::unknown_member_id;
    if (*id != claim.member_id) return ErrorCode::fenced_instance_id;
  }
  return has(claim.member_id) ? ErrorCode::none : ErrorCode::unknown_member_id;
}

Member& Members::add(Member member) {
  assert(!has(member.id) && !member.join_waiter);
  if (member.group_instance_id) static_ids_[*member.group_instance_id] = member.id;
  if (leader_.empty()) leader_ = member.id;
  member.protocols = one_of_each_name(std::move(member.protocols));
  member.claim = MemoryClaim(memory_);
  const MemberId id = member.id;
  Member& added = members_.emplace(id, std::move(member)).first->second;
  added.claim.resize(charge(added));
  count_protocols(added, 1);
  return added;
}

void Members::remove(const MemberId& id) {
  const auto found = members_.find(id);
  if (found == members_.end()) return;
  const Member& member = found->second;
  if (member.waits_for_join()) --waiting_for_join_;
  if (member.group_instance_id) static_ids_.erase(*member.group_instance_id);
  count_protocols(member, -1);
  members_.erase(found);
  if (leader_ == id) leader_ = empty() ? MemberId() : members_.begin()->first;
}

Member& Members::replace_static(const MemberId& old_id, const MemberId& new_id) {
  auto node = members_.extract(old_id);
  assert(node && node.mapped().group_instance_id);
  node.key() = node.mapped().id = new_id;
  static_ids_[*node.mapped().group_instance_id] = new_id;
  if (leader_ == old_id) leader_ = new_id;
  return members_.insert(std::move(node)).position->second;
}

void Members::set_protocols(Member& member, std::vector<MemberProtocol> protocols) {
  count_protocols(member, -1);
  member.protocols = one_of_each_name(std::move(protocols));
  member.claim.resize(charge(member));
  count_protocols(member, 1);
}

void Members::assign(Member& member, protocol::Bytes assignment) {
  member.assignment = std::move(assignment);
  member.claim.resize(charge(member));
}

void Members::count_protocols(const Member& member, int change) {
  for (const MemberProtocol& each : member.protocols) {
    const auto entry = speakers_.try_emplace(each.name).first;
    entry->second = entry->second + static_cast<std::size_t>(change);
    if (entry->second == 0) speakers_.erase(entry);
  }
}

JoinAnswer Members::wait_for_join(Member& member, JoinAnswer answer) {
  JoinAnswer earlier = take_join_waiter(member);
  member.join_waiter = std::move(answer);
  ++waiting_for_join_;
  return earlier;
}

JoinAnswer Members::take_join_waiter(Member& member) {
  if (member.waits_for_join()) --waiting_for_join_;
  return std::exchange(member.join_waiter, {});
}

bool Members::elect_waiting_leader() {
  const Member* leader = find(leader_);
  if (leader && leader->waits_for_join()) return true;
  const auto came =
      std::find_if(begin(), end(), [](const auto& entry) { return entry.second.waits_for_join(); });
  if (came == end()) return false;
  leader_ = came->first;
  return true;
}

bool Members::all_speak_one_of(const std::vector<MemberProtocol>& protocols) const {
  return std::any_of(protocols.begin(), protocols.end(), [&](const MemberProtocol& each) {
    const auto found = speakers_.find(each.name);
    return found != speakers_.end() && found->second == size();
  });
}

std::string Members::vote() const {
  std::map<std::string_view, std::size_t> votes;
  for (const auto& [id, member] : members_) {
    const auto choice = std::find_if(member.protocols.begin(), member.protocols.end(),
                                     [&](const auto& each) { return speakers_.at(each.name) == size(); });
    if (choice != member.protocols.end()) ++votes[choice->name];
  }
  assert(!votes.empty() && "no member is let in who shares no protocol with the others");
  const auto fewer = [](const auto& a, const auto& b) { return a.second < b.second; };
  return std::string(std::max_element(votes.begin(), votes.end(), fewer)->first);
}

std::int32_t Members::rebalance_timeout_ms() const {
  std::int32_t greatest = 0;
  for (const auto& [id, member] : members_) greatest = std::max(greatest, member.rebalance_timeout_ms);
  return greatest;
}

std::optional<std::set<std::string, std::less<>>> Members::subscribed_topics(
    std::string_view protocol_name) const {
  std::set<std::string, std::less<>> topics;
  for (const auto& [id, member] : members_) {
    const MemberProtocol* chosen = member.find(protocol_name);
    const auto subscription = chosen ? protocol::decode_subscription(chosen->metadata) : std::nullopt;
    if (!subscription) return std::nullopt;
    topics.insert(subscription->topics.begin(), subscription->topics.end());
  }
  return topics;
}

}  // namespace mini::broker
