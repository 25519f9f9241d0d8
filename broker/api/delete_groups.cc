// DeleteGroups, v0-2.
// A group without members goes, and its offsets with it.
#include <set>

#include "broker/api/handlers.h"
#include "broker/groups/group_registry.h"
#include "protocol/messages/delete_groups.h"

namespace mini::broker {

using protocol::DeleteGroupsRequest;
using protocol::DeleteGroupsResponse;

void delete_groups(Services& broker, const RequestContext&, const DeleteGroupsRequest& request,
                   Reply<DeleteGroupsResponse> reply) {
  DeleteGroupsResponse response;
  const std::set<std::string> names(request.groups_names.begin(), request.groups_names.end());
  for (const std::string& name : names) {
    auto& result = response.results.emplace_back();
    result.group_id = name;
    result.error_code = broker.groups.remove(name);
  }
  reply.send(response);
}

}  // namespace mini::broker
