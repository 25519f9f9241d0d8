#include "broker/groups/memory.h"

#include <algorithm>

namespace mini::broker {
namespace {

constexpr std::size_t group_object_charge = 2'048;
constexpr std::size_t member_object_charge = 1'024;
constexpr std::size_t copies_of_id = 5;  // in the member, as keys, as the leader's, in reasons

struct Parts {
  const MemberId& id;
  const GroupInstanceId& group_instance_id;
  const std::string& client_id;
  const std::string& client_host;
  const std::vector<MemberProtocol>& protocols;
  std::size_t assignment_bytes;
};

std::size_t charge_of(const Parts& parts) {
  std::size_t bytes = member_object_charge + parts.id.size() * copies_of_id + parts.client_id.size() +
                      parts.client_host.size() + parts.assignment_bytes;
  if (parts.group_instance_id) bytes += parts.group_instance_id->size() * 2;
  for (const MemberProtocol& each : parts.protocols)
    bytes += protocol_charge + each.name.size() * 2 + each.metadata.size();
  return std::max(bytes, member_charge_min);
}

}  // namespace

std::size_t charge_of_group(const std::string& id) { return group_object_charge + 3 * id.size(); }

std::size_t charge(const Member& member) { return charge_of_assignment(member, member.assignment.size()); }

std::size_t charge_of_assignment(const Member& member, std::size_t assignment_bytes) {
  return charge_of({member.id, member.group_instance_id, member.client_id, member.client_host,
                    member.protocols, assignment_bytes});
}

std::size_t charge_of_member(const JoinInput& input, const MemberId& id, std::size_t assignment_bytes) {
  return charge_of(
      {id, input.group_instance_id, input.client_id, input.client_host, input.protocols, assignment_bytes});
}

}  // namespace mini::broker
