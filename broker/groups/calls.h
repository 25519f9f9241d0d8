#pragma once

#include <limits>

#include "broker/env/now.h"
#include "broker/env/unique_function.h"
#include "broker/groups/records.h"

// What the group coordinator is asked and what it answers, free of any API version.
//
//   groups.join({.group_id = "readers", .client_id = "kcat", ...}, now,
//               [reply](JoinResult result) mutable { reply.send(to_response(result)); });
namespace mini::broker {

using MemberId = std::string;  // client id or instance id, '-', a random UUID; "" where the member has none
using GroupInstanceId = std::optional<std::string>;  // set: a static member (KIP-345)

// The settings of group.*, offset.metadata.* and offsets.retention.* that count here.
struct GroupSettings {
  std::int32_t initial_rebalance_delay_ms = 3'000;
  std::int32_t session_timeout_min_ms = 6'000;
  std::int32_t session_timeout_max_ms = 1'800'000;
  std::int32_t new_member_join_timeout_ms = 300'000;  // how long a first JoinGroup may wait: fixed in Kafka
  std::int32_t group_max_size = std::numeric_limits<std::int32_t>::max();
  std::int32_t groups_max = 5'000;            // ours: past it no new group begins
  std::int32_t pending_members_max = 10'000;  // ours: of one group, told an id and not come back yet
  std::int32_t offset_metadata_max_bytes = 4'096;
  std::int64_t offsets_retention_ms = 7LL * 24 * 3'600 * 1'000;
  std::int64_t offsets_retention_check_interval_ms = 600'000;
};

enum class GroupState { empty, preparing_rebalance, completing_rebalance, stable, dead };
std::string_view to_string(GroupState state);  // Kafka's: "Empty", "PreparingRebalance", ...

struct MemberProtocol {
  std::string name;  // of an assignor
  protocol::Bytes metadata;
  bool operator==(const MemberProtocol&) const = default;
};

struct JoinInput {
  std::string group_id;
  MemberId member_id;
  GroupInstanceId group_instance_id;
  std::string client_id, client_host;
  std::int32_t session_timeout_ms = 0;
  std::int32_t rebalance_timeout_ms = 0;
  std::string protocol_type;
  std::vector<MemberProtocol> protocols;  // the most wanted first
  std::string reason;
  bool member_id_required = false;   // a new dynamic member is only told its id (KIP-394)
  bool may_skip_assignment = false;  // a returning static leader may be told not to assign (KIP-814)
};

struct JoinResult {
  struct Member {
    MemberId member_id;
    GroupInstanceId group_instance_id;
    protocol::Bytes metadata;
  };

  protocol::ErrorCode error = protocol::ErrorCode::none;
  MemberId member_id;
  GenerationId generation_id = no_generation;
  std::optional<std::string> protocol_type, protocol_name;
  MemberId leader;
  bool skip_assignment = false;
  std::vector<Member> members;  // for the leader alone
};

// Who a request says it is from.
struct MemberClaim {
  MemberId member_id;
  GroupInstanceId group_instance_id;
  GenerationId generation_id = no_generation;
};

struct SyncInput {
  std::string group_id;
  MemberClaim member;
  std::optional<std::string> protocol_type, protocol_name;  // checked where given
  std::vector<std::pair<MemberId, protocol::Bytes>> assignments;
};

struct SyncResult {
  protocol::ErrorCode error = protocol::ErrorCode::none;
  std::optional<std::string> protocol_type, protocol_name;
  protocol::Bytes assignment;
};

// Called once, before the call returns or later; dropped uncalled with the coordinator.
using JoinAnswer = UniqueFunction<void(JoinResult)>;
using SyncAnswer = UniqueFunction<void(SyncResult)>;

struct LeavingMember {
  MemberId member_id;  // "": whoever has that instance id
  GroupInstanceId group_instance_id;
  std::string reason;
};

struct CommittingOffset {
  std::string topic;
  PartitionId partition = 0;
  Offset offset = 0;
  LeaderEpoch leader_epoch = no_leader_epoch;
  std::string metadata;
};

struct CommitInput {
  std::string group_id;
  MemberClaim member;
  std::int64_t retention_time_ms = -1;  // < 0: the broker's
  // What a generation of a group that does not exist is answered with: newer versions can name it.
  protocol::ErrorCode unknown_group = protocol::ErrorCode::illegal_generation;
  std::vector<CommittingOffset> offsets;
};

struct TopicPartition {
  std::string topic;
  PartitionId partition = 0;
};

struct GroupDescription {
  struct Member {
    MemberId member_id;
    GroupInstanceId group_instance_id;
    std::string client_id, client_host;
    protocol::Bytes metadata;  // only while the group is stable
    protocol::Bytes assignment;
    bool operator==(const Member&) const = default;
  };

  GroupState state = GroupState::dead;
  GenerationId generation_id = no_generation;
  std::string protocol_type;
  std::string protocol_name;  // only while the group is stable
  MemberId leader;
  std::vector<Member> members;
  bool operator==(const GroupDescription&) const = default;
};

struct GroupListing {
  std::string group_id;
  std::string protocol_type;
  GroupState state = GroupState::empty;
};

// Kafka's name of the only type of group there is here.
inline constexpr std::string_view classic_group_type = "classic";

struct GroupFilter {
  std::vector<std::string> states, types;  // any case; none: all
};

}  // namespace mini::broker
