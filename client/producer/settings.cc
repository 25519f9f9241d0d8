#include "client/producer/settings.h"

#include <algorithm>
#include <limits>

#include "client/settings/reader.h"

namespace mini::client {
namespace {

std::int16_t read_acks(const SettingsReader& settings) {
  const std::string acks = settings.text("acks");
  if (acks == "all" || acks == "-1") return -1;
  if (acks == "0") return 0;
  if (acks == "1") return 1;
  settings.refuse("acks", "is none of 0, 1, all, -1");
}

Partitioner read_partitioner(const SettingsReader& settings) {
  if (const auto partitioner = partitioner_named(settings.text("partitioner"))) return *partitioner;
  settings.refuse("partitioner",
                  "is none of random, consistent, consistent_random, murmur2, murmur2_random, fnv1a, "
                  "fnv1a_random");
}

// As in Java: a record has time for its lingering and one request, or its end could come before any answer.
std::int64_t read_delivery_timeout(const SettingsReader& settings, std::int64_t needed_ms) {
  const std::int64_t timeout_ms = settings.number32("delivery.timeout.ms", 1);
  if (timeout_ms < needed_ms && settings.is_set("delivery.timeout.ms"))
    settings.refuse("delivery.timeout.ms", "is less than linger.ms and request.timeout.ms together");
  return std::max(timeout_ms, needed_ms);
}

}  // namespace

ProducerOptions producer_options(const Config& config) {
  const SettingsReader settings(config);
  ProducerOptions options;
  options.acks = read_acks(settings);
  options.idempotent = settings.flag("enable.idempotence");
  options.partitioner = read_partitioner(settings);
  options.linger_ms = settings.number32("linger.ms", 0);
  options.batch_size = static_cast<std::size_t>(settings.number32("batch.size", 0));
  options.buffer_memory =
      static_cast<std::size_t>(settings.number("buffer.memory", 1, std::numeric_limits<std::int64_t>::max()));
  options.max_block_ms = settings.number("max.block.ms", 0, std::numeric_limits<std::int64_t>::max());
  options.request_size_max = static_cast<std::size_t>(settings.number32("max.request.size", 1));
  options.request_timeout_ms = settings.number32("request.timeout.ms", 1);
  options.delivery_timeout_ms =
      read_delivery_timeout(settings, options.linger_ms + options.request_timeout_ms);
  options.retries = settings.number32("retries", 0);
  options.in_flight_max =
      static_cast<std::size_t>(settings.number32("max.in.flight.requests.per.connection", 1));
  options.retry_backoff_ms = settings.number32("retry.backoff.ms", 0);
  options.retry_backoff_max_ms = settings.number32("retry.backoff.max.ms", 0);

  const auto codec = protocol::codec_named(settings.text("compression.type"));
  if (!codec) settings.refuse("compression.type", "is none of none, gzip, snappy, lz4, zstd");
  options.codec = *codec;

  // As in Java: what was asked for by name is refused where it cannot be, the default gives way silently.
  const bool possible =
      options.acks == -1 && options.in_flight_max <= idempotent_in_flight_max && options.retries > 0;
  if (options.idempotent && !possible && settings.is_set("enable.idempotence"))
    settings.refuse("enable.idempotence",
                    "needs acks=all, retries and max.in.flight.requests.per.connection of at most 5");
  options.idempotent = options.idempotent && possible;
  return options;
}

}  // namespace mini::client
