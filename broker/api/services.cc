#include "broker/api/services.h"

namespace mini::broker {

Endpoint advertised(const Services& broker, const Origin& origin) {
  const Listener* told = broker.config.listeners().advertised_of(origin.listener);
  if (!told) return origin.local;
  return {told->host.empty() ? origin.local.host : told->host, told->port};
}

}  // namespace mini::broker
