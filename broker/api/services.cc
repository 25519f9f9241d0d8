#include "broker/api/services.h"

namespace mini::broker {

Endpoint advertised(const Services& broker, const Origin& origin) {
  const Listener* told = broker.config.listeners().advertised_of(origin.listener);
  return told ? Endpoint{told->host, told->port} : origin.local;
}

}  // namespace mini::broker
