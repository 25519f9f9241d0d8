#pragma once

#include <string>

#include "broker/config/config.h"
#include "broker/env/environment.h"
#include "broker/env/now.h"

// What request handlers may touch, built by the core and handed to every handler.
namespace mini::broker {

class Topics;
class Groups;
class ProducerIds;
class FetchWaiters;

struct Endpoint {
  std::string host;
  std::uint16_t port = 0;
};

// Where a connection comes from, told by whoever opens it. Constant for its life.
struct Origin {
  std::string listener = "PLAINTEXT";
  Endpoint local;  // the address that the client reached
  Endpoint peer;
};

struct Services {
  const Config& config;
  const BrokerSettings& settings;
  Environment& environment;
  Topics& topics;
  Groups& groups;
  ProducerIds& producer_ids;
  FetchWaiters& fetch_waiters;
  std::string cluster_id;
  Now now;  // of the wake-up that brought the request
};

// The address to give to a client that came from `origin`, in every answer that names a broker: what
// `advertised.listeners` says for its listener, else the local address of its own connection.
Endpoint advertised(const Services& broker, const Origin& origin);

}  // namespace mini::broker
