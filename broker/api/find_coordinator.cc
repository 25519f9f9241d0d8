// FindCoordinator, v0-6.
// This node coordinates every group.
// Not emulated: transactions. A transactional id is TRANSACTIONAL_ID_AUTHORIZATION_FAILED, which clients
// report at once instead of trying again.
#include "protocol/messages/find_coordinator.h"
#include "broker/api/handlers.h"
#include "broker/api/named.h"

namespace mini::broker {

using protocol::ErrorCode;
using protocol::FindCoordinatorRequest;
using protocol::FindCoordinatorResponse;

namespace {

constexpr std::int8_t group_key = 0;
constexpr std::int8_t transaction_key = 1;

ErrorCode error_of(Services& broker, std::int8_t key_type) {
  if (key_type == group_key) return ErrorCode::none;
  if (key_type != transaction_key) return ErrorCode::invalid_request;
  broker.environment.events.note(Level::warn,
                                 "A client asked for the coordinator of a transactional id: "
                                 "transactions are not served yet.");
  return ErrorCode::transactional_id_authorization_failed;
}

FindCoordinatorResponse::Coordinator coordinator(Services& broker, const RequestContext& context,
                                                 std::string key, ErrorCode error) {
  FindCoordinatorResponse::Coordinator answer;
  answer.key = std::move(key);
  answer.error_code = error;
  // Odd, but Apache Kafka's: the older answer names the absence of an error, the newer one is empty.
  const std::string_view no_error = context.version >= 4 ? "" : "NONE";
  answer.error_message = failed(error) ? describe(error).message : no_error;
  answer.node_id = failed(error) ? -1 : broker.settings.node_id;
  const Endpoint endpoint = failed(error) ? Endpoint{} : advertised(broker, context.origin);
  answer.host = endpoint.host;
  answer.port = failed(error) ? -1 : endpoint.port;
  return answer;
}

}  // namespace

void find_coordinator(Services& broker, const RequestContext& context, const FindCoordinatorRequest& request,
                      Reply<FindCoordinatorResponse> reply) {
  const bool several_keys = context.version >= 4;  // KIP-699
  const ErrorCode error = error_of(broker, request.key_type);
  FindCoordinatorResponse response;
  if (several_keys) {
    Once<std::string_view> once;
    for (const std::string& key : request.coordinator_keys) {
      if (once.first(key)) response.coordinators.push_back(coordinator(broker, context, key, error));
    }
    return reply.send(response);
  }
  const auto only = coordinator(broker, context, request.key, error);
  response.error_code = only.error_code;
  response.error_message = only.error_message;
  response.node_id = only.node_id;
  response.host = only.host;
  response.port = only.port;
  reply.send(response);
}

}  // namespace mini::broker
