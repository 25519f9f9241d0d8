#include <charconv>

#include "client/cluster/versions.h"
#include "client/runtime/admin_face.h"
#include "client/runtime/key_list.h"
#include "protocol/messages/describe_configs.h"
#include "protocol/messages/incremental_alter_configs.h"

namespace mini {

using namespace client;
using protocol::DescribeConfigsRequest;
using protocol::DescribeConfigsResponse;
using protocol::IncrementalAlterConfigsRequest;
using protocol::IncrementalAlterConfigsResponse;

namespace {

constexpr std::int8_t source_default = 5;

// A broker answers for itself; about topics and the default of all brokers any of them does.
Target target_of(const ConfigResource& resource, const Target& otherwise) {
  NodeId node = -1;
  const auto [end, problem] =
      std::from_chars(resource.name.data(), resource.name.data() + resource.name.size(), node);
  const bool is_id = problem == std::errc() && end == resource.name.data() + resource.name.size();
  return resource.type == ConfigResource::Type::broker && is_id ? Target::node_of(node) : otherwise;
}

std::vector<Target> targets_of(const KeyList<ConfigResource>& resources, const Target& otherwise) {
  std::vector<Target> targets;
  for (const ConfigResource& resource : resources) targets.push_back(target_of(resource, otherwise));
  return targets;
}

std::string name_of(const ConfigResource& resource) {
  return (resource.type == ConfigResource::Type::broker ? "broker " : "topic ") + resource.name;
}

ConfigEntries to_entries(const DescribeConfigsResponse::DescribeConfigsResult& result) {
  ConfigEntries entries;
  for (const auto& each : result.configs)
    entries[each.name] = {each.value, each.config_source == source_default, each.read_only, each.is_sensitive,
                          each.config_source};
  return entries;
}

IncrementalAlterConfigsRequest::AlterConfigsResource to_wire(const ConfigResource& resource,
                                                             const std::vector<ConfigChange>& changes) {
  IncrementalAlterConfigsRequest::AlterConfigsResource wire;
  wire.resource_type = static_cast<std::int8_t>(resource.type);
  wire.resource_name = resource.name;
  for (const ConfigChange& change : changes) {
    auto& each = wire.configs.emplace_back();
    each.name = change.name;
    each.config_operation = static_cast<std::int8_t>(change.operation);
    each.value = change.value;
    if (change.operation == ConfigChange::Operation::remove) each.value.reset();
  }
  return wire;
}

}  // namespace

Results<ConfigResource, ConfigEntries> Admin::describe_configs(const std::vector<ConfigResource>& resources,
                                                               Millis timeout) {
  const KeyList<ConfigResource> wanted(resources);
  std::vector<ConfigEntries> found(wanted.size());
  const auto make = [&](const Keys& keys, std::int16_t) {
    DescribeConfigsRequest request;
    for (const std::size_t key : keys) {
      auto& each = request.resources.emplace_back();
      each.resource_type = static_cast<std::int8_t>(wanted[key].type);
      each.resource_name = wanted[key].name;
      each.configuration_keys.reset();  // all
    }
    return request;
  };
  const auto read = [&](const DescribeConfigsResponse& response, const Keys&, const Settle& settle) {
    for (const auto& each : response.results) {
      const ConfigResource resource{ConfigResource::Type{each.resource_type}, each.resource_name};
      const std::size_t key = wanted.number(resource);
      if (key < found.size()) found[key] = to_entries(each);
      settle(key, key_error(each.error_code, name_of(resource), each.error_message));
    }
  };
  const auto errors =
      face_->run(std::make_shared<TypedCall<DescribeConfigsRequest, DescribeConfigsResponse>>(
                     versions::describe_configs, targets_of(wanted, Target::any()), make, read),
                 timeout);
  return wanted.results(errors, std::move(found));
}

std::map<ConfigResource, Error> Admin::alter_configs(
    const std::map<ConfigResource, std::vector<ConfigChange>>& changes, Millis timeout, bool validate_only) {
  const KeyList<ConfigResource> wanted(changes);
  const auto make = [&](const Keys& keys, std::int16_t) {
    IncrementalAlterConfigsRequest request;
    request.validate_only = validate_only;
    for (const std::size_t key : keys)
      request.resources.push_back(to_wire(wanted[key], changes.at(wanted[key])));
    return request;
  };
  const auto read = [&](const IncrementalAlterConfigsResponse& response, const Keys&, const Settle& settle) {
    for (const auto& each : response.responses) {
      const ConfigResource resource{ConfigResource::Type{each.resource_type}, each.resource_name};
      settle(wanted.number(resource), key_error(each.error_code, name_of(resource), each.error_message));
    }
  };
  return wanted.errors(face_->run(
      std::make_shared<TypedCall<IncrementalAlterConfigsRequest, IncrementalAlterConfigsResponse>>(
          versions::incremental_alter_configs, targets_of(wanted, Target::controller()), make, read),
      timeout));
}

}  // namespace mini
