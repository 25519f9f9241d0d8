#pragma once

#include "protocol/wire/message.h"

// FindCoordinator: asks which broker coordinates a group or a transactional id.
// Several keys in one request since version 4 (KIP-699).
// Request: v1 key_type; v4 no key, coordinator_keys; flexible since 3.
// Response: v1 throttle_time_ms, error_message; v4 no error_code, no error_message, no node_id, no host,
// no port, coordinators; flexible since 3.
namespace mini::protocol {

struct FindCoordinatorRequest {
  static constexpr MessageInfo info{ApiKey::find_coordinator, "FindCoordinatorRequest", range(0, 6),
                                    since(3)};

  std::string key;
  std::int8_t key_type = 0;
  std::vector<std::string> coordinator_keys;
  UnknownTags unknown_tags;

  static constexpr auto fields() {
    using M = FindCoordinatorRequest;
    return std::tuple{field("key", &M::key).in(range(0, 3)), field("key_type", &M::key_type).in(since(1)),
                      field("coordinator_keys", &M::coordinator_keys).in(since(4))};
  }
  bool operator==(const FindCoordinatorRequest&) const = default;
};

struct FindCoordinatorResponse {
  static constexpr MessageInfo info{ApiKey::find_coordinator, "FindCoordinatorResponse", range(0, 6),
                                    since(3)};

  struct Coordinator {
    std::string key;
    std::int32_t node_id = 0;
    std::string host;
    std::int32_t port = 0;
    ErrorCode error_code = ErrorCode::none;
    std::optional<std::string> error_message = "";
    UnknownTags unknown_tags;

    static constexpr auto fields() {
      using M = Coordinator;
      return std::tuple{
          field("key", &M::key).in(since(4)),
          field("node_id", &M::node_id).in(since(4)),
          field("host", &M::host).in(since(4)),
          field("port", &M::port).in(since(4)),
          field("error_code", &M::error_code).in(since(4)),
          field("error_message", &M::error_message).in(since(4)).nullable(since(4)).ignorable()};
    }
    bool operator==(const Coordinator&) const = default;
  };

  std::int32_t throttle_time_ms = 0;
  ErrorCode error_code = ErrorCode::none;
  std::optional<std::string> error_message = "";
  std::int32_t node_id = 0;
  std::string host;
  std::int32_t port = 0;
  std::vector<Coordinator> coordinators;
  UnknownTags unknown_tags;

  static constexpr auto fields() {
    using M = FindCoordinatorResponse;
    return std::tuple{
        field("throttle_time_ms", &M::throttle_time_ms).in(since(1)).ignorable(),
        field("error_code", &M::error_code).in(range(0, 3)),
        field("error_message", &M::error_message).in(range(1, 3)).nullable(range(1, 3)).ignorable(),
        field("node_id", &M::node_id).in(range(0, 3)),
        field("host", &M::host).in(range(0, 3)),
        field("port", &M::port).in(range(0, 3)),
        field("coordinators", &M::coordinators).in(since(4))};
  }
  bool operator==(const FindCoordinatorResponse&) const = default;
};

}  // namespace mini::protocol
