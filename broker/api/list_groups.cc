// ListGroups, v0-5.
// Filters by state (v4) and type (v5), in any case; a name that no group has filters everything out. All
// groups are of type classic.
#include "protocol/messages/list_groups.h"
#include "broker/api/handlers.h"
#include "broker/groups/group_registry.h"

namespace mini::broker {

using protocol::ListGroupsRequest;
using protocol::ListGroupsResponse;

void list_groups(Services& broker, const RequestContext&, const ListGroupsRequest& request,
                 Reply<ListGroupsResponse> reply) {
  ListGroupsResponse response;
  for (GroupListing& each : broker.groups.list({request.states_filter, request.types_filter})) {
    auto& group = response.groups.emplace_back();
    group.group_id = std::move(each.group_id);
    group.protocol_type = std::move(each.protocol_type);
    group.group_state = to_string(each.state);
    group.group_type = classic_group_type;
  }
  reply.send(response);
}

}  // namespace mini::broker
