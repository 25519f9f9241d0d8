#pragma once

#include <map>
#include <set>

#include "broker/groups/member.h"

// The members of one classic group, and what follows from them: who leads, which protocols all of them
// speak, whether all have come. No time and no states here.
//
//   Member& member = members.add(std::move(newcomer));
//   members.wait_for_join(member, std::move(answer));
//   if (members.all_wait_for_join()) protocol = members.vote();
//
// A Member stays where it is for as long as it is in the group, also when its id is replaced.
namespace mini::broker {

class Members {
 public:
  explicit Members(MemoryBudget& memory) : memory_(memory) {}

  using Map = std::map<MemberId, Member, std::less<>>;

  Map::const_iterator begin() const { return members_.begin(); }
  Map::const_iterator end() const { return members_.end(); }
  Map::iterator begin() { return members_.begin(); }
  Map::iterator end() { return members_.end(); }
  std::size_t size() const { return members_.size(); }
  bool empty() const { return members_.empty(); }
  bool has(const MemberId& id) const { return members_.contains(id); }
  Member* find(const MemberId& id);
  const MemberId* find_static(const std::string& group_instance_id) const;  // the id it has now

  // NONE when there is such a member; 25 when not; 82 when the instance id has gone to another member id.
  protocol::ErrorCode check(const MemberClaim& claim) const;

  Member& add(Member member);  // the first becomes the leader
  void remove(const MemberId& id);
  Member& replace_static(const MemberId& old_id, const MemberId& new_id);
  void set_protocols(Member& member, std::vector<MemberProtocol> protocols);
  void assign(Member& member, protocol::Bytes assignment);

  // A second JoinGroup of a member takes the place of the first; the first answer is handed back.
  JoinAnswer wait_for_join(Member& member, JoinAnswer answer);
  JoinAnswer take_join_waiter(Member& member);
  std::size_t waiting_for_join() const { return waiting_for_join_; }
  bool all_wait_for_join() const { return waiting_for_join_ == members_.size(); }

  const MemberId& leader() const { return leader_; }  // "": none
  void set_leader(MemberId id) { leader_ = std::move(id); }
  bool leads(const Member& member) const { return member.id == leader_; }
  bool elect_waiting_leader();  // keeps a leader who came; false when nobody came

  bool all_speak_one_of(const std::vector<MemberProtocol>& protocols) const;
  // Each member votes for the first of its own list that all speak; the one with the most votes.
  std::string vote() const;
  std::int32_t rebalance_timeout_ms() const;  // the greatest
  // The topics of all members' consumer subscriptions; nothing when one of them cannot be read.
  std::optional<std::set<std::string, std::less<>>> subscribed_topics(std::string_view protocol_name) const;

 private:
  void count_protocols(const Member& member, int change);

  MemoryBudget& memory_;
  Map members_;
  std::map<std::string, MemberId> static_ids_;   // by instance id
  std::map<std::string, std::size_t> speakers_;  // how many members speak a protocol
  std::size_t waiting_for_join_ = 0;
  MemberId leader_;
};

}  // namespace mini::broker
