#pragma once

#include "protocol/wire/message.h"

// LeaveGroup: members leave their group.
// Several members in one request since version 3.
// Request: v3 no member_id, members; v5 reason; flexible since 4.
// Response: v1 throttle_time_ms; v3 members; flexible since 4.
namespace mini::protocol {

struct LeaveGroupRequest {
  static constexpr MessageInfo info{ApiKey::leave_group, "LeaveGroupRequest", range(0, 5), since(4)};

  struct MemberIdentity {
    std::string member_id;
    std::optional<std::string> group_instance_id;
    std::optional<std::string> reason;
    UnknownTags unknown_tags;

    static constexpr auto fields() {
      using M = MemberIdentity;
      return std::tuple{field("member_id", &M::member_id).in(since(3)),
                        field("group_instance_id", &M::group_instance_id).in(since(3)).nullable(since(3)),
                        field("reason", &M::reason).in(since(5)).nullable(since(5)).ignorable()};
    }
    bool operator==(const MemberIdentity&) const = default;
  };

  std::string group_id;
  std::string member_id;
  std::vector<MemberIdentity> members;
  UnknownTags unknown_tags;

  static constexpr auto fields() {
    using M = LeaveGroupRequest;
    return std::tuple{field("group_id", &M::group_id), field("member_id", &M::member_id).in(range(0, 2)),
                      field("members", &M::members).in(since(3))};
  }
  bool operator==(const LeaveGroupRequest&) const = default;
};

struct LeaveGroupResponse {
  static constexpr MessageInfo info{ApiKey::leave_group, "LeaveGroupResponse", range(0, 5), since(4)};

  struct MemberResponse {
    std::string member_id;
    std::optional<std::string> group_instance_id = "";
    ErrorCode error_code = ErrorCode::none;
    UnknownTags unknown_tags;

    static constexpr auto fields() {
      using M = MemberResponse;
      return std::tuple{field("member_id", &M::member_id).in(since(3)),
                        field("group_instance_id", &M::group_instance_id).in(since(3)).nullable(since(3)),
                        field("error_code", &M::error_code).in(since(3))};
    }
    bool operator==(const MemberResponse&) const = default;
  };

  std::int32_t throttle_time_ms = 0;
  ErrorCode error_code = ErrorCode::none;
  std::vector<MemberResponse> members;
  UnknownTags unknown_tags;

  static constexpr auto fields() {
    using M = LeaveGroupResponse;
    return std::tuple{field("throttle_time_ms", &M::throttle_time_ms).in(since(1)).ignorable(),
                      field("error_code", &M::error_code), field("members", &M::members).in(since(3))};
  }
  bool operator==(const LeaveGroupResponse&) const = default;
};

}  // namespace mini::protocol
