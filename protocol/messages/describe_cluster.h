#pragma once

#include "protocol/wire/message.h"

// DescribeCluster: tells the cluster id, the controller and the brokers.
// Request: v1 endpoint_type; flexible since 0.
// Response: v1 endpoint_type; flexible since 0.
namespace mini::protocol {

struct DescribeClusterRequest {
  static constexpr MessageInfo info{ApiKey::describe_cluster, "DescribeClusterRequest", range(0, 1), always};

  bool include_cluster_authorized_operations = false;
  std::int8_t endpoint_type = 1;
  UnknownTags unknown_tags;

  static constexpr auto fields() {
    using M = DescribeClusterRequest;
    return std::tuple{
        field("include_cluster_authorized_operations", &M::include_cluster_authorized_operations),
        field("endpoint_type", &M::endpoint_type).in(since(1))};
  }
  bool operator==(const DescribeClusterRequest&) const = default;
};

struct DescribeClusterResponse {
  static constexpr MessageInfo info{ApiKey::describe_cluster, "DescribeClusterResponse", range(0, 1), always};

  struct DescribeClusterBroker {
    std::int32_t broker_id = 0;
    std::string host;
    std::int32_t port = 0;
    std::optional<std::string> rack;
    UnknownTags unknown_tags;

    static constexpr auto fields() {
      using M = DescribeClusterBroker;
      return std::tuple{field("broker_id", &M::broker_id), field("host", &M::host), field("port", &M::port),
                        field("rack", &M::rack).nullable()};
    }
    bool operator==(const DescribeClusterBroker&) const = default;
  };

  std::int32_t throttle_time_ms = 0;
  ErrorCode error_code = ErrorCode::none;
  std::optional<std::string> error_message;
  std::int8_t endpoint_type = 1;
  std::string cluster_id;
  std::int32_t controller_id = -1;
  std::vector<DescribeClusterBroker> brokers;
  std::int32_t cluster_authorized_operations = std::numeric_limits<std::int32_t>::min();
  UnknownTags unknown_tags;

  static constexpr auto fields() {
    using M = DescribeClusterResponse;
    return std::tuple{field("throttle_time_ms", &M::throttle_time_ms),
                      field("error_code", &M::error_code),
                      field("error_message", &M::error_message).nullable(),
                      field("endpoint_type", &M::endpoint_type).in(since(1)),
                      field("cluster_id", &M::cluster_id),
                      field("controller_id", &M::controller_id),
                      field("brokers", &M::brokers),
                      field("cluster_authorized_operations", &M::cluster_authorized_operations)};
  }
  bool operator==(const DescribeClusterResponse&) const = default;
};

}  // namespace mini::protocol
