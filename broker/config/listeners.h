#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// Where the broker listens and what it tells its clients, from the four settings that say so.
//
//   std::vector<std::string> errors;
//   const Listeners result = resolve_listeners({.listeners = "IN://:9092,OUT://:29092",
//                                               .advertised = "IN://kafka:9092,OUT://localhost:29092",
//                                               .security_map = "IN:PLAINTEXT,OUT:PLAINTEXT"}, errors);
//   result.bound[0] is {"IN", "", 9092}; result.advertised_of("OUT")->port == 29092
//
// Nothing is opened or looked up here.
namespace mini::broker {

enum class SecurityProtocol { plaintext, ssl, sasl_plaintext, sasl_ssl };

struct Listener {
  std::string name;        // upper case, as Kafka compares them
  std::string host;        // "" or "0.0.0.0" or "::": all interfaces; an IPv6 address without its brackets
  std::uint16_t port = 0;  // 0: any free one
  SecurityProtocol protocol = SecurityProtocol::plaintext;

  friend bool operator==(const Listener&, const Listener&) = default;
};

struct Listeners {
  std::vector<Listener> bound;  // to be opened
  std::vector<Listener>
      advertised;  // as given; a listener without one answers with the address it was reached at
  std::vector<Listener> controller;  // recognised, checked, never opened

  const Listener* advertised_of(std::string_view listener_name) const;  // or null
};

struct ListenerTexts {
  std::string_view listeners = {}, advertised = {}, security_map = {}, controller_names = {};
};

// Adds a sentence to `errors` for each thing that is wrong.
Listeners resolve_listeners(const ListenerTexts& texts, std::vector<std::string>& errors);

struct HostPort {
  std::string host;
  std::uint16_t port = 0;
};

// "kafka:9092", "[::1]:9092", ":9092"; nothing if it is not so.
std::optional<HostPort> parse_host_port(std::string_view text);

}  // namespace mini::broker
