#include "broker/config/listeners.h"

#include <algorithm>
#include <map>
#include <set>

#include "broker/config/setting_value.h"

namespace mini::broker {
namespace {

using ProtocolByName = std::map<std::string, SecurityProtocol, std::less<>>;

std::string upper_case(std::string_view text) {
  std::string upper(text);
  for (char& c : upper) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return upper;
}

std::optional<SecurityProtocol> parse_protocol(std::string_view text) {
  const std::string name = upper_case(text);
  if (name == "PLAINTEXT") return SecurityProtocol::plaintext;
  if (name == "SSL") return SecurityProtocol::ssl;
  if (name == "SASL_PLAINTEXT") return SecurityProtocol::sasl_plaintext;
  if (name == "SASL_SSL") return SecurityProtocol::sasl_ssl;
  return std::nullopt;
}

std::string quoted(std::string_view text) { return "'" + std::string(text) + "'"; }

ProtocolByName parse_security_map(std::string_view text, std::vector<std::string>& errors) {
  ProtocolByName protocols;
  for (const auto pair : split_list(text)) {
    const auto colon = pair.find(':');
    const auto protocol =
        colon == std::string_view::npos ? std::nullopt : parse_protocol(trimmed(pair.substr(colon + 1)));
    if (!protocol || colon == 0) {
      errors.push_back("listener.security.protocol.map: " + quoted(pair) +
                       " is not NAME:PROTOCOL with one of PLAINTEXT, SSL, SASL_PLAINTEXT, SASL_SSL");
      continue;
    }
    protocols[upper_case(trimmed(pair.substr(0, colon)))] = *protocol;
  }
  return protocols;
}

std::optional<Listener> parse_listener(std::string_view text) {
  const auto scheme_end = text.find("://");
  if (scheme_end == std::string_view::npos || scheme_end == 0) return std::nullopt;
  auto address = parse_host_port(text.substr(scheme_end + 3));
  if (!address) return std::nullopt;
  return Listener{upper_case(text.substr(0, scheme_end)), std::move(address->host), address->port,
                  SecurityProtocol::plaintext};
}

// One of the two settings that list listeners; names must not repeat.
std::vector<Listener> parse_listeners(std::string_view setting, std::string_view text,
                                      std::vector<std::string>& errors) {
  std::vector<Listener> listeners;
  std::set<std::string> names;
  for (const auto part : split_list(text)) {
    auto listener = parse_listener(part);
    if (!listener) {
      errors.push_back(std::string(setting) + ": " + quoted(part) +
                       " is not NAME://HOST:PORT with a port between 0 and 65535");
    } else if (!names.insert(listener->name).second) {
      errors.push_back(std::string(setting) + ": the name " + listener->name + " is used twice");
    } else {
      listeners.push_back(std::move(*listener));
    }
  }
  return listeners;
}

class Resolver {
 public:
  Resolver(const ListenerTexts& texts, std::vector<std::string>& errors) : errors_(errors) {
    protocols_ = parse_security_map(texts.security_map, errors);
    for (const auto name : split_list(texts.controller_names)) controller_names_.insert(upper_case(name));
    // Files that leave the line out mean this name by it, unless they give the name a protocol.
    if (controller_names_.empty() && !protocols_.contains("CONTROLLER"))
      controller_names_.insert("CONTROLLER");
    for (auto& listener : parse_listeners("listeners", texts.listeners, errors)) place(std::move(listener));
    if (result_.bound.empty() && errors.empty()) errors.push_back("listeners: there is none for clients");
    check_addresses();
    for (auto& listener : parse_listeners("advertised.listeners", texts.advertised, errors)) {
      if (advertisable(listener)) result_.advertised.push_back(std::move(listener));
    }
  }

  Listeners take() { return std::move(result_); }

 private:
  void place(Listener listener) {
    const bool for_controllers = controller_names_.contains(listener.name);
    const auto protocol = protocols_.find(listener.name);
    if (protocol != protocols_.end()) {
      listener.protocol = protocol->second;
    } else if (const auto by_name = parse_protocol(listener.name)) {
      listener.protocol = *by_name;
    } else if (!for_controllers) {
      errors_.push_back("listeners: " + listener.name + " is not in listener.security.protocol.map");
      return;
    }
    if (!for_controllers && listener.protocol != SecurityProtocol::plaintext) {
      errors_.push_back("listeners: " + listener.name + " asks for TLS or SASL, which are not served yet");
      return;
    }
    (for_controllers ? result_.controller : result_.bound).push_back(std::move(listener));
  }

  void check_addresses() {
    std::set<std::pair<std::string, std::uint16_t>> taken;
    for (const Listener& listener : result_.bound) {
      if (listener.port != 0 && !taken.emplace(listener.host, listener.port).second) {
        errors_.push_back("listeners: " + listener.host + ":" + std::to_string(listener.port) +
                          " is used twice");
      }
    }
  }

  bool advertisable(const Listener& listener) {
    const auto refuse = [&](const std::string& why) {
      errors_.push_back("advertised.listeners: " + listener.name + " " + why);
      return false;
    };
    if (controller_names_.contains(listener.name)) return true;  // newer Kafka advertises these too
    if (std::ranges::find(result_.bound, listener.name, &Listener::name) == result_.bound.end()) {
      return refuse("is not one of the listeners");
    }
    if (listener.host == "0.0.0.0" || listener.host == "::") {
      return refuse("advertises " + listener.host +
                    ", which no client can reach; give a host name or an address");
    }
    return true;
  }

  std::vector<std::string>& errors_;
  ProtocolByName protocols_;
  std::set<std::string> controller_names_;
  Listeners result_;
};

std::optional<std::uint16_t> parse_port(std::string_view text) {
  const auto port = parse_integer(text);
  if (!port || *port < 0 || *port > 65535) return std::nullopt;
  return static_cast<std::uint16_t>(*port);
}

bool is_host(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c > ' ' && c != '/' && c != '@' && c != 0x7f; });
}

}  // namespace

const Listener* Listeners::advertised_of(std::string_view listener_name) const {
  const auto found = std::ranges::find(advertised, listener_name, &Listener::name);
  return found == advertised.end() ? nullptr : &*found;
}

Listeners resolve_listeners(const ListenerTexts& texts, std::vector<std::string>& errors) {
  return Resolver(texts, errors).take();
}

std::optional<HostPort> parse_host_port(std::string_view text) {
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos) return std::nullopt;
  auto host = text.substr(0, colon);
  const bool bracketed = host.size() > 2 && host.front() == '[' && host.back() == ']';
  if (bracketed) host = host.substr(1, host.size() - 2);
  const auto port = parse_port(text.substr(colon + 1));
  if (!port || !is_host(host) || host.find_first_of("[]") != host.npos) return std::nullopt;
  if (!bracketed && host.find(':') != host.npos) return std::nullopt;
  return HostPort{std::string(host), *port};
}

}  // namespace mini::broker
