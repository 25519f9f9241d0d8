#pragma once

#include "protocol/wire/message.h"

// DescribeGroups: tells the state and the members of groups.
// Request: v3 include_authorized_operations; flexible since 5.
// Response: v1 throttle_time_ms; v3 authorized_operations; v4 group_instance_id; flexible since 5.
namespace mini::protocol {

struct DescribeGroupsRequest {
  static constexpr MessageInfo info{ApiKey::describe_groups, "DescribeGroupsRequest", range(0, 5), since(5)};

  std::vector<std::string> groups;
  bool include_authorized_operations = false;
  UnknownTags unknown_tags;

  static constexpr auto fields() {
    using M = DescribeGroupsRequest;
    return std::tuple{field("groups", &M::groups),
                      field("include_authorized_operations", &M::include_authorized_operations).in(since(3))};
  }
  bool operator==(const DescribeGroupsRequest&) const = default;
};

struct DescribeGroupsResponse {
  static constexpr MessageInfo info{ApiKey::describe_groups, "DescribeGroupsResponse", range(0, 5), since(5)};

  struct DescribedGroupMember {
    std::string member_id;
    std::optional<std::string> group_instance_id;
    std::string client_id;
    std::string client_host;
    Bytes member_metadata;
    Bytes member_assignment;
    UnknownTags unknown_tags;

    static constexpr auto fields() {
      using M = DescribedGroupMember;
      return std::tuple{
          field("member_id", &M::member_id),
          field("group_instance_id", &M::group_instance_id).in(since(4)).nullable(since(4)).ignorable(),
          field("client_id", &M::client_id),
          field("client_host", &M::client_host),
          field("member_metadata", &M::member_metadata),
          field("member_assignment", &M::member_assignment)};
    }
    bool operator==(const DescribedGroupMember&) const = default;
  };

  struct DescribedGroup {
    ErrorCode error_code = ErrorCode::none;
    std::string group_id;
    std::string group_state;
    std::string protocol_type;
    std::string protocol_data;
    std::vector<DescribedGroupMember> members;
    std::int32_t authorized_operations = std::numeric_limits<std::int32_t>::min();
    UnknownTags unknown_tags;

    static constexpr auto fields() {
      using M = DescribedGroup;
      return std::tuple{field("error_code", &M::error_code),
                        field("group_id", &M::group_id),
                        field("group_state", &M::group_state),
                        field("protocol_type", &M::protocol_type),
                        field("protocol_data", &M::protocol_data),
                        field("members", &M::members),
                        field("authorized_operations", &M::authorized_operations).in(since(3))};
    }
    bool operator==(const DescribedGroup&) const = default;
  };

  std::int32_t throttle_time_ms = 0;
  std::vector<DescribedGroup> groups;
  UnknownTags unknown_tags;

  static constexpr auto fields() {
    using M = DescribeGroupsResponse;
    return std::tuple{field("throttle_time_ms", &M::throttle_time_ms).in(since(1)).ignorable(),
                      field("groups", &M::groups)};
  }
  bool operator==(const DescribeGroupsResponse&) const = default;
};

}  // namespace mini::protocol
