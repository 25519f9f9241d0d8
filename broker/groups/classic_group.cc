#include "broker/groups/classic_group.h"

#include <algorithm>

#include "broker/groups/memory.h"

namespace mini::broker {

using protocol::ErrorCode;

namespace {

constexpr std::size_t rebalance_reason_size_max = 1'024;  // it names members, and says what clients say

}  // namespace

std::string_view to_string(GroupState state) {
  switch (state) {
    case GroupState::empty: return "Empty";
    case GroupState::preparing_rebalance: return "PreparingRebalance";
    case GroupState::completing_rebalance: return "CompletingRebalance";
    case GroupState::stable: return "Stable";
    case GroupState::dead: break;
  }
  return "Dead";
}

ClassicGroup::ClassicGroup(std::string id, GroupEnvironment& environment)
    : id_(std::move(id)), env_(environment), members_(environment.memory), claim_(environment.memory) {
  count_memory();
}

// ---- stored state ----

void ClassicGroup::apply(const GroupMetadataValue& value) {
  std::set<MemberId> gone;
  for (const auto& [id, member] : members_) gone.insert(id);
  for (const auto& stored : value.members) gone.erase(stored.member_id);
  for (const MemberId& id : gone) members_.remove(id);
  for (const auto& stored : value.members) apply(stored, value.protocol.value_or(""));

  protocol_type_ = value.protocol_type;
  protocol_name_ = value.protocol;
  generation_id_ = value.generation;
  members_.set_leader(value.leader.value_or(""));
  settled_at_ = value.current_state_timestamp;
  remember_subscriptions();
  state_ = members_.empty() ? GroupState::empty : GroupState::stable;
}

void ClassicGroup::apply(const GroupMetadataValue::MemberMetadata& stored, const std::string& protocol_name) {
  Member* known = members_.find(stored.member_id);
  if (!known) {
    Member added;
    added.id = stored.member_id;
    added.group_instance_id = stored.group_instance_id;
    known = &members_.add(std::move(added));
  }
  known->client_id = stored.client_id;
  known->client_host = stored.client_host;
  known->rebalance_timeout_ms = stored.rebalance_timeout;
  known->session_timeout_ms = stored.session_timeout;
  members_.assign(*known, stored.assignment);
  // Only what it says under the chosen protocol is stored; a member that has joined here has said more.
  const MemberProtocol* chosen = known->find(protocol_name);
  if (!chosen || chosen->metadata != stored.subscription)
    members_.set_protocols(*known, {{protocol_name, stored.subscription}});
}

GroupMetadataValue ClassicGroup::record() const {
  GroupMetadataValue value{.protocol_type = protocol_type_,
                           .generation = generation_id_,
                           .protocol = protocol_name_,
                           .leader = {},
                           .current_state_timestamp = env_.now.wall.count(),
                           .members = {}};
  if (!members_.leader().empty()) value.leader = members_.leader();
  for (const auto& [id, member] : members_) {
    const MemberProtocol* chosen = member.find(protocol_name_.value_or(""));
    value.members.push_back({id, member.group_instance_id, member.client_id, member.client_host,
                             member.rebalance_timeout_ms, member.session_timeout_ms,
                             chosen ? chosen->metadata : protocol::Bytes(), member.assignment});
  }
  return value;
}

void ClassicGroup::store(GroupMetadataValue value) {
  env_.append(GroupMetadataRecord{{id_}, std::move(value)});
}

void ClassicGroup::remember_subscriptions() {
  subscribed_topics_ = members_.subscribed_topics(protocol_name_.value_or(""));
  count_memory();
}

void ClassicGroup::count_memory() {
  std::size_t bytes = charge_of_group(id_) + protocol_type_.size();
  if (protocol_name_) bytes += protocol_name_->size();
  if (subscribed_topics_)
    for (const std::string& topic : *subscribed_topics_) bytes += subscribed_charge + topic.size();
  claim_.resize(bytes);
}

// ---- gathering the members ----

void ClassicGroup::rebalance_or_complete(std::string reason) {
  if (state_ == GroupState::preparing_rebalance) return complete_join_if_all_came();
  rebalance(std::move(reason));
}

void ClassicGroup::rebalance(std::string reason) {
  if (state_ == GroupState::completing_rebalance) {
    for (auto& [id, member] : members_) members_.assign(member, {});
    answer_syncs(ErrorCode::rebalance_in_progress);
  }
  pending_sync_.clear();
  sync_deadline_ = {};
  reason.resize(std::min(reason.size(), rebalance_reason_size_max));
  rebalance_reason_ = std::move(reason);
  gathering_ = state_ == GroupState::empty ? Gathering::initial : Gathering::again;
  state_ = GroupState::preparing_rebalance;

  const std::int64_t patience_ms = members_.rebalance_timeout_ms();
  if (gathering_ == Gathering::initial) {
    newcomer_ = false;
    const std::int64_t delay_ms = env_.settings.initial_rebalance_delay_ms;
    return wait_for_company(delay_ms, std::max<std::int64_t>(patience_ms - delay_ms, 0));
  }
  if (members_.all_wait_for_join() && pending_.empty()) return complete_join();
  join_deadline_ = env_.after(patience_ms, [this] { complete_join(); });
}

// The first rebalance of an empty group: each time somebody came, the wait is extended, up to the rebalance
// timeout in all.
void ClassicGroup::wait_for_company(std::int64_t delay_ms, std::int64_t remaining_ms) {
  join_deadline_ = env_.after(delay_ms, [this, delay_ms, remaining_ms] {
    if (!std::exchange(newcomer_, false) || remaining_ms == 0) return complete_join();
    const auto next_ms = std::min<std::int64_t>(env_.settings.initial_rebalance_delay_ms, remaining_ms);
    wait_for_company(next_ms, std::max<std::int64_t>(remaining_ms - delay_ms, 0));
  });
}

void ClassicGroup::complete_join_if_all_came() {
  if (state_ != GroupState::preparing_rebalance || gathering_ == Gathering::initial) return;
  if (members_.all_wait_for_join() && pending_.empty()) complete_join();
}

void ClassicGroup::complete_join() {
  join_deadline_ = {};
  drop_who_did_not_come();
  if (members_.empty()) return settle_empty();
  if (!members_
           .elect_waiting_leader()) {  // static members alone, and all of them away: their sessions decide
    join_deadline_ = env_.after(members_.rebalance_timeout_ms(), [this] { complete_join(); });
    return;
  }
  begin_generation();
}

void ClassicGroup::drop_who_did_not_come() {
  std::vector<MemberId> late;
  for (const auto& [id, member] : members_)
    if (!member.waits_for_join() && !member.group_instance_id) late.push_back(id);
  for (const MemberId& id : late)
    remove(*members_.find(id), "did not join again within the rebalance timeout");
}

void ClassicGroup::settle_empty() {
  gathering_ = Gathering::none;
  GroupMetadataValue value = record();
  ++value.generation;
  value.protocol.reset();
  store(std::move(value));
  env_.events.rebalance({id_, generation_id_, 0, rebalance_reason_});
}

void ClassicGroup::begin_generation() {
  gathering_ = Gathering::none;
  ++generation_id_;
  protocol_name_ = members_.vote();
  remember_subscriptions();
  state_ = GroupState::completing_rebalance;
  for (auto& [id, member] : members_) {
    member.is_new = false;
    pending_sync_.insert(id);
    keep_alive(member);
    if (JoinAnswer answer = members_.take_join_waiter(member))
      env_.answer(std::move(answer), current_generation(member, members_.leads(member)));
  }
  sync_deadline_ = env_.after(members_.rebalance_timeout_ms(), [this] { drop_who_did_not_sync(); });
  env_.events.rebalance({id_, generation_id_, members_.size(), rebalance_reason_});
}

void ClassicGroup::drop_who_did_not_sync() {
  if (pending_sync_.empty()) return;  // who was waited for has been replaced
  for (const MemberId& id : std::exchange(pending_sync_, {}))
    if (Member* member = members_.find(id)) remove(*member, "did not sync within the rebalance timeout");
  rebalance("members did not sync within the rebalance timeout");
}

// ---- what is told of the group ----

GroupDescription ClassicGroup::describe() const {
  const bool stable = state_ == GroupState::stable;
  GroupDescription description{.state = state_,
                               .generation_id = generation_id_,
                               .protocol_type = protocol_type_,
                               .protocol_name = stable ? protocol_name_.value_or("") : "",
                               .leader = members_.leader(),
                               .members = {}};
  for (const auto& [id, member] : members_) {
    const MemberProtocol* chosen = stable ? member.find(description.protocol_name) : nullptr;
    description.members.push_back({id, member.group_instance_id, member.client_id, member.client_host,
                                   chosen ? chosen->metadata : protocol::Bytes(), member.assignment});
  }
  return description;
}

bool ClassicGroup::subscribes_to(std::string_view topic) const {
  if (!of_consumers()) return false;
  return !subscribed_topics_ || subscribed_topics_->contains(topic);
}

OffsetExpiry ClassicGroup::offset_expiry() const {
  OffsetExpiry expiry{.since = RetentionSince::never,
                      .became_empty = settled_at_,
                      .now = env_.now.wall.count(),
                      .retention_ms = env_.settings.offsets_retention_ms};
  if (protocol_type_.empty())
    expiry.since = RetentionSince::commit;  // a group without members, which only keeps offsets
  else if (state_ == GroupState::empty)
    expiry.since = RetentionSince::group_became_empty;
  else if (state_ == GroupState::stable && of_consumers() && subscribed_topics_)
    expiry.since = RetentionSince::commit;
  return expiry;
}

}  // namespace mini::broker
