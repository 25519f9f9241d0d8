#include <algorithm>

#include "broker/groups/classic_group.h"
#include "broker/groups/memory.h"

// How members come into a group, and come again.
namespace mini::broker {

using protocol::ErrorCode;

namespace {

// 8-4-4-4-12 hexadecimal digits, the form that Kafka gives to the ids of members.
std::string hex_text(const Uuid& id) {
  static constexpr char digits[] = "0123456789abcdef";
  std::string text;
  for (std::size_t i = 0; i < id.bytes.size(); ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) text += '-';
    text += digits[id.bytes[i] >> 4];
    text += digits[id.bytes[i] & 15];
  }
  return text;
}

std::string why(std::string_view what, const MemberId& id, const JoinInput& input) {
  std::string text(what);
  text += ' ';
  text += id.empty() ? input.client_id : id;
  return text + " (client reason: " + (input.reason.empty() ? "not provided" : input.reason) + ')';
}

}  // namespace

void ClassicGroup::refuse(JoinAnswer answer, const MemberId& id, ErrorCode error) {
  JoinResult result;
  result.error = error;
  result.member_id = id;
  env_.answer(std::move(answer), std::move(result));
}

void ClassicGroup::join(const JoinInput& input, JoinAnswer answer) {
  if (!accepts(input.member_id)) {
    refuse(std::move(answer), "", ErrorCode::group_max_size_reached);
    env_.events.limit_hit({"group.max.size", id_});
    if (Member* member = members_.find(input.member_id)) remove(*member, "group.max.size");
    pending_.erase(input.member_id);
    return complete_join_if_all_came();
  }
  if (!speaks_with(input))
    return refuse(std::move(answer), input.member_id, ErrorCode::inconsistent_group_protocol);
  if (input.member_id.empty()) return join_new(input, std::move(answer));
  join_known(input, std::move(answer));
}

// While members are gathered, those who came first fill the group; afterwards, those who are in it do.
bool ClassicGroup::accepts(const MemberId& id) {
  const auto limit = static_cast<std::size_t>(env_.settings.group_max_size);
  const Member* member = members_.find(id);
  if (state_ == GroupState::empty) return true;
  if (state_ == GroupState::preparing_rebalance)
    return (member && member->waits_for_join()) || members_.waiting_for_join() < limit;
  return member || members_.size() < limit;
}

bool ClassicGroup::speaks_with(const JoinInput& input) const {
  if (members_.empty()) return !input.protocol_type.empty() && !input.protocols.empty();
  return input.protocol_type == protocol_type_ && members_.all_speak_one_of(input.protocols);
}

// A member that is in the group may come again as large as it was; what grows must find room.
bool ClassicGroup::refused_for_memory(const JoinInput& input, const MemberId& id, const Member* known,
                                      JoinAnswer& answer) {
  const std::size_t held = known ? known->claim.size() : 0;
  const std::size_t wanted = known ? charge_of_member(input, id, known->assignment.size())
                                   : charge_of_member(input, id, 0) + input.protocol_type.size();
  if (wanted <= held || env_.room_for(wanted - held, "a member of a group was refused")) return false;
  refuse(std::move(answer), input.member_id, ErrorCode::coordinator_not_available);
  return true;
}

void ClassicGroup::join_new(const JoinInput& input, JoinAnswer answer) {
  const MemberId id =
      input.group_instance_id.value_or(input.client_id) + '-' + hex_text(env_.member_ids.uuid());
  if (input.group_instance_id) {
    if (const MemberId* old = members_.find_static(*input.group_instance_id))
      return take_over(input, MemberId(*old), id, std::move(answer));
  } else if (input.member_id_required) {
    return tell_member_id(input, id, std::move(answer));
  }
  admit(input, id, std::move(answer));
}

void ClassicGroup::tell_member_id(const JoinInput& input, const MemberId& id, JoinAnswer answer) {
  if (pending_.size() >= static_cast<std::size_t>(env_.settings.pending_members_max)) {
    env_.events.limit_hit({"pending members", id_});
    return refuse(std::move(answer), "", ErrorCode::coordinator_not_available);
  }
  if (refused_for_memory(input, id, nullptr, answer)) return;
  ToldId& told = pending_[id];
  told.deadline =
      env_.after(input.session_timeout_ms, [this, told = id] { pending_expired(MemberId(told)); });
  told.claim = MemoryClaim(env_.memory);
  told.claim.resize(told_id_charge + 3 * id.size());
  refuse(std::move(answer), id, ErrorCode::member_id_required);
}

void ClassicGroup::join_known(const JoinInput& input, JoinAnswer answer) {
  const MemberId& id = input.member_id;
  if (!input.group_instance_id && pending_.contains(id)) return admit(input, id, std::move(answer));
  const ErrorCode error = members_.check({id, input.group_instance_id, no_generation});
  if (failed(error)) return refuse(std::move(answer), id, error);

  Member& member = *members_.find(id);
  const bool answers_at_once =
      member.protocols == input.protocols && (state_ == GroupState::completing_rebalance ||
                                              (state_ == GroupState::stable && !members_.leads(member)));
  if (!answers_at_once) return rejoin(member, input, std::move(answer));
  // The answer to its join was lost: it is told again.
  env_.answer(std::move(answer), current_generation(member, members_.leads(member)));
}

