#include "broker/config/listeners.h"

#include <doctest/doctest.h>

using namespace mini::broker;

namespace {

constexpr std::string_view default_map =
    "SASL_SSL:SASL_SSL,PLAINTEXT:PLAINTEXT,SSL:SSL,SASL_PLAINTEXT:SASL_PLAINTEXT";

std::string told(const std::vector<Listener>& listeners) {
  std::string text;
  for (const auto& listener : listeners) {
    text += listener.name + "|" + listener.host + "|" + std::to_string(listener.port) + " ";
  }
  return text;
}

}  // namespace

TEST_CASE("listeners are read with names, hosts and ports") {
  struct Row {
    std::string_view text, told;
  };
  const Row rows[] = {
      {"PLAINTEXT://:9092", "PLAINTEXT||9092 "},
      {"PLAINTEXT://localhost:0", "PLAINTEXT|localhost|0 "},
      {"plaintext://0.0.0.0:65535", "PLAINTEXT|0.0.0.0|65535 "},
      {"PLAINTEXT://[::1]:9092", "PLAINTEXT|::1|9092 "},
      {"A://h:1, B://h:2", "A|h|1 B|h|2 "},
      {"A://h:0,B://h:0", "A|h|0 B|h|0 "},
  };
  for (const Row& row : rows) {
    CAPTURE(row.text);
    std::vector<std::string> errors;
    const auto result = resolve_listeners({.listeners = row.text,
                                           .advertised = "",
                                           .security_map = "A:PLAINTEXT,B:plaintext",
                                           .controller_names = ""},
                                          errors);
    CHECK(errors.empty());
    CHECK(told(result.bound) == row.told);
    CHECK(result.advertised.empty());
  }
}

TEST_CASE("a compose file's inner and outer address are told apart by name") {
  std::vector<std::string> errors;
  const auto result = resolve_listeners(
      {.listeners = "PLAINTEXT://kafka:9092,PLAINTEXT_HOST://0.0.0.0:29092,CONTROLLER://:9093",
       .advertised = "PLAINTEXT://kafka:9092,PLAINTEXT_HOST://localhost:29092",
       .security_map = "CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,PLAINTEXT_HOST:PLAINTEXT",
       .controller_names = "CONTROLLER"},
      errors);
  CHECK(errors.empty());
  CHECK(told(result.bound) == "PLAINTEXT|kafka|9092 PLAINTEXT_HOST|0.0.0.0|29092 ");
  CHECK(told(result.controller) == "CONTROLLER||9093 ");
  REQUIRE(result.advertised_of("PLAINTEXT_HOST") != nullptr);
  CHECK(result.advertised_of("PLAINTEXT_HOST")->host == "localhost");
  CHECK(result.advertised_of("OTHER") == nullptr);
}

TEST_CASE("a controller's listener needs no place in the protocol map, and may even ask for TLS") {
  for (const std::string_view map :
       {std::string_view(default_map), std::string_view("CONTROLLER:SSL,PLAINTEXT:PLAINTEXT")}) {
    std::vector<std::string> errors;
    const auto result =
        resolve_listeners({.listeners = "PLAINTEXT://:9092,CONTROLLER://:9093",
                           .advertised = "PLAINTEXT://localhost:9092,CONTROLLER://localhost:9093",
                           .security_map = map,
                           .controller_names = "CONTROLLER"},
                          errors);
    CHECK(errors.empty());
    CHECK(result.controller.size() == 1);
    CHECK(result.advertised.size() == 2);
  }
}

TEST_CASE("a file that does not say which listener is the controller's means the one of that name") {
  std::vector<std::string> errors;
  const std::string_view listeners = "PLAINTEXT://:9092,CONTROLLER://:9093";
  CHECK(told(resolve_listeners({.listeners = listeners, .security_map = default_map}, errors).controller) ==
        "CONTROLLER||9093 ");
  const std::string_view map = "CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT";  // it may be for clients
  CHECK(resolve_listeners({.listeners = listeners, .security_map = map}, errors).bound.size() == 2);
  CHECK(errors.empty());
}

TEST_CASE("what cannot be listened on or told to clients is an error that says why") {
  struct Row {
    std::string_view listeners, advertised, map, controllers, error;
  };
  constexpr std::string_view one = "PLAINTEXT://:9092";
  const Row rows[] = {
      {"localhost:9092", "", default_map, "",
       "listeners: 'localhost:9092' is not NAME://HOST:PORT with a port between 0 and 65535"},
      {"PLAINTEXT://:65536", "", default_map, "",
       "listeners: 'PLAINTEXT://:65536' is not NAME://HOST:PORT with a port between 0 and 65535"},
      {"PLAINTEXT://host", "", default_map, "",
       "listeners: 'PLAINTEXT://host' is not NAME://HOST:PORT with a port between 0 and 65535"},
      {"PLAINTEXT://::1:9092", "", default_map, "",
       "listeners: 'PLAINTEXT://::1:9092' is not NAME://HOST:PORT with a port between 0 and 65535"},
      {"PLAINTEXT://:1,PLAINTEXT://:2", "", default_map, "", "listeners: the name PLAINTEXT is used twice"},
      {"A://h:1,B://h:1", "", "A:PLAINTEXT,B:PLAINTEXT", "", "listeners: h:1 is used twice"},
      {"A://:1", "", default_map, "", "listeners: A is not in listener.security.protocol.map"},
      {"SSL://:1", "", default_map, "", "listeners: SSL asks for TLS or SASL, which are not served yet"},
      {"A://:1", "", "A:SASL_PLAINTEXT", "", "listeners: A asks for TLS or SASL, which are not served yet"},
      {"", "", default_map, "", "listeners: there is none for clients"},
      {"CONTROLLER://:1", "", default_map, "CONTROLLER", "listeners: there is none for clients"},
      {one, "", "PLAINTEXT", "",
       "listener.security.protocol.map: 'PLAINTEXT' is not NAME:PROTOCOL with one of PLAINTEXT, SSL, "
       "SASL_PLAINTEXT, "
       "SASL_SSL"},
      {one, "PLAINTEXT://0.0.0.0:9092", default_map, "",
       "advertised.listeners: PLAINTEXT advertises 0.0.0.0, which no client can reach; give a host name or "
       "an address"},
      {one, "PLAINTEXT://[::]:9092", default_map, "",
       "advertised.listeners: PLAINTEXT advertises ::, which no client can reach; give a host name or an "
       "address"},
      {one, "OTHER://h:9092", default_map, "", "advertised.listeners: OTHER is not one of the listeners"},
      {one, "h:9092", default_map, "",
       "advertised.listeners: 'h:9092' is not NAME://HOST:PORT with a port between 0 and 65535"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.listeners);
    CAPTURE(row.advertised);
    std::vector<std::string> errors;
    resolve_listeners({row.listeners, row.advertised, row.map, row.controllers}, errors);
    CHECK(errors == std::vector<std::string>{std::string(row.error)});
  }
}
