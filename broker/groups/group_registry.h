#pragma once

#include "broker/groups/classic_group.h"

// The group coordinator: all groups of the broker, and their committed offsets.
//
//   Groups groups(environment, settings);
//   groups.advance(now);                                  // before Timers::advance, at each wake-up
//   groups.join(input, now, [reply](JoinResult result) mutable { ... });
//   ErrorCode error = groups.heartbeat("readers", {member_id, std::nullopt, generation}, now);
//   if (const CommittedOffsets* offsets = groups.offsets("readers")) ...
//
// Deciding gives records and an answer; what is kept of groups changes only in apply(record). Records go to
// the sink first. Applied to a fresh Groups with replay(), in order, they give the same groups: settled as
// they last were (see classic_group.h), with the same offsets.
//
// Topics are not known here: whoever calls checks that they exist, and says when one is gone.
// An answer may come within the call or later; an answer that calls back in is served at once.
// One thread. The environment outlives the coordinator.
namespace mini::broker {

class Groups {
 public:
  using RecordSink = UniqueFunction<void(const GroupRecord&)>;

  Groups(Environment& environment, GroupSettings settings, RecordSink sink = {});
  Groups(const Groups&) = delete;
  Groups& operator=(const Groups&) = delete;

  void advance(Now now) { env_.now = now; }

  // 24 no group id; 26 session timeout out of range; 23 no protocol, or none in common; 79 come again with
  // this member id; 25; 82; 81 the group is full; 15 groups_max groups exist already, or
  // there is no memory for a member, for what it says, or for one more group.
  void join(const JoinInput& input, Now now, JoinAnswer answer);
  // 24; 25; 82; 22; 23; 27 join again; 15 there is no memory for the assignment: join again.
  void sync(const SyncInput& input, Now now, SyncAnswer answer);
  protocol::ErrorCode heartbeat(const std::string& group_id, const MemberClaim& claim, Now now);
  // One error for each member; every one 25 where there is no such group.
  std::vector<protocol::ErrorCode> leave(const std::string& group_id,
                                         const std::vector<LeavingMember>& leaving, Now now);

  // One error for each offset: 12 metadata too large, 15 no memory for one more or for longer metadata, or
  // for all of them 22, 25, 27, 82, 15 or `unknown_group`. Generation -1 begins a group that only keeps
  // offsets. The offset is taken as it is.
  std::vector<protocol::ErrorCode> commit(const CommitInput& input, Now now);
  const CommittedOffsets* offsets(std::string_view group_id) const;  // nullptr: no such group

  GroupDescription describe(std::string_view group_id) const;  // Dead where there is none
  std::vector<GroupListing> list(const GroupFilter& filter) const;
  std::size_t size() const { return groups_.size(); }

  protocol::ErrorCode remove(const std::string& group_id);  // 69; 68 it has members
  struct OffsetsDeleted {
    protocol::ErrorCode error = protocol::ErrorCode::none;  // 24; 69; 68
    std::vector<protocol::ErrorCode> each;                  // 86; only where `error` is none
  };
  OffsetsDeleted delete_offsets(const std::string& group_id, const std::vector<TopicPartition>& which);
  void topic_deleted(std::string_view topic);  // its offsets go, in all groups

  // Starting again: every record once, in order; then begin, which lets the sessions run from now on.
  void replay(const GroupRecord& record) { apply(record); }
  void begin(Now now);

 private:
  struct Group {
    Group(const std::string& id, GroupEnvironment& environment)
        : members(id, environment), offsets_claim(environment.memory) {}
    ClassicGroup members;
    CommittedOffsets offsets;
    MemoryClaim offsets_claim;
  };

  Group* find(std::string_view group_id);
  const Group* find(std::string_view group_id) const;
  ClassicGroup* open_for(const JoinInput& input, protocol::ErrorCode& error);
  protocol::ErrorCode may_commit(const CommitInput& input);
  protocol::ErrorCode commit_one(const CommitInput& input, const CommittingOffset& each);
  bool full();

  void append(const GroupRecord& record);
  void apply(const GroupRecord& record);
  void apply(const OffsetCommitRecord& record);
  void apply(const GroupMetadataRecord& record);
  Group& make(const std::string& group_id);
  bool has_room(const CommitInput& input, const CommittingOffset& each, const OffsetCommitValue& value);
  bool has_room_for_group(const JoinInput& input);
  void forget_offset(const std::string& group_id, const std::string& topic, PartitionId partition);
  void forget_offsets(const std::string& group_id, const std::vector<TopicPartition>& which);

  void watch_retention();
  void expire();
  void expire(const std::string& group_id, const Group& group);

  GroupEnvironment env_;
  RecordSink sink_;
  std::map<std::string, Group, std::less<>> groups_;
  Timer retention_check_;  // armed while there are groups
};

}  // namespace mini::broker