void ClassicGroup::admit(const JoinInput& input, const MemberId& id, JoinAnswer answer) {
  if (refused_for_memory(input, id, nullptr, answer)) return;
  pending_.erase(id);
  if (members_.empty()) {
    protocol_type_ = input.protocol_type;
    count_memory();
  }
  if (gathering_ == Gathering::initial) newcomer_ = true;

  Member member;
  member.id = id;
  member.group_instance_id = input.group_instance_id;
  member.client_id = input.client_id;
  member.client_host = input.client_host;
  member.rebalance_timeout_ms = std::max(input.rebalance_timeout_ms, 0);
  member.session_timeout_ms = input.session_timeout_ms;
  member.protocols = input.protocols;
  member.is_new = true;
  Member& added = members_.add(std::move(member));
  members_.wait_for_join(added, std::move(answer));
  // It cannot send heartbeats before it is answered. A client that gave up and came again would leave a dead
  // member behind each time, so the wait of a new member ends one day.
  added.session =
      env_.after(env_.settings.new_member_join_timeout_ms, [this, &added] { session_expired(added); });
  rebalance_or_complete(why("new member", id, input));
}

void ClassicGroup::rejoin(Member& member, const JoinInput& input, JoinAnswer answer) {
  if (refused_for_memory(input, member.id, &member, answer)) return;
  update(member, input, std::move(answer));
  rebalance_or_complete(
      why(members_.leads(member) ? "the leader joined again:" : "member joined again:", member.id, input));
}

void ClassicGroup::update(Member& member, const JoinInput& input, JoinAnswer answer) {
  members_.set_protocols(member, input.protocols);
  member.rebalance_timeout_ms = std::max(input.rebalance_timeout_ms, 0);
  member.session_timeout_ms = input.session_timeout_ms;
  if (JoinAnswer earlier = members_.wait_for_join(member, std::move(answer)))
    refuse(std::move(earlier), member.id, ErrorCode::rebalance_in_progress);
}

// ---- static members ----

// Whoever comes with the instance id and no member id is the member from now on; the one before is fenced.
void ClassicGroup::take_over(const JoinInput& input, const MemberId& old_id, const MemberId& new_id,
                             JoinAnswer answer) {
  const MemberId old_leader = members_.leader();
  if (refused_for_memory(input, new_id, members_.find(old_id), answer)) return;
  Member& member = members_.replace_static(old_id, new_id);
  pending_sync_.erase(old_id);
  if (JoinAnswer fenced = members_.take_join_waiter(member))
    refuse(std::move(fenced), old_id, ErrorCode::fenced_instance_id);
  if (SyncAnswer fenced = std::exchange(member.sync_waiter, {}))
    refuse(std::move(fenced), ErrorCode::fenced_instance_id);
  member.client_id = input.client_id;
  member.client_host = input.client_host;
  member.is_new = false;
  update(member, input, std::move(answer));
  keep_alive(member);

  const std::string reason = why("static member came back:", new_id, input);
  if (state_ == GroupState::completing_rebalance)
    rebalance(reason);  // the leader may be assigning to the old id
  else if (state_ == GroupState::stable && protocol_name_ == members_.vote())
    return_to_stable(member, old_leader, input.may_skip_assignment);
  else
    rebalance_or_complete(reason);
}

void ClassicGroup::return_to_stable(Member& member, const MemberId& old_leader, bool may_skip_assignment) {
  store(record());
  const bool leads = members_.leads(member);
  JoinResult result = current_generation(member, leads && may_skip_assignment);
  result.skip_assignment = leads && may_skip_assignment;
  // Before KIP-814 a leader could not be told to let the assignment be: it is shown its old id as the
  // leader's.
  if (!may_skip_assignment) result.leader = old_leader;
  env_.answer(members_.take_join_waiter(member), std::move(result));
}

// ---- answers ----

JoinResult ClassicGroup::current_generation(const Member& member, bool with_members) const {
  JoinResult result{.error = ErrorCode::none,
                    .member_id = member.id,
                    .generation_id = generation_id_,
                    .protocol_type = protocol_type_,
                    .protocol_name = protocol_name_,
                    .leader = members_.leader(),
                    .skip_assignment = false,
                    .members = {}};
  if (with_members) result.members = member_list();
  return result;
}

std::vector<JoinResult::Member> ClassicGroup::member_list() const {
  std::vector<JoinResult::Member> list;
  for (const auto& [id, member] : members_) {
    const MemberProtocol* chosen = member.find(protocol_name_.value_or(""));
    list.push_back({id, member.group_instance_id, chosen ? chosen->metadata : protocol::Bytes()});
  }
  return list;
}

}  // namespace mini::broker
