#pragma once

#include "protocol/wire/message.h"

// JoinGroup: a member joins its group, or joins again in a rebalance.
// A member without an id is told one first, from version 4 on (KIP-394); static members since 5 (KIP-345).
// Request: v1 rebalance_timeout_ms; v5 group_instance_id; v8 reason; flexible since 6.
// Response: v2 throttle_time_ms; v5 group_instance_id; v7 protocol_type; v9 skip_assignment; flexible
// since 6.
namespace mini::protocol {

struct JoinGroupRequest {
  static constexpr MessageInfo info{ApiKey::join_group, "JoinGroupRequest", range(0, 9), since(6)};

  struct JoinGroupRequestProtocol {
    std::string name;
    Bytes metadata;
    UnknownTags unknown_tags;

    static constexpr auto fields() {
      using M = JoinGroupRequestProtocol;
      return std::tuple{field("name", &M::name), field("metadata", &M::metadata)};
    }
    bool operator==(const JoinGroupRequestProtocol&) const = default;
  };

  std::string group_id;
  std::int32_t session_timeout_ms = 0;
  std::int32_t rebalance_timeout_ms = -1;
  std::string member_id;
  std::optional<std::string> group_instance_id;
  std::string protocol_type;
  std::vector<JoinGroupRequestProtocol> protocols;
  std::optional<std::string> reason;
  UnknownTags unknown_tags;

  static constexpr auto fields() {
    using M = JoinGroupRequest;
    return std::tuple{field("group_id", &M::group_id),
                      field("session_timeout_ms", &M::session_timeout_ms),
                      field("rebalance_timeout_ms", &M::rebalance_timeout_ms).in(since(1)).ignorable(),
                      field("member_id", &M::member_id),
                      field("group_instance_id", &M::group_instance_id).in(since(5)).nullable(since(5)),
                      field("protocol_type", &M::protocol_type),
                      field("protocols", &M::protocols),
                      field("reason", &M::reason).in(since(8)).nullable(since(8)).ignorable()};
  }
  bool operator==(const JoinGroupRequest&) const = default;
};

struct JoinGroupResponse {
  static constexpr MessageInfo info{ApiKey::join_group, "JoinGroupResponse", range(0, 9), since(6)};

  struct JoinGroupResponseMember {
    std::string member_id;
    std::optional<std::string> group_instance_id;
    Bytes metadata;
    UnknownTags unknown_tags;

    static constexpr auto fields() {
      using M = JoinGroupResponseMember;
      return std::tuple{
          field("member_id", &M::member_id),
          field("group_instance_id", &M::group_instance_id).in(since(5)).nullable(since(5)).ignorable(),
          field("metadata", &M::metadata)};
    }
    bool operator==(const JoinGroupResponseMember&) const = default;
  };

  std::int32_t throttle_time_ms = 0;
  ErrorCode error_code = ErrorCode::none;
  std::int32_t generation_id = -1;
  std::optional<std::string> protocol_type;
  std::optional<std::string> protocol_name = "";
  std::string leader;
  bool skip_assignment = false;
  std::string member_id;
  std::vector<JoinGroupResponseMember> members;
  UnknownTags unknown_tags;

  static constexpr auto fields() {
    using M = JoinGroupResponse;
    return std::tuple{field("throttle_time_ms", &M::throttle_time_ms).in(since(2)).ignorable(),
                      field("error_code", &M::error_code),
                      field("generation_id", &M::generation_id),
                      field("protocol_type", &M::protocol_type).in(since(7)).nullable(since(7)).ignorable(),
                      field("protocol_name", &M::protocol_name).nullable(since(7)),
                      field("leader", &M::leader),
                      field("skip_assignment", &M::skip_assignment).in(since(9)),
                      field("member_id", &M::member_id),
                      field("members", &M::members)};
  }
  bool operator==(const JoinGroupResponse&) const = default;
};

}  // namespace mini::protocol
