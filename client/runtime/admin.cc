#include "mini/admin.h"

#include "client/admin/metadata_question.h"
#include "client/cluster/versions.h"
#include "client/runtime/admin_face.h"
#include "client/runtime/key_list.h"
#include "client/runtime/log_lines.h"

namespace mini {

using namespace client;
using protocol::ErrorCode;
using protocol::MetadataRequest;
using protocol::MetadataResponse;

namespace {

using MetadataCall = TypedCall<MetadataRequest, MetadataResponse>;

TopicInfo to_info(const MetadataResponse::MetadataResponseTopic& topic) {
  TopicInfo info{topic.name.value_or(""),
                 topic.topic_id.is_zero() ? "" : topic.topic_id.to_string(),
                 topic.is_internal,
                 {}};
  for (const auto& each : topic.partitions)
    info.partitions.push_back(
        {each.partition_index, each.leader_id, each.leader_epoch, each.replica_nodes, each.isr_nodes});
  std::sort(info.partitions.begin(), info.partitions.end(),
            [](const auto& a, const auto& b) { return a.id < b.id; });
  return info;
}

// About the cluster and `topics`: nothing: all of them.
MetadataResponse look(AdminFace& face, const std::optional<std::vector<std::string>>& topics,
                      Millis timeout) {
  MetadataResponse found;
  const auto make = [&](const Keys&, std::int16_t version) { return metadata_question(topics, version); };
  const auto read = [&](const MetadataResponse& response, const Keys& keys, const Settle& settle) {
    found = response;
    settle(keys.front(), {});
  };
  face.run(std::make_shared<MetadataCall>(versions::metadata, std::vector{Target::any()}, make, read),
           timeout);
  return found;
}

}  // namespace

Admin::Admin(const Config& config)
    : face_(std::make_unique<AdminFace>(config, client::transport_for(config))) {
  print_once(config.warnings());
}
Admin::Admin(Admin&&) noexcept = default;
Admin& Admin::operator=(Admin&&) noexcept = default;
Admin::~Admin() = default;

std::vector<std::string> Admin::list_topics(bool internal, Millis timeout) {
  std::vector<std::string> names;
  for (const auto& topic : look(*face_, std::nullopt, timeout).topics)
    if (topic.name && (internal || !topic.is_internal)) names.push_back(*topic.name);
  std::sort(names.begin(), names.end());
  return names;
}

PerKey<TopicInfo> Admin::describe_topics(const std::vector<std::string>& names, Millis timeout) {
  const auto failure = [](ErrorCode code, const std::string& name) {
    return client::broker_error(code, "topic " + name);
  };
  PerKey<TopicInfo> infos;
  for (const std::string& name : names) infos[name] = failure(ErrorCode::unknown_topic_or_partition, name);
  for (const auto& topic : look(*face_, names, timeout).topics) {
    const auto asked = infos.find(topic.name.value_or(""));
    if (asked == infos.end()) continue;
    if (protocol::failed(topic.error_code))
      asked->second = failure(topic.error_code, asked->first);
    else
      asked->second = to_info(topic);
  }
  return infos;
}

ClusterInfo Admin::describe_cluster(Millis timeout) {
  const MetadataResponse response = look(*face_, std::vector<std::string>{}, timeout);
  ClusterInfo info{response.cluster_id.value_or(""), response.controller_id, {}};
  for (const auto& broker : response.brokers)
    info.brokers.push_back({broker.node_id, broker.host, broker.port, broker.rack.value_or("")});
  return info;
}

std::string Admin::last_problem() const { return face_->last_problem(); }

}  // namespace mini
