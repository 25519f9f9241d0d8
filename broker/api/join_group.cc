// JoinGroup, v0-9.
// Answers when the group's join is complete: an empty group waits group.initial.rebalance.delay.ms, any other
// for all its members, at most the greatest rebalance timeout. A connection that closes while it waits does
// not take its member out of the join: the session timeout does. Past mini.memory.limit a newcomer is told
// COORDINATOR_NOT_AVAILABLE, which clients take as "try again".
// Not emulated: the consumer protocol of KIP-848, so that no group ever changes its type.
#include "protocol/messages/join_group.h"
#include "broker/api/handlers.h"
#include "broker/groups/group_registry.h"

namespace mini::broker {

using protocol::JoinGroupRequest;
using protocol::JoinGroupResponse;

namespace {

JoinInput input_of(const JoinGroupRequest& request, const RequestContext& context) {
  const bool has_rebalance_timeout = context.version >= 1;
  JoinInput input;
  input.group_id = request.group_id;
  input.member_id = request.member_id;
  input.group_instance_id = request.group_instance_id;
  input.client_id = context.client_id;
  input.client_host = "/" + context.origin.peer.host;  // as Java prints an address
  input.session_timeout_ms = request.session_timeout_ms;
  input.rebalance_timeout_ms =
      has_rebalance_timeout ? request.rebalance_timeout_ms : request.session_timeout_ms;
  input.protocol_type = request.protocol_type;
  for (const auto& each : request.protocols) input.protocols.push_back({each.name, each.metadata});
  input.reason = request.reason.value_or("");
  input.member_id_required = context.version >= 4;   // KIP-394
  input.may_skip_assignment = context.version >= 9;  // KIP-814
  return input;
}

JoinGroupResponse response_of(JoinResult result, std::int16_t version) {
  const bool null_for_no_protocol = version >= 7;
  JoinGroupResponse response;
  response.error_code = result.error;
  response.generation_id = result.generation_id;
  response.protocol_type = std::move(result.protocol_type);
  response.protocol_name = std::move(result.protocol_name);
  if (!response.protocol_name && !null_for_no_protocol) response.protocol_name = "";
  response.leader = std::move(result.leader);
  response.skip_assignment = result.skip_assignment;
  response.member_id = std::move(result.member_id);
  for (auto& each : result.members) {
    auto& member = response.members.emplace_back();
    member.member_id = std::move(each.member_id);
    member.group_instance_id = std::move(each.group_instance_id);
    member.metadata = std::move(each.metadata);
  }
  return response;
}

}  // namespace

void join_group(Services& broker, const RequestContext& context, const JoinGroupRequest& request,
                Reply<JoinGroupResponse> reply) {
  broker.groups.join(input_of(request, context), broker.now,
                     [reply = std::move(reply)](JoinResult result) mutable {
                       reply.send(response_of(std::move(result), reply.version()));
                     });
}

}  // namespace mini::broker
