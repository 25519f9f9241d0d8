#include "client/consumer/coordinator.h"

#include "client/cluster/versions.h"

namespace mini::client {

using protocol::ErrorCode;
using protocol::FindCoordinatorRequest;
using protocol::FindCoordinatorResponse;

void Coordinator::advance(bool needed, Now now) {
  now_ = now;
  if (!needed || known() || asking_ || now.monotonic < ask_at_ || fatal_) return;
  asking_ = true;
  cluster_.request(cluster_.any_node(now), Lane::main,
                   make_request<FindCoordinatorRequest, FindCoordinatorResponse>(
                       versions::find_coordinator, options_.request_timeout_ms,
                       [group = options_.group_id](std::int16_t version) {
                         FindCoordinatorRequest request;
                         if (version >= 4)  // KIP-699
                           request.coordinator_keys.push_back(group);
                         else
                           request.key = group;
                         return request;
                       },
                       [this](Reply<FindCoordinatorResponse>& reply) { on_answer(reply); }),
                   now);
}

void Coordinator::on_answer(Reply<FindCoordinatorResponse>& reply) {
  asking_ = false;
  const auto& answer = reply.response;
  if (reply.error) return failed_to_find(reply.error);
  if (reply.version < 4)
    return learn(answer.error_code, answer.error_message, answer.node_id, answer.host, answer.port);
  if (answer.coordinators.empty())
    return failed_to_find(client_error(ClientErrc::bad_answer, "no coordinator in it"));
  const auto& found = answer.coordinators.front();
  learn(found.error_code, found.error_message, found.node_id, found.host, found.port);
}

void Coordinator::learn(ErrorCode code, const std::optional<std::string>& message, NodeId node,
                        const std::string& host, std::int32_t port) {
  if (protocol::failed(code))
    return failed_to_find(broker_error(code, "group " + options_.group_id + ": " + message.value_or("")));
  if (node < 0 || host.empty() || port <= 0 || port > 65535)
    return failed_to_find(client_error(ClientErrc::bad_answer, "the coordinator has no address"));
  cluster_.learn_node(node, host, port);
  node_ = node;
  backoff_.reset();
}

void Coordinator::failed_to_find(const Error& error) {
  ask_at_ = now_.monotonic + backoff_.next_ms(cluster_.random());
  if (!error.retriable && error.code != ClientErrc::closed) fatal_ = error;
}

bool Coordinator::note(const Error& error) {
  const int code = error.code.value();
  const auto is = [code](ErrorCode each) { return code == static_cast<int>(each); };
  const bool moved = is(ErrorCode::not_coordinator) || is(ErrorCode::coordinator_not_available);
  const bool gone = error.code == ClientErrc::disconnected || error.code == ClientErrc::bad_answer;
  if (moved || gone) forget();
  return moved || gone || is(ErrorCode::coordinator_load_in_progress) || is(ErrorCode::request_timed_out);
}

}  // namespace mini::client
