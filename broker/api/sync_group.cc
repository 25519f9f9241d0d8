// SyncGroup, v0-5.
// A follower's request waits for the leader's; in a stable group the assignment is told at once. What a
// follower assigns is ignored; assignments are bytes that nobody looks into.
#include "protocol/messages/sync_group.h"
#include "broker/api/handlers.h"
#include "broker/groups/group_registry.h"

namespace mini::broker {

using protocol::ErrorCode;
using protocol::SyncGroupRequest;
using protocol::SyncGroupResponse;

namespace {

SyncInput input_of(const SyncGroupRequest& request) {
  SyncInput input;
  input.group_id = request.group_id;
  input.member = {request.member_id, request.group_instance_id, request.generation_id};
  input.protocol_type = request.protocol_type;
  input.protocol_name = request.protocol_name;
  for (const auto& each : request.assignments)
    input.assignments.emplace_back(each.member_id, each.assignment);
  return input;
}

SyncGroupResponse response_of(SyncResult result) {
  SyncGroupResponse response;
  response.error_code = result.error;
  response.protocol_type = std::move(result.protocol_type);
  response.protocol_name = std::move(result.protocol_name);
  response.assignment = std::move(result.assignment);
  return response;
}

}  // namespace

void sync_group(Services& broker, const RequestContext& context, const SyncGroupRequest& request,
                Reply<SyncGroupResponse> reply) {
  const bool must_name_protocol = context.version >= 5;  // KIP-559
  if (must_name_protocol && (!request.protocol_type || !request.protocol_name)) {
    SyncResult refused;
    refused.error = ErrorCode::inconsistent_group_protocol;
    return reply.send(response_of(std::move(refused)));
  }
  broker.groups.sync(input_of(request), broker.now, [reply = std::move(reply)](SyncResult result) mutable {
    reply.send(response_of(std::move(result)));
  });
}

}  // namespace mini::broker
