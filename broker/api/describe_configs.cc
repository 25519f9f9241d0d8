// DescribeConfigs, v1-4.
// Tells every setting of topics and of this broker with its value, source, synonyms, type and documentation.
// Not emulated: broker loggers, client metrics and groups as resources (INVALID_REQUEST).
#include <algorithm>

#include "broker/api/handlers.h"
#include "broker/api/named.h"
#include "broker/config/describe.h"
#include "broker/topics/topics.h"
#include "protocol/messages/describe_configs.h"

namespace mini::broker {

using protocol::DescribeConfigsRequest;
using protocol::DescribeConfigsResponse;
using protocol::ErrorCode;
using Answer = DescribeConfigsResponse::DescribeConfigsResult;
using Line = DescribeConfigsResponse::DescribeConfigsResourceResult;

namespace {

constexpr std::int8_t topic_resource = 2;
constexpr std::int8_t broker_resource = 4;
constexpr std::size_t line_bytes = 2 * sizeof(Line);  // about, with its texts

Line line_of(const ConfigEntry& entry, const DescribeConfigsRequest& request) {
  Line line;
  line.name = entry.name;
  line.value = entry.value;
  line.read_only = entry.read_only;
  line.config_source = static_cast<std::int8_t>(entry.source);
  line.is_sensitive = entry.sensitive;
  line.config_type = static_cast<std::int8_t>(entry.type);
  line.documentation.reset();
  if (request.include_documentation) line.documentation = std::string(entry.documentation);
  if (!request.include_synonyms) return line;
  for (const ConfigSynonym& synonym : entry.synonyms) {
    auto& each = line.synonyms.emplace_back();
    each.name = synonym.name;
    each.value = synonym.value;
    each.source = static_cast<std::int8_t>(synonym.source);
  }
  return line;
}

void refuse(Answer& answer, ErrorCode error, std::string message) {
  answer.error_code = error;
  answer.error_message = std::move(message);
}

std::vector<ConfigEntry> entries(Services& broker, Answer& answer) {
  const std::string& name = answer.resource_name;
  if (answer.resource_type == topic_resource) {
    if (const std::string why = why_illegal_topic_name(name); !why.empty()) {
      refuse(answer, ErrorCode::invalid_topic_exception, why);
      return {};
    }
    if (const TopicPtr topic = broker.topics.find(name)) return describe_topic(topic->config());
    refuse(answer, ErrorCode::unknown_topic_or_partition, "There is no topic '" + name + "'.");
    return {};
  }
  if (answer.resource_type != broker_resource) {
    refuse(answer, ErrorCode::invalid_request, "Only topics and brokers have settings here.");
    return {};
  }
  const bool cluster_wide = name.empty();  // the defaults that were set while running: none can be set yet
  if (cluster_wide) return {};
  const std::string self = std::to_string(broker.settings.node_id);
  if (name == self) return describe_broker(broker.config);
  refuse(answer, ErrorCode::invalid_request, "This is broker " + self + ".");
  return {};
}

}  // namespace

void describe_configs(Services& broker, const RequestContext&, const DescribeConfigsRequest& request,
                      Reply<DescribeConfigsResponse> reply) {
  DescribeConfigsResponse response;
  Once<std::pair<std::int8_t, std::string_view>> once;
  std::size_t bytes = 0;
  for (const auto& resource : request.resources) {
    if (!once.first({resource.resource_type, resource.resource_name})) continue;
    Answer& answer = response.results.emplace_back();
    answer.resource_type = resource.resource_type;
    answer.resource_name = resource.resource_name;
    const auto& keys = resource.configuration_keys;
    const bool all = !keys || keys->empty();
    for (const ConfigEntry& entry : entries(broker, answer)) {
      if (all || std::find(keys->begin(), keys->end(), entry.name) != keys->end())
        answer.configs.push_back(line_of(entry, request));
    }
    bytes += answer.configs.size() * line_bytes;
    if (!reply.has_room_for(bytes)) return;
  }
  reply.send(response);
}

}  // namespace mini::broker
