#pragma once

#include <map>
#include <string>
#include <vector>

#include "tests/bench/load/wire.h"

// What the load generator can do to a broker. Each gives figures by name, and throws std::runtime_error where
// the broker does anything but what it was asked to: a benchmark checks what it measures.
namespace mini::bench {

using Figures = std::map<std::string, double>;

struct Workload {
  std::string broker = "127.0.0.1:9092";
  int broker_pid = 0;  // whose processor time and memory is looked at
  std::string topic = "bench";
  int partitions = 4;
  bool create_topic = true;     // the mock has its topics from the start
  std::string retention_bytes;  // of the topic, where it is not empty
  std::size_t record_size = 100;
  int records_per_batch = 1;
  int in_flight = 128;
  std::int16_t acks = 1;
  double seconds = 5;
  double warm_up_seconds = 1;
  std::int32_t partition_max_bytes = 1 << 20;
  std::int32_t fetch_max_bytes = 16 << 20;  // of all partitions of one answer
  int rate = 1000;                          // of latency: records a second
  int connections = 1000;                   // of idle; members, of group
  int groups = 1;                           // that the members are spread over
  std::int64_t fill_bytes = 4'400'000;      // of each partition, before it is fetched; what the mock keeps
  bool random_offsets = false;              // of fetch: a batch from anywhere at a time
  int core = -1;                            // which one the generator keeps to
  std::vector<std::string> command;         // of start: what to start, {} is the port
};

Figures produce(const Workload& workload);     // pipelined, pre-encoded
Figures fetch(const Workload& workload);       // from the beginning to the end, again and again
Figures latency(const Workload& workload);     // open loop, from the intended time of sending
Figures idle(const Workload& workload);        // idle connections beside an active one
Figures partitions(const Workload& workload);  // memory of empty partitions
Figures group(const Workload& workload);       // members until all are in one stable generation
Figures start(const Workload& workload);       // from spawn to the first Metadata answer
Figures ping_pong(const Workload& workload);   // two threads and a socket: what latency is held against

Figures receive(const Workload& workload);  // a socket and a checksum: what bulk produce is held against

// ---- shared ----

void create_topic(Wire& wire, const Workload& workload, const std::string& name, int partitions);
// Produce v7 of one batch of `records_per_batch` records of random printable bytes.
Bytes produce_request(const Workload& workload, std::int32_t partition, std::int32_t correlation_id);
std::int64_t list_offset(Wire& wire, const std::string& topic, std::int32_t partition,
                         std::int64_t timestamp);
// Reads the partition from `from` to its end; checksums right, offsets dense. Gives the number of records.
std::int64_t read_back(Wire& wire, const std::string& topic, std::int32_t partition, std::int64_t from);

}  // namespace mini::bench
