#include "broker/groups/group_registry.h"

#include <algorithm>

#include "broker/groups/memory.h"

namespace mini::broker {

using protocol::ErrorCode;

namespace {

bool equal_in_any_case(std::string_view a, std::string_view b) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [&](char x, char y) { return lower(x) == lower(y); });
}

bool lets_through(const std::vector<std::string>& filter, std::string_view name) {
  const auto same = [&](const std::string& each) { return equal_in_any_case(each, name); };
  return filter.empty() || std::any_of(filter.begin(), filter.end(), same);
}

}  // namespace

Groups::Groups(Environment& environment, GroupSettings settings, RecordSink sink)
    : env_{settings,
           environment.timers,
           environment.events,
           environment.memory,
           environment.random.child("member ids"),
           {},
           [this](const GroupRecord& record) { append(record); },
           {}},
      sink_(std::move(sink)) {}

Groups::Group* Groups::find(std::string_view group_id) {
  const auto found = groups_.find(group_id);
  return found == groups_.end() ? nullptr : &found->second;
}

const Groups::Group* Groups::find(std::string_view group_id) const {
  const auto found = groups_.find(group_id);
  return found == groups_.end() ? nullptr : &found->second;
}

bool Groups::full() {
  if (groups_.size() < static_cast<std::size_t>(env_.settings.groups_max)) return false;
  env_.events.limit_hit({"mini.groups.max", "no new group begins"});
  return true;
}

bool Groups::has_room_for_group(const JoinInput& input) {
  const std::size_t bytes = charge_of_group(input.group_id) + charge_of_member(input, input.client_id, 0) +
                            input.protocol_type.size();
  return env_.room_for(bytes, "a new group was refused");
}

// ---- members ----

void Groups::join(const JoinInput& input, Now now, JoinAnswer answer) {
  advance(now);
  ErrorCode error = ErrorCode::none;
  if (ClassicGroup* group = open_for(input, error)) {
    group->join(input, std::move(answer));
  } else {
    JoinResult refused;
    refused.error = error;
    refused.member_id = input.member_id;
    env_.answer(std::move(answer), std::move(refused));
  }
  env_.deliver();
}

// The group to join, begun if it must be; nullptr and an error where that cannot be.
ClassicGroup* Groups::open_for(const JoinInput& input, ErrorCode& error) {
  const GroupSettings& settings = env_.settings;
  const bool timeout_in_range = input.session_timeout_ms >= settings.session_timeout_min_ms &&
                                input.session_timeout_ms <= settings.session_timeout_max_ms;
  Group* group = find(input.group_id);
  if (input.group_id.empty())
    error = ErrorCode::invalid_group_id;
  else if (!timeout_in_range)
    error = ErrorCode::invalid_session_timeout;
  else if (group)
    return &group->members;
  else if (!input.member_id.empty())
    error = ErrorCode::unknown_member_id;
  else if (input.protocol_type.empty() || input.protocols.empty())
    error = ErrorCode::inconsistent_group_protocol;
  else if (full() || !has_room_for_group(input))
    error = ErrorCode::coordinator_not_available;
  if (failed(error)) return nullptr;

  append(GroupMetadataRecord{{input.group_id}, GroupMetadataValue{}});
  return &find(input.group_id)->members;
}

void Groups::sync(const SyncInput& input, Now now, SyncAnswer answer) {
  advance(now);
  Group* group = find(input.group_id);
  if (group) {
    group->members.sync(input, std::move(answer));
  } else {
    const bool unnamed = input.group_id.empty();
    SyncResult refused;
    refused.error = unnamed ? ErrorCode::invalid_group_id : ErrorCode::unknown_member_id;
    env_.answer(std::move(answer), std::move(refused));
  }
  env_.deliver();
}

ErrorCode Groups::heartbeat(const std::string& group_id, const MemberClaim& claim, Now now) {
  advance(now);
  if (group_id.empty()) return ErrorCode::invalid_group_id;
  Group* group = find(group_id);
  return group ? group->members.heartbeat(claim) : ErrorCode::unknown_member_id;
}

std::vector<ErrorCode> Groups::leave(const std::string& group_id, const std::vector<LeavingMember>& leaving,
                                     Now now) {
  advance(now);
  Group* group = find(group_id);
  if (!group) return std::vector<ErrorCode>(leaving.size(), ErrorCode::unknown_member_id);
  std::vector<ErrorCode> errors = group->members.leave(leaving);
  env_.deliver();
  return errors;
}

// ---- offsets ----

std::vector<ErrorCode> Groups::commit(const CommitInput& input, Now now) {
  advance(now);
  const ErrorCode error = may_commit(input);
  std::vector<ErrorCode> errors;
  for (const CommittingOffset& each : input.offsets)
    errors.push_back(failed(error) ? error : commit_one(input, each));
  return errors;
}

ErrorCode Groups::may_commit(const CommitInput& input) {
  if (Group* group = find(input.group_id)) return group->members.may_commit(input.member);
  if (input.member.generation_id >= 0) return input.unknown_group;
  return full() ? ErrorCode::coordinator_not_available : ErrorCode::none;
}

ErrorCode Groups::commit_one(const CommitInput& input, const CommittingOffset& each) {
  if (each.metadata.size() > static_cast<std::size_t>(env_.settings.offset_metadata_max_bytes))
    return ErrorCode::offset_metadata_too_large;
  OffsetCommitValue value{each.offset, each.leader_epoch, each.metadata, env_.now.wall.count(), no_timestamp};
  if (input.retention_time_ms >= 0) value.expire_timestamp = value.commit_timestamp + input.retention_time_ms;
  if (!has_room(input, each, value)) return ErrorCode::coordinator_not_available;
  append(OffsetCommitRecord{{input.group_id, each.topic, each.partition}, std::move(value)});
  return ErrorCode::none;
}

