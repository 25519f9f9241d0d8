// DescribeCluster, v0-1.
// Not emulated: the controllers' own endpoint (endpoint type 2), which no client of a broker's port may ask
// for.
#include "protocol/messages/describe_cluster.h"
#include "broker/api/handlers.h"
#include "broker/api/operations.h"

namespace mini::broker {

using protocol::DescribeClusterRequest;
using protocol::DescribeClusterResponse;
using protocol::ErrorCode;

namespace {

constexpr std::int8_t brokers_endpoint = 1;
constexpr std::int8_t controllers_endpoint = 2;

}  // namespace

void describe_cluster(Services& broker, const RequestContext& context, const DescribeClusterRequest& request,
                      Reply<DescribeClusterResponse> reply) {
  DescribeClusterResponse response;
  response.error_message.reset();
  if (request.endpoint_type != brokers_endpoint) {
    response.error_code = request.endpoint_type == controllers_endpoint
                              ? ErrorCode::mismatched_endpoint_type
                              : ErrorCode::unsupported_endpoint_type;
    response.error_message = describe(response.error_code).message;
    return reply.send(response);
  }
  response.cluster_id = broker.cluster_id;
  response.controller_id = broker.settings.node_id;
  if (request.include_cluster_authorized_operations)
    response.cluster_authorized_operations = cluster_operations;
  const Endpoint endpoint = advertised(broker, context.origin);
  auto& self = response.brokers.emplace_back();
  self.broker_id = broker.settings.node_id;
  self.host = endpoint.host;
  self.port = endpoint.port;
  if (!broker.settings.rack.empty()) self.rack = broker.settings.rack;
  reply.send(response);
}

}  // namespace mini::broker
