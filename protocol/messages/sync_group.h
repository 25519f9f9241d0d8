#pragma once

#include "protocol/wire/message.h"

// SyncGroup: the leader hands in the assignment, and every member receives its own part.
// Request: v3 group_instance_id; v5 protocol_type, protocol_name; flexible since 4.
// Response: v1 throttle_time_ms; v5 protocol_type, protocol_name; flexible since 4.
namespace mini::protocol {

struct SyncGroupRequest {
  static constexpr MessageInfo info{ApiKey::sync_group, "SyncGroupRequest", range(0, 5), since(4)};

  struct SyncGroupRequestAssignment {
    std::string member_id;
    Bytes assignment;
    UnknownTags unknown_tags;

    static constexpr auto fields() {
      using M = SyncGroupRequestAssignment;
      return std::tuple{field("member_id", &M::member_id), field("assignment", &M::assignment)};
    }
    bool operator==(const SyncGroupRequestAssignment&) const = default;
  };

  std::string group_id;
  std::int32_t generation_id = 0;
  std::string member_id;
  std::optional<std::string> group_instance_id;
  std::optional<std::string> protocol_type;
  std::optional<std::string> protocol_name;
  std::vector<SyncGroupRequestAssignment> assignments;
  UnknownTags unknown_tags;

  static constexpr auto fields() {
    using M = SyncGroupRequest;
    return std::tuple{field("group_id", &M::group_id),
                      field("generation_id", &M::generation_id),
                      field("member_id", &M::member_id),
                      field("group_instance_id", &M::group_instance_id).in(since(3)).nullable(since(3)),
                      field("protocol_type", &M::protocol_type).in(since(5)).nullable(since(5)).ignorable(),
                      field("protocol_name", &M::protocol_name).in(since(5)).nullable(since(5)).ignorable(),
                      field("assignments", &M::assignments)};
  }
  bool operator==(const SyncGroupRequest&) const = default;
};

struct SyncGroupResponse {
  static constexpr MessageInfo info{ApiKey::sync_group, "SyncGroupResponse", range(0, 5), since(4)};

  std::int32_t throttle_time_ms = 0;
  ErrorCode error_code = ErrorCode::none;
  std::optional<std::string> protocol_type;
  std::optional<std::string> protocol_name;
  Bytes assignment;
  UnknownTags unknown_tags;

  static constexpr auto fields() {
    using M = SyncGroupResponse;
    return std::tuple{field("throttle_time_ms", &M::throttle_time_ms).in(since(1)).ignorable(),
                      field("error_code", &M::error_code),
                      field("protocol_type", &M::protocol_type).in(since(5)).nullable(since(5)).ignorable(),
                      field("protocol_name", &M::protocol_name).in(since(5)).nullable(since(5)).ignorable(),
                      field("assignment", &M::assignment)};
  }
  bool operator==(const SyncGroupResponse&) const = default;
};

}  // namespace mini::protocol
