#include "broker/config/config.h"

#include <algorithm>
#include <cassert>

#include "broker/config/setting_value.h"

namespace mini::broker {
namespace {

// Minutes and hours become milliseconds; a negative number means "for ever" in every unit.
std::string scaled(std::string_view text, std::int64_t scale) {
  if (scale == 1) return std::string(text);
  const std::int64_t number = *parse_integer(text);
  return std::to_string(number < 0 ? -1 : number * scale);
}

void check_node_id(const Config& config, std::vector<std::string>& errors) {
  if (!config.given("node.id") || !config.given("broker.id")) return;
  if (config.integer("node.id") == config.integer("broker.id")) return;
  errors.push_back("node.id=" + std::string(*config.text("node.id")) + " and broker.id=" +
                   std::string(*config.text("broker.id")) + " must be the same when both are given");
}

bool has_role(const Config& config, std::string_view role) {
  return std::ranges::count(split_list(*config.text("process.roles")), role) > 0;
}

void check_roles(const Config& config, std::vector<std::string>& errors) {
  if (has_role(config, "controller") && !has_role(config, "broker")) {
    errors.push_back(
        "process.roles=controller asks for a controller without a broker: there is nothing to serve; "
        "start the file whose process.roles contains broker");
  }
}

std::optional<std::int64_t> parse_voter(std::string_view voter) {
  const auto at = voter.find('@');
  if (at == std::string_view::npos || !parse_host_port(voter.substr(at + 1))) return std::nullopt;
  return parse_integer(voter.substr(0, at));
}

void check_quorum(const Config& config, std::vector<std::string>& errors) {
  const auto voters = split_list(*config.text("controller.quorum.voters"));
  bool found = voters.empty() || !config.given("process.roles") || !has_role(config, "controller");
  for (const auto voter : voters) {
    const auto id = parse_voter(voter);
    if (!id) errors.push_back("controller.quorum.voters: '" + std::string(voter) + "' is not ID@HOST:PORT");
    found = found || id == config.broker().node_id;
  }
  if (!found) {
    errors.push_back("controller.quorum.voters does not name this node, whose node.id is " +
                     std::to_string(config.broker().node_id));
  }
  for (const auto server : split_list(*config.text("controller.quorum.bootstrap.servers"))) {
    if (parse_host_port(server)) continue;
    errors.push_back("controller.quorum.bootstrap.servers: '" + std::string(server) + "' is not HOST:PORT");
  }
}

void check_session_timeouts(const BrokerSettings& broker, std::vector<std::string>& errors) {
  if (broker.group_min_session_timeout_ms <= broker.group_max_session_timeout_ms) return;
  errors.push_back("group.min.session.timeout.ms=" + std::to_string(broker.group_min_session_timeout_ms) +
                   " must not be above group.max.session.timeout.ms=" +
                   std::to_string(broker.group_max_session_timeout_ms));
}

TopicSettings resolve_topic_defaults(const Config& config) {
  TopicSettings topic;
  for (const Setting& setting : settings(Scope::topic)) {
    if (const auto value = config.topic_default(setting).text) assign(topic, setting, *value);
  }
  return topic;
}

Listeners resolve_listeners_of(const Config& config, std::vector<std::string>& errors) {
  const auto text = [&](std::string_view name) { return config.text(name).value_or(""); };
  return resolve_listeners({text("listeners"), text("advertised.listeners"),
                            text("listener.security.protocol.map"), text("controller.listener.names")},
                           errors);
}

}  // namespace

Config::Config() {
  std::vector<std::string> errors;
  resolve(errors);
  assert(errors.empty());
}

const GivenValue* Config::given(std::string_view name) const {
  const auto found = given_.find(name);
  return found == given_.end() ? nullptr : &found->second;
}

std::optional<std::string_view> Config::text(std::string_view name) const {
  if (const GivenValue* value = given(name)) return value->text;
  const Setting* setting = find_setting(name);
  assert(setting != nullptr);
  return setting->default_value;
}

std::optional<std::int64_t> Config::integer(std::string_view name) const {
  const auto value = text(name);
  return value ? parse_integer(*value) : std::nullopt;
}

bool Config::boolean(std::string_view name) const { return *parse_boolean(*text(name)); }

Config::TopicDefault Config::topic_default(const Setting& topic_setting) const {
  for (const Inherited& inherited : topic_setting.inherits) {
    if (inherited.name.empty()) break;
    if (const GivenValue* value = given(inherited.name)) {
      return {scaled(value->text, inherited.scale), value, inherited.name};
    }
  }
  TopicDefault fallback;
  if (topic_setting.default_value) fallback.text = std::string(*topic_setting.default_value);
  return fallback;
}

void Config::resolve(std::vector<std::string>& errors) {
  broker_ = resolve_broker_settings(*this);
  topic_ = resolve_topic_defaults(*this);
  listeners_ = resolve_listeners_of(*this, errors);
  check_node_id(*this, errors);
  check_roles(*this, errors);
  check_quorum(*this, errors);
  check_session_timeouts(broker_, errors);
}

}  // namespace mini::broker
