#pragma once

#include "protocol/wire/message.h"

// Heartbeat: a member tells its group coordinator that it lives.
// Request: v3 group_instance_id; flexible since 4.
// Response: v1 throttle_time_ms; flexible since 4.
namespace mini::protocol {

struct HeartbeatRequest {
  static constexpr MessageInfo info{ApiKey::heartbeat, "HeartbeatRequest", range(0, 4), since(4)};

  std::string group_id;
  std::int32_t generation_id = 0;
  std::string member_id;
  std::optional<std::string> group_instance_id;
  UnknownTags unknown_tags;

  static constexpr auto fields() {
    using M = HeartbeatRequest;
    return std::tuple{field("group_id", &M::group_id), field("generation_id", &M::generation_id),
                      field("member_id", &M::member_id),
                      field("group_instance_id", &M::group_instance_id).in(since(3)).nullable(since(3))};
  }
  bool operator==(const HeartbeatRequest&) const = default;
};

struct HeartbeatResponse {
  static constexpr MessageInfo info{ApiKey::heartbeat, "HeartbeatResponse", range(0, 4), since(4)};

  std::int32_t throttle_time_ms = 0;
  ErrorCode error_code = ErrorCode::none;
  UnknownTags unknown_tags;

  static constexpr auto fields() {
    using M = HeartbeatResponse;
    return std::tuple{field("throttle_time_ms", &M::throttle_time_ms).in(since(1)).ignorable(),
                      field("error_code", &M::error_code)};
  }
  bool operator==(const HeartbeatResponse&) const = default;
};

}  // namespace mini::protocol
