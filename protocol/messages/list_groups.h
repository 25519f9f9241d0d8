#pragma once

#include "protocol/wire/message.h"

// ListGroups: lists groups, filtered by state and type.
// Request: v4 states_filter; v5 types_filter; flexible since 3.
// Response: v1 throttle_time_ms; v4 group_state; v5 group_type; flexible since 3.
namespace mini::protocol {

struct ListGroupsRequest {
  static constexpr MessageInfo info{ApiKey::list_groups, "ListGroupsRequest", range(0, 5), since(3)};

  std::vector<std::string> states_filter;
  std::vector<std::string> types_filter;
  UnknownTags unknown_tags;

  static constexpr auto fields() {
    using M = ListGroupsRequest;
    return std::tuple{field("states_filter", &M::states_filter).in(since(4)),
                      field("types_filter", &M::types_filter).in(since(5))};
  }
  bool operator==(const ListGroupsRequest&) const = default;
};

struct ListGroupsResponse {
  static constexpr MessageInfo info{ApiKey::list_groups, "ListGroupsResponse", range(0, 5), since(3)};

  struct ListedGroup {
    std::string group_id;
    std::string protocol_type;
    std::string group_state;
    std::string group_type;
    UnknownTags unknown_tags;

    static constexpr auto fields() {
      using M = ListedGroup;
      return std::tuple{field("group_id", &M::group_id), field("protocol_type", &M::protocol_type),
                        field("group_state", &M::group_state).in(since(4)).ignorable(),
                        field("group_type", &M::group_type).in(since(5)).ignorable()};
    }
    bool operator==(const ListedGroup&) const = default;
  };

  std::int32_t throttle_time_ms = 0;
  ErrorCode error_code = ErrorCode::none;
  std::vector<ListedGroup> groups;
  UnknownTags unknown_tags;

  static constexpr auto fields() {
    using M = ListGroupsResponse;
    return std::tuple{field("throttle_time_ms", &M::throttle_time_ms).in(since(1)).ignorable(),
                      field("error_code", &M::error_code), field("groups", &M::groups)};
  }
  bool operator==(const ListGroupsResponse&) const = default;
};

}  // namespace mini::protocol
