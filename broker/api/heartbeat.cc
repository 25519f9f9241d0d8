// Heartbeat, v0-4.
// REBALANCE_IN_PROGRESS while members are gathered; success between the end of the join and the sync.
#include "protocol/messages/heartbeat.h"
#include "broker/api/handlers.h"
#include "broker/groups/group_registry.h"

namespace mini::broker {

using protocol::HeartbeatRequest;
using protocol::HeartbeatResponse;

void heartbeat(Services& broker, const RequestContext&, const HeartbeatRequest& request,
               Reply<HeartbeatResponse> reply) {
  const MemberClaim claim{request.member_id, request.group_instance_id, request.generation_id};
  HeartbeatResponse response;
  response.error_code = broker.groups.heartbeat(request.group_id, claim, broker.now);
  reply.send(response);
}

}  // namespace mini::broker
