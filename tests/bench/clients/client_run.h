#pragma once

#include <cstdint>
#include <string>

// One client library at work for one broker. What is measured is processor time of the whole process per
// record, with a callback for every record and the bytes copied on both sides.
namespace mini::bench {

struct ClientRun {
  std::string broker;
  std::string topic;
  std::size_t record_size = 100;
  std::int64_t records = 1'000'000;
  int linger_ms = 5;
};

// Sends all records, with keys of 8 bytes (1,024 different), acks=1; gives how many callbacks said `stored`.
std::int64_t produce_with_mini(const ClientRun& run);
std::int64_t produce_with_rdkafka(const ClientRun& run);

// Reads that many records from the beginning of 4 partitions, checksums checked; gives how many bytes of
// values it saw.
std::int64_t consume_with_mini(const ClientRun& run);
std::int64_t consume_with_rdkafka(const ClientRun& run);

}  // namespace mini::bench
