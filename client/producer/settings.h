#pragma once

#include <memory>

#include "client/now.h"
#include "client/producer/partitioner.h"
#include "client/worker.h"
#include "mini/config.h"
#include "protocol/records/compression.h"

namespace mini::client {

struct ProducerOptions {
  std::int16_t acks = -1;
  bool idempotent = true;
  Partitioner partitioner = Partitioner::murmur2_random;
  std::int64_t linger_ms = 5;
  std::size_t batch_size = 131'072;
  protocol::Codec codec = protocol::Codec::none;
  std::size_t buffer_memory = 33'554'432;
  std::int64_t max_block_ms = 60'000;
  std::size_t request_size_max = 1'048'576;
  std::int64_t delivery_timeout_ms = 120'000;
  std::int32_t request_timeout_ms = 30'000;
  std::int64_t retries = 2'147'483'647;
  std::size_t in_flight_max = 5;  // requests for one broker
  std::int64_t retry_backoff_ms = 100;
  std::int64_t retry_backoff_max_ms = 1000;
  std::shared_ptr<Worker> worker = {};  // of the transport: who makes receipts settle
};

inline constexpr std::size_t idempotent_in_flight_max = 5;  // what brokers remember of each partition

// Throws KafkaError(invalid_config).
ProducerOptions producer_options(const Config& config);

}  // namespace mini::client
