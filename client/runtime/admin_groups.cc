#include "client/cluster/versions.h"
#include "client/runtime/admin_face.h"
#include "client/runtime/key_list.h"
#include "protocol/messages/consumer_protocol.h"
#include "protocol/messages/delete_groups.h"
#include "protocol/messages/describe_groups.h"
#include "protocol/messages/leave_group.h"
#include "protocol/messages/list_groups.h"

namespace mini {

using namespace client;
using protocol::DeleteGroupsRequest;
using protocol::DeleteGroupsResponse;
using protocol::DescribeGroupsRequest;
using protocol::DescribeGroupsResponse;
using protocol::LeaveGroupRequest;
using protocol::LeaveGroupResponse;
using protocol::ListGroupsRequest;
using protocol::ListGroupsResponse;

namespace {

std::vector<Target> coordinators(const KeyList<std::string>& groups) {
  std::vector<Target> targets;
  for (const std::string& group : groups) targets.push_back(Target::coordinator_of(group));
  return targets;
}

GroupMember to_member(const DescribeGroupsResponse::DescribedGroupMember& wire) {
  GroupMember member{
      wire.member_id, wire.group_instance_id.value_or(""), wire.client_id, wire.client_host, {}};
  const auto assignment = protocol::decode_assignment(wire.member_assignment);
  if (!assignment) return member;
  for (const auto& topic : assignment->assigned_partitions)
    for (const std::int32_t partition : topic.partitions)
      member.assignment.push_back({topic.topic, partition});
  return member;
}

GroupInfo to_info(const DescribeGroupsResponse::DescribedGroup& wire) {
  GroupInfo info{wire.group_id, wire.group_state, wire.protocol_type, wire.protocol_data, {}};
  for (const auto& member : wire.members) info.members.push_back(to_member(member));
  return info;
}

protocol::VersionRange list_versions(const std::vector<std::string>& states,
                                     const std::vector<std::string>& types) {
  if (!types.empty()) return versions::list_groups_by_type;
  return states.empty() ? versions::list_groups : versions::list_groups_by_state;
}

const std::string& key_of(const GroupMember& member) {
  return member.instance_id.empty() ? member.member_id : member.instance_id;
}

}  // namespace

std::vector<GroupListing> Admin::list_groups(const std::vector<std::string>& states,
                                             const std::vector<std::string>& types, Millis timeout) {
  std::vector<Target> targets;
  for (const BrokerInfo& broker : describe_cluster(timeout).brokers)
    targets.push_back(Target::node_of(broker.id));
  std::map<std::string, GroupListing> found;
  const auto make = [&](const Keys&, std::int16_t) {
    ListGroupsRequest request;
    request.states_filter = states;
    request.types_filter = types;
    return request;
  };
  const auto read = [&](const ListGroupsResponse& response, const Keys& keys, const Settle& settle) {
    for (const auto& group : response.groups)
      found[group.group_id] = {group.group_id, group.protocol_type, group.group_state, group.group_type};
    settle(keys.front(), broker_error(response.error_code, "listing groups"));
  };
  for (const Error& error : face_->run(std::make_shared<TypedCall<ListGroupsRequest, ListGroupsResponse>>(
                                           list_versions(states, types), std::move(targets), make, read),
                                       timeout))
    if (error) throw KafkaError(error);
  std::vector<GroupListing> groups;
  for (auto& [id, group] : found) groups.push_back(std::move(group));
  return groups;
}

PerKey<GroupInfo> Admin::describe_groups(const std::vector<std::string>& groups, Millis timeout) {
  const KeyList<std::string> ids(groups);
  std::vector<GroupInfo> found(ids.size());
  const auto make = [&](const Keys& keys, std::int16_t) {
    DescribeGroupsRequest request;
    for (const std::size_t key : keys) request.groups.push_back(ids[key]);
    return request;
  };
  const auto read = [&](const DescribeGroupsResponse& response, const Keys&, const Settle& settle) {
    for (const auto& group : response.groups) {
      const std::size_t key = ids.number(group.group_id);
      if (key < found.size()) found[key] = to_info(group);
      settle(key, key_error(group.error_code, "group " + group.group_id));
    }
  };
  const auto errors = face_->run(std::make_shared<TypedCall<DescribeGroupsRequest, DescribeGroupsResponse>>(
                                     versions::describe_groups, coordinators(ids), make, read),
                                 timeout);
  return ids.results(errors, std::move(found));
}

Errors Admin::delete_groups(const std::vector<std::string>& groups, Millis timeout) {
  const KeyList<std::string> ids(groups);
  const auto make = [&](const Keys& keys, std::int16_t) {
    DeleteGroupsRequest request;
    for (const std::size_t key : keys) request.groups_names.push_back(ids[key]);
    return request;
  };
  const auto read = [&](const DeleteGroupsResponse& response, const Keys&, const Settle& settle) {
    for (const auto& group : response.results)
      settle(ids.number(group.group_id), key_error(group.error_code, "group " + group.group_id));
  };
  return ids.errors(face_->run(std::make_shared<TypedCall<DeleteGroupsRequest, DeleteGroupsResponse>>(
                                   versions::delete_groups, coordinators(ids), make, read),
                               timeout));
}

Errors Admin::remove_members_from_group(const std::string& group, const std::vector<GroupMember>& members,
                                        Millis timeout) {
  std::map<std::string, const GroupMember*> wanted;
  for (const GroupMember& member : members) wanted[key_of(member)] = &member;
  const KeyList<std::string> names(wanted);
  const auto make = [&](const Keys& keys, std::int16_t) {
    LeaveGroupRequest request;
    request.group_id = group;
    for (const std::size_t key : keys) {
      const GroupMember& member = *wanted.at(names[key]);
      auto& each = request.members.emplace_back();
      if (member.instance_id.empty())
        each.member_id = member.member_id;
      else
        each.group_instance_id = member.instance_id;
      each.reason = "removed by an administrator";
    }
    return request;
  };
  const auto read = [&](const LeaveGroupResponse& response, const Keys& keys, const Settle& settle) {
    const Error whole = key_error(response.error_code, "group " + group);
    for (std::size_t i = 0; whole && i < keys.size(); ++i) settle(keys[i], whole);
    for (const auto& each : response.members) {
      const std::string name = each.group_instance_id.value_or(each.member_id);
      if (!whole) settle(names.number(name), key_error(each.error_code, "member " + name));
    }
  };
  return names.errors(
      face_->run(std::make_shared<TypedCall<LeaveGroupRequest, LeaveGroupResponse>>(
                     versions::leave_group_for_others, names.all(Target::coordinator_of(group)), make, read),
                 timeout));
}

Errors Admin::remove_all_members_from_group(const std::string& group, Millis timeout) {
  const auto described = describe_groups({group}, timeout);
  const auto& found = described.at(group);
  if (const Error* error = std::get_if<Error>(&found)) throw KafkaError(*error);
  return remove_members_from_group(group, std::get<GroupInfo>(found).members, timeout);
}

}  // namespace mini
