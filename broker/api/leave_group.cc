// LeaveGroup, v0-5.
// Static members are removed by instance id alone where no member id is given, as administrators do.
#include "protocol/messages/leave_group.h"
#include "broker/api/handlers.h"
#include "broker/groups/group_registry.h"

namespace mini::broker {

using protocol::ErrorCode;
using protocol::LeaveGroupRequest;
using protocol::LeaveGroupResponse;

namespace {

std::vector<LeavingMember> leaving_of(const LeaveGroupRequest& request, bool several) {
  std::vector<LeavingMember> leaving;
  if (!several) leaving.push_back({request.member_id, std::nullopt, ""});
  for (const auto& each : request.members)
    leaving.push_back({each.member_id, each.group_instance_id, each.reason.value_or("")});
  return leaving;
}

}  // namespace

void leave_group(Services& broker, const RequestContext& context, const LeaveGroupRequest& request,
                 Reply<LeaveGroupResponse> reply) {
  const bool several = context.version >= 3;  // KIP-345
  LeaveGroupResponse response;
  if (request.group_id.empty()) {
    response.error_code = ErrorCode::invalid_group_id;
    return reply.send(response);
  }
  const std::vector<LeavingMember> leaving = leaving_of(request, several);
  const std::vector<ErrorCode> errors = broker.groups.leave(request.group_id, leaving, broker.now);
  for (std::size_t i = 0; several && i < leaving.size(); ++i) {
    auto& member = response.members.emplace_back();
    member.member_id = leaving[i].member_id;
    member.group_instance_id = leaving[i].group_instance_id;
    member.error_code = errors[i];
  }
  if (!several) response.error_code = errors.front();
  reply.send(response);
}

}  // namespace mini::broker
