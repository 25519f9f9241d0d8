// DescribeGroups, v0-5.
// A group that does not exist is Dead, without an error. The protocol and what members subscribe to are told
// while the group is stable.
#include "protocol/messages/describe_groups.h"
#include "broker/api/handlers.h"
#include "broker/api/named.h"
#include "broker/api/operations.h"
#include "broker/groups/group_registry.h"

namespace mini::broker {

using protocol::DescribeGroupsRequest;
using protocol::DescribeGroupsResponse;

namespace {

DescribeGroupsResponse::DescribedGroup described(const std::string& group_id, GroupDescription group) {
  DescribeGroupsResponse::DescribedGroup answer;
  answer.group_id = group_id;
  answer.group_state = to_string(group.state);
  answer.protocol_type = std::move(group.protocol_type);
  answer.protocol_data = std::move(group.protocol_name);
  for (auto& each : group.members) {
    auto& member = answer.members.emplace_back();
    member.member_id = std::move(each.member_id);
    member.group_instance_id = std::move(each.group_instance_id);
    member.client_id = std::move(each.client_id);
    member.client_host = std::move(each.client_host);
    member.member_metadata = std::move(each.metadata);
    member.member_assignment = std::move(each.assignment);
  }
  return answer;
}

}  // namespace

void describe_groups(Services& broker, const RequestContext&, const DescribeGroupsRequest& request,
                     Reply<DescribeGroupsResponse> reply) {
  DescribeGroupsResponse response;
  Once<std::string_view> once;
  for (const std::string& group_id : request.groups) {
    if (!once.first(group_id)) continue;
    response.groups.push_back(described(group_id, broker.groups.describe(group_id)));
    if (request.include_authorized_operations)
      response.groups.back().authorized_operations = group_operations;
  }
  reply.send(response);
}

}  // namespace mini::broker
