#pragma once

#include <set>

#include "broker/groups/group_environment.h"
#include "broker/groups/members.h"
#include "broker/groups/offsets.h"

// One classic consumer group, as Kafka's group coordinator keeps it:
//
//   Empty -> PreparingRebalance -> CompletingRebalance -> Stable -> PreparingRebalance -> ... -> Empty
//            members are gathered  the leader assigns
//
// A settled group (Empty or Stable) is what a restart would know: a group settles, and a settled group
// changes, in apply() alone. What goes on in a rebalance is not stored; a restart in the middle of one falls
// back to the generation settled before, and its members are told to join again.
//
// Owned by Groups, which alone calls it. A group's timers die with it.
namespace mini::broker {

class ClassicGroup {
 public:
  ClassicGroup(std::string id, GroupEnvironment& environment);
  ClassicGroup(const ClassicGroup&) = delete;
  ClassicGroup& operator=(const ClassicGroup&) = delete;

  void join(const JoinInput& input, JoinAnswer answer);
  void sync(const SyncInput& input, SyncAnswer answer);
  protocol::ErrorCode heartbeat(const MemberClaim& claim);
  std::vector<protocol::ErrorCode> leave(const std::vector<LeavingMember>& leaving);  // one for each
  protocol::ErrorCode may_commit(const MemberClaim& claim);  // a commit that may is a heartbeat too

  void apply(const GroupMetadataValue& value);
  void watch_sessions();  // of members that came by apply() alone: begin now

  GroupState state() const { return state_; }
  bool unused() const { return state_ == GroupState::empty && pending_.empty(); }
  const std::string& protocol_type() const { return protocol_type_; }
  GroupDescription describe() const;
  bool subscribes_to(std::string_view topic) const;  // where that cannot be read: yes
  bool of_consumers() const { return protocol_type_ == "consumer"; }
  OffsetExpiry offset_expiry() const;  // by the time of the call that is being served

 private:
  struct ToldId {
    Timer deadline;
    MemoryClaim claim;
  };
  enum class Gathering { none, initial, again };  // an Empty group waits for company

  // joining (classic_group_join.cc)
  bool accepts(const MemberId& id);
  bool speaks_with(const JoinInput& input) const;
  bool refused_for_memory(const JoinInput& input, const MemberId& id, const Member* known,
                          JoinAnswer& answer);
  void join_new(const JoinInput& input, JoinAnswer answer);
  void join_known(const JoinInput& input, JoinAnswer answer);
  void tell_member_id(const JoinInput& input, const MemberId& id, JoinAnswer answer);
  void admit(const JoinInput& input, const MemberId& id, JoinAnswer answer);
  void rejoin(Member& member, const JoinInput& input, JoinAnswer answer);
  void update(Member& member, const JoinInput& input, JoinAnswer answer);
  void take_over(const JoinInput& input, const MemberId& old_id, const MemberId& new_id, JoinAnswer answer);
  void return_to_stable(Member& member, const MemberId& old_leader, bool may_skip_assignment);
  void refuse(JoinAnswer answer, const MemberId& id, protocol::ErrorCode error);
  JoinResult current_generation(const Member& member, bool with_members) const;
  std::vector<JoinResult::Member> member_list() const;

  // rebalances (classic_group.cc)
  void rebalance_or_complete(std::string reason);
  void rebalance(std::string reason);
  void wait_for_company(std::int64_t delay_ms, std::int64_t remaining_ms);
  void complete_join_if_all_came();
  void complete_join();
  void drop_who_did_not_come();
  void settle_empty();
  void begin_generation();
  void drop_who_did_not_sync();

  // members (classic_group_member.cc)
  void refuse(SyncAnswer answer, protocol::ErrorCode error);
  protocol::ErrorCode leave_one(const LeavingMember& leaving);
  void remove(Member& member, std::string_view reason);
  void session_expired(Member& member);
  void pending_expired(const MemberId& id);
  void keep_alive(Member& member);
  void settle_assignments(const SyncInput& input);
  bool has_room(const GroupMetadataValue& assigned);
  void answer_syncs(protocol::ErrorCode error);
  bool inconsistent(const SyncInput& input) const;
  GroupMetadataValue record() const;  // of the group as it is
  void apply(const GroupMetadataValue::MemberMetadata& stored, const std::string& protocol_name);
  void store(GroupMetadataValue value);
  void remember_subscriptions();
  void count_memory();

  const std::string id_;
  GroupEnvironment& env_;

  // Stored, once settled.
  GroupState state_ = GroupState::empty;
  GenerationId generation_id_ = 0;
  std::string protocol_type_;  // "": none yet
  std::optional<std::string> protocol_name_;
  TimestampMs settled_at_ = no_timestamp;
  Members members_;

  // Not stored.
  std::map<MemberId, ToldId> pending_;  // have not come back with it
  Gathering gathering_ = Gathering::none;
  bool newcomer_ = false;  // somebody came since the initial wait began or was extended
  std::set<MemberId> pending_sync_;
  Timer join_deadline_, sync_deadline_;
  std::string rebalance_reason_;
  std::optional<std::set<std::string, std::less<>>> subscribed_topics_;  // of the members that settled
  MemoryClaim claim_;  // of the group itself; each member has its own
};

}  // namespace mini::broker
