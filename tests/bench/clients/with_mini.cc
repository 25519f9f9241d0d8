#include <array>
#include <atomic>

#include "mini/consumer.h"
#include "mini/producer.h"
#include "tests/bench/clients/client_run.h"

namespace mini::bench {

using namespace std::chrono_literals;

std::int64_t produce_with_mini(const ClientRun& run) {
  Producer producer({{"bootstrap.servers", run.broker},
                     {"acks", "1"},
                     {"enable.idempotence", "false"},
                     {"linger.ms", std::to_string(run.linger_ms)}});
  const std::string value(run.record_size, 'v');
  std::atomic<std::int64_t> stored{0};
  for (std::int64_t i = 0; i < run.records; ++i) {
    std::array<char, 8> key{'k', 'e', 'y', '-'};
    const std::int64_t number = i % 1024;
    for (int digit = 0; digit < 4; ++digit)
      key[4 + digit] = static_cast<char>('a' + (number >> (3 * digit)) % 8);
    producer.send({.topic = run.topic, .key = std::string_view(key.data(), key.size()), .value = value},
                  [&stored](const Delivery& delivery) {
                    if (!delivery.error) stored.fetch_add(1, std::memory_order_relaxed);
                  });
  }
  producer.flush(60s);
  return stored;
}

std::int64_t consume_with_mini(const ClientRun& run) {
  Consumer consumer(
      {{"bootstrap.servers", run.broker}, {"auto.offset.reset", "earliest"}, {"check.crcs", "true"}});
  std::vector<TopicPartition> partitions;
  for (std::int32_t i = 0; i < 4; ++i) partitions.push_back({run.topic, i});
  consumer.assign(partitions);
  std::int64_t bytes = 0;
  for (std::int64_t seen = 0; seen < run.records;)
    for (const ConsumerRecord& record : consumer.poll(1s)) {
      bytes += static_cast<std::int64_t>(record.value->size());
      ++seen;
    }
  return bytes;
}

}  // namespace mini::bench
