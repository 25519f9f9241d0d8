#pragma once

#include "client/cluster/cluster.h"
#include "mini/config.h"

namespace mini::client {

// Throws KafkaError(invalid_config), also where bootstrap.servers is missing.
ClusterOptions cluster_options(const Config& config);

// "host:port,[::1]:port,host": without a port it is 9092. Nothing where an entry makes no sense.
std::vector<BrokerAddress> parse_bootstrap(std::string_view servers);

}  // namespace mini::client
