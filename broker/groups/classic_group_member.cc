#include <algorithm>
#include <cassert>

#include "broker/groups/classic_group.h"
#include "broker/groups/memory.h"

// What members do between their joins, and how they go.
namespace mini::broker {

using protocol::ErrorCode;

// ---- sync ----

void ClassicGroup::refuse(SyncAnswer answer, ErrorCode error) {
  SyncResult result;
  result.error = error;
  env_.answer(std::move(answer), std::move(result));
}

void ClassicGroup::sync(const SyncInput& input, SyncAnswer answer) {
  const ErrorCode error = members_.check(input.member);
  if (failed(error)) return refuse(std::move(answer), error);
  if (input.member.generation_id != generation_id_)
    return refuse(std::move(answer), ErrorCode::illegal_generation);
  if (inconsistent(input)) return refuse(std::move(answer), ErrorCode::inconsistent_group_protocol);
  if (state_ == GroupState::preparing_rebalance)
    return refuse(std::move(answer), ErrorCode::rebalance_in_progress);

  Member& member = *members_.find(input.member.member_id);
  pending_sync_.erase(member.id);
  if (pending_sync_.empty()) sync_deadline_ = {};
  if (state_ == GroupState::stable)
    return env_.answer(std::move(answer),
                       SyncResult{ErrorCode::none, protocol_type_, protocol_name_, member.assignment});
  if (SyncAnswer earlier = std::exchange(member.sync_waiter, std::move(answer)))
    refuse(std::move(earlier), ErrorCode::rebalance_in_progress);
  if (members_.leads(member)) settle_assignments(input);
}

bool ClassicGroup::inconsistent(const SyncInput& input) const {
  return (input.protocol_type && *input.protocol_type != protocol_type_) ||
         (input.protocol_name && *input.protocol_name != protocol_name_);
}

// What the leader says of members that are not in the group is dropped; who is left out gets nothing.
void ClassicGroup::settle_assignments(const SyncInput& input) {
  const std::map<MemberId, protocol::Bytes> assignments(input.assignments.begin(), input.assignments.end());
  GroupMetadataValue value = record();
  for (auto& member : value.members) {
    const auto found = assignments.find(member.member_id);
    member.assignment = found == assignments.end() ? protocol::Bytes() : found->second;
  }
  if (!has_room(value)) {  // as Kafka does when it cannot store an assignment
    answer_syncs(ErrorCode::coordinator_not_available);
    return rebalance("there was no memory for the assignment");
  }
  store(std::move(value));
  answer_syncs(ErrorCode::none);
}

bool ClassicGroup::has_room(const GroupMetadataValue& assigned) {
  std::size_t growth = 0;
  for (const auto& each : assigned.members) {
    const Member& member = *members_.find(each.member_id);
    const std::size_t wanted = charge_of_assignment(member, each.assignment.size());
    growth += wanted - std::min(wanted, member.claim.size());
  }
  return growth == 0 || env_.room_for(growth, "a group's assignment was refused");
}

void ClassicGroup::answer_syncs(ErrorCode error) {
  for (auto& [id, member] : members_) {
    if (!member.sync_waiter) continue;
    SyncResult result;
    result.error = error;
    if (!failed(error)) result = {error, protocol_type_, protocol_name_, member.assignment};
    env_.answer(std::exchange(member.sync_waiter, {}), std::move(result));
    keep_alive(member);  // a session that ran out while the member waited was not renewed
  }
}

// ---- heartbeats ----

ErrorCode ClassicGroup::heartbeat(const MemberClaim& claim) {
  const ErrorCode error = members_.check(claim);
  if (failed(error)) return error;
  if (claim.generation_id != generation_id_) return ErrorCode::illegal_generation;
  keep_alive(*members_.find(claim.member_id));
  // Between the end of the join and the sync a heartbeat is an ordinary one (KAFKA-12988).
  return state_ == GroupState::preparing_rebalance ? ErrorCode::rebalance_in_progress : ErrorCode::none;
}

ErrorCode ClassicGroup::may_commit(const MemberClaim& claim) {
  const bool anonymous = claim.member_id.empty() && !claim.group_instance_id;
  if (claim.generation_id < 0 && state_ == GroupState::empty) return ErrorCode::none;
  if (claim.generation_id < 0 && anonymous) return ErrorCode::unknown_member_id;
  const ErrorCode error = members_.check(claim);
  if (failed(error)) return error;
  if (claim.generation_id != generation_id_) return ErrorCode::illegal_generation;
  if (state_ == GroupState::completing_rebalance) return ErrorCode::rebalance_in_progress;
  keep_alive(*members_.find(claim.member_id));
  return ErrorCode::none;
}

void ClassicGroup::keep_alive(Member& member) {
  member.session = env_.after(member.session_timeout_ms, [this, &member] { session_expired(member); });
}

void ClassicGroup::watch_sessions() {
  for (auto& [id, member] : members_) keep_alive(member);
}

void ClassicGroup::session_expired(Member& member) {
  if (member.owes_no_heartbeat()) return;  // its session begins again when it is answered
  const std::string reason = "the session of " + member.id + " expired";
  remove(member, "session timeout");
  rebalance_or_complete(reason);
}

void ClassicGroup::pending_expired(const MemberId& id) {
  pending_.erase(id);
  complete_join_if_all_came();
}

// ---- leaving ----

std::vector<ErrorCode> ClassicGroup::leave(const std::vector<LeavingMember>& leaving) {
  std::vector<ErrorCode> errors;
  const std::size_t before = members_.size();
  for (const LeavingMember& each : leaving) errors.push_back(leave_one(each));
  if (members_.size() < before)
    rebalance_or_complete("members left the group");
  else
    complete_join_if_all_came();  // it may have waited only for somebody who was told an id
  return errors;
}

ErrorCode ClassicGroup::leave_one(const LeavingMember& leaving) {
  const std::string reason = "left the group" + (leaving.reason.empty() ? "" : ": " + leaving.reason);
  MemberClaim claim{leaving.member_id, leaving.group_instance_id, no_generation};
  if (claim.member_id.empty()) {  // removed from outside, by instance id
    const MemberId* id = claim.group_instance_id ? members_.find_static(*claim.group_instance_id) : nullptr;
    if (!id) return ErrorCode::unknown_member_id;
    claim.member_id = *id;
  } else if (!claim.group_instance_id && pending_.erase(claim.member_id)) {
    return ErrorCode::none;
  }
  const ErrorCode error = members_.check(claim);
  if (!failed(error)) remove(*members_.find(claim.member_id), reason);
  return error;
}

// Whatever it waits for is answered, so that a client that is still there joins again.
void ClassicGroup::remove(Member& member, std::string_view reason) {
  const MemberId id = member.id;
  if (JoinAnswer answer = members_.take_join_waiter(member))
    refuse(std::move(answer), "", ErrorCode::unknown_member_id);
  if (SyncAnswer answer = std::exchange(member.sync_waiter, {}))
    refuse(std::move(answer), ErrorCode::unknown_member_id);
  pending_sync_.erase(id);
  members_.remove(id);
  env_.events.member_removed({id_, id, reason});
}

}  // namespace mini::broker
