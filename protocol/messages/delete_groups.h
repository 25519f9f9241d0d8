#pragma once

#include "protocol/wire/message.h"

// DeleteGroups: deletes groups without members.
// Request: the same fields in all versions; flexible since 2.
// Response: the same fields in all versions; flexible since 2.
namespace mini::protocol {

struct DeleteGroupsRequest {
  static constexpr MessageInfo info{ApiKey::delete_groups, "DeleteGroupsRequest", range(0, 2), since(2)};

  std::vector<std::string> groups_names;
  UnknownTags unknown_tags;

  static constexpr auto fields() {
    using M = DeleteGroupsRequest;
    return std::tuple{field("groups_names", &M::groups_names)};
  }
  bool operator==(const DeleteGroupsRequest&) const = default;
};

struct DeleteGroupsResponse {
  static constexpr MessageInfo info{ApiKey::delete_groups, "DeleteGroupsResponse", range(0, 2), since(2)};

  struct DeletableGroupResult {
    std::string group_id;
    ErrorCode error_code = ErrorCode::none;
    UnknownTags unknown_tags;

    static constexpr auto fields() {
      using M = DeletableGroupResult;
      return std::tuple{field("group_id", &M::group_id), field("error_code", &M::error_code)};
    }
    bool operator==(const DeletableGroupResult&) const = default;
  };

  std::int32_t throttle_time_ms = 0;
  std::vector<DeletableGroupResult> results;
  UnknownTags unknown_tags;

  static constexpr auto fields() {
    using M = DeleteGroupsResponse;
    return std::tuple{field("throttle_time_ms", &M::throttle_time_ms), field("results", &M::results)};
  }
  bool operator==(const DeleteGroupsResponse&) const = default;
};

}  // namespace mini::protocol