// A commit that replaces one and is no longer is always taken.
bool Groups::has_room(const CommitInput& input, const CommittingOffset& each,
                      const OffsetCommitValue& value) {
  const Group* group = find(input.group_id);
  const CommittedOffsets none;
  const std::size_t growth = (group ? group->offsets : none).growth_by(each.topic, each.partition, value);
  const std::size_t begun = group ? 0 : charge_of_group(input.group_id);
  return growth + begun == 0 || env_.room_for(growth + begun, "a committed offset was refused");
}

const CommittedOffsets* Groups::offsets(std::string_view group_id) const {
  const Group* group = find(group_id);
  return group ? &group->offsets : nullptr;
}

Groups::OffsetsDeleted Groups::delete_offsets(const std::string& group_id,
                                              const std::vector<TopicPartition>& which) {
  const Group* group = find(group_id);
  if (group_id.empty()) return {ErrorCode::invalid_group_id, {}};
  if (!group) return {ErrorCode::group_id_not_found, {}};
  // What others than consumers subscribe to cannot be known, so their offsets stay while they are there.
  if (group->members.state() != GroupState::empty && !group->members.of_consumers())
    return {ErrorCode::non_empty_group, {}};
  OffsetsDeleted deleted;
  for (const TopicPartition& each : which) {
    const bool held = group->members.subscribes_to(each.topic);
    deleted.each.push_back(held ? ErrorCode::group_subscribed_to_topic : ErrorCode::none);
    if (!held && group->offsets.find(each.topic, each.partition))
      forget_offset(group_id, each.topic, each.partition);
  }
  return deleted;
}

void Groups::topic_deleted(std::string_view topic) {
  for (const auto& [group_id, group] : groups_) {
    const CommittedOffsets::Partitions* found = group.offsets.find(topic);
    if (!found) continue;
    std::vector<TopicPartition> gone;
    for (const auto& [partition, committed] : *found) gone.push_back({std::string(topic), partition});
    forget_offsets(group_id, gone);
  }
}

void Groups::forget_offset(const std::string& group_id, const std::string& topic, PartitionId partition) {
  append(OffsetCommitRecord{{group_id, topic, partition}, std::nullopt});
}

void Groups::forget_offsets(const std::string& group_id, const std::vector<TopicPartition>& which) {
  for (const TopicPartition& each : which) forget_offset(group_id, each.topic, each.partition);
}

// ---- from outside ----

GroupDescription Groups::describe(std::string_view group_id) const {
  const Group* group = find(group_id);
  return group ? group->members.describe() : GroupDescription{};
}

std::vector<GroupListing> Groups::list(const GroupFilter& filter) const {
  std::vector<GroupListing> listed;
  if (!lets_through(filter.types, classic_group_type)) return listed;
  for (const auto& [group_id, group] : groups_) {
    const GroupState state = group.members.state();
    if (lets_through(filter.states, to_string(state)))
      listed.push_back({group_id, group.members.protocol_type(), state});
  }
  return listed;
}

ErrorCode Groups::remove(const std::string& group_id) {
  const Group* group = find(group_id);
  if (!group) return ErrorCode::group_id_not_found;
  if (group->members.state() != GroupState::empty) return ErrorCode::non_empty_group;
  std::vector<TopicPartition> all;
  for (const auto& [topic, partitions] : group->offsets.topics())
    for (const auto& [partition, committed] : partitions) all.push_back({topic, partition});
  forget_offsets(group_id, all);
  append(GroupMetadataRecord{{group_id}, std::nullopt});
  return ErrorCode::none;
}

// ---- records ----

void Groups::append(const GroupRecord& record) {
  if (sink_) sink_(record);
  apply(record);
  watch_retention();
}

void Groups::apply(const GroupRecord& record) {
  std::visit([this](const auto& each) { apply(each); }, record);
}

void Groups::apply(const OffsetCommitRecord& record) {
  Group* group = record.value ? &make(record.key.group) : find(record.key.group);
  if (!group) return;
  group->offsets.apply(record);
  group->offsets_claim.resize(group->offsets.charge());
}

void Groups::apply(const GroupMetadataRecord& record) {
  if (record.value)
    make(record.key.group).members.apply(*record.value);
  else
    groups_.erase(record.key.group);
}

Groups::Group& Groups::make(const std::string& group_id) {
  return groups_.try_emplace(group_id, group_id, env_).first->second;
}

void Groups::begin(Now now) {
  advance(now);
  for (auto& [group_id, group] : groups_) group.members.watch_sessions();
  watch_retention();
}

// ---- growing old ----

void Groups::watch_retention() {
  if (groups_.empty()) retention_check_ = {};
  if (groups_.empty() || retention_check_.armed()) return;
  retention_check_ = env_.after(env_.settings.offsets_retention_check_interval_ms, [this] {
    expire();
    watch_retention();
  });
}

void Groups::expire() {
  std::vector<std::string> unused;
  for (const auto& [group_id, group] : groups_) {
    expire(group_id, group);
    if (group.offsets.empty() && group.members.unused()) unused.push_back(group_id);
  }
  for (const std::string& group_id : unused) append(GroupMetadataRecord{{group_id}, std::nullopt});
}

void Groups::expire(const std::string& group_id, const Group& group) {
  const OffsetExpiry expiry = group.members.offset_expiry();
  std::vector<TopicPartition> expired;
  for (const auto& [topic, partitions] : group.offsets.topics()) {
    if (group.members.subscribes_to(topic)) continue;
    for (const auto& [partition, committed] : partitions)
      if (expiry.expired(committed)) expired.push_back({topic, partition});
  }
  forget_offsets(group_id, expired);
}

}  // namespace mini::broker
