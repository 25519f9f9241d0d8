#include "client/settings/cluster_settings.h"

#include <charconv>

#include "client/settings/foreign.h"
#include "client/settings/reader.h"

namespace mini::client {
namespace {

constexpr std::uint16_t default_port = 9092;

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

bool parse_port(std::string_view text, std::uint16_t& port) {
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), port);
  return problem == std::errc() && end == text.data() + text.size() && port != 0;
}

bool parse_server(std::string_view entry, BrokerAddress& address) {
  if (const std::size_t scheme = entry.find("://"); scheme != std::string_view::npos) {
    if (entry.substr(0, scheme) != "PLAINTEXT") return false;  // there is nothing else here
    entry.remove_prefix(scheme + 3);
  }
  address.port = default_port;
  std::string_view host = entry;
  if (entry.starts_with('[')) {
    const std::size_t close = entry.find(']');
    if (close == std::string_view::npos) return false;
    host = entry.substr(1, close - 1);
    entry.remove_prefix(close + 1);
    if (!entry.empty() && (entry.front() != ':' || !parse_port(entry.substr(1), address.port))) return false;
  } else if (const std::size_t colon = entry.rfind(':'); colon != std::string_view::npos) {
    host = entry.substr(0, colon);
    if (!parse_port(entry.substr(colon + 1), address.port)) return false;
  }
  address.host = host;
  return !host.empty();
}

}  // namespace

std::vector<BrokerAddress> parse_bootstrap(std::string_view servers) {
  std::vector<BrokerAddress> addresses;
  while (!servers.empty()) {
    const std::size_t comma = std::min(servers.find(','), servers.size());
    const std::string_view entry = trimmed(servers.substr(0, comma));
    servers.remove_prefix(std::min(comma + 1, servers.size()));
    if (entry.empty()) continue;
    if (!parse_server(entry, addresses.emplace_back())) return {};
  }
  return addresses;
}

ClusterOptions cluster_options(const Config& config) {
  refuse_what_is_not_built(config);
  const SettingsReader settings(config);
  ClusterOptions options;
  options.bootstrap = parse_bootstrap(settings.text("bootstrap.servers"));
  if (options.bootstrap.empty()) settings.refuse("bootstrap.servers", "names no broker as host:port");
  options.connection.client_id = settings.text("client.id");
  options.connection.reconnect_backoff_ms = settings.number32("reconnect.backoff.ms", 0);
  options.connection.reconnect_backoff_max_ms = settings.number32("reconnect.backoff.max.ms", 0);
  options.connection.setup_timeout_ms = settings.number32("socket.connection.setup.timeout.ms", 1);
  options.request_timeout_ms = settings.number32("request.timeout.ms", 1);
  options.retry_backoff_ms = settings.number32("retry.backoff.ms", 0);
  options.retry_backoff_max_ms = settings.number32("retry.backoff.max.ms", 0);
  options.metadata_max_age_ms = settings.number32("metadata.max.age.ms", 1);
  options.allow_auto_create_topics = settings.flag("allow.auto.create.topics");
  return options;
}

}  // namespace mini::client
