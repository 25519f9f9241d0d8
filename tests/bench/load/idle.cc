#include <chrono>
#include <thread>

#include "protocol/messages/api_versions.h"
#include "tests/bench/load/measure.h"
#include "tests/bench/load/workload.h"

namespace mini::bench {
namespace {

using namespace protocol;

constexpr int round_trips = 20'000;

void greet(Wire& wire) {
  const auto answer = wire.ask<ApiVersionsResponse>(ApiVersionsRequest{}, 0);
  if (answer.api_keys.empty()) fail("ApiVersions has no answer");
}

Histogram round_trip_times(Wire& wire) {
  Histogram times;
  for (int i = 0; i < round_trips; ++i) {
    const std::int64_t begun = now_ns();
    greet(wire);
    times.add(now_ns() - begun);
  }
  return times;
}

}  // namespace

// Round trips on one connection alone and beside idle ones, in turn; what an idle one costs.
Figures idle(const Workload& workload) {
  pin_to(workload.core);
  Wire active(workload.broker);
  greet(active);
  round_trip_times(active);
  const Histogram alone = round_trip_times(active);
  const Memory before = memory_of(workload.broker_pid);
  const std::int64_t begun = now_ns();
  std::vector<Wire> connections;
  for (int i = 0; i < workload.connections; ++i) greet(connections.emplace_back(workload.broker));
  const auto connecting = static_cast<double>(now_ns() - begun);
  const Memory after = memory_of(workload.broker_pid);
  const Histogram beside = round_trip_times(active);
  const auto us = [](const Histogram& times, double percent) {
    return static_cast<double>(times.percentile(percent)) / 1e3;
  };
  return {
      {"alone_p50_us", us(alone, 50)},
      {"alone_p90_us", us(alone, 90)},
      {"beside_p50_us", us(beside, 50)},
      {"beside_p90_us", us(beside, 90)},
      {"connect_us", connecting / workload.connections / 1e3},
      {"kib_per_connection", static_cast<double>(after.anonymous - before.anonymous) / workload.connections}};
}

// What partitions without a record cost.
Figures partitions(const Workload& workload) {
  Wire wire(workload.broker);
  greet(wire);
  const Memory before = memory_of(workload.broker_pid);
  const std::int64_t begun = now_ns();
  create_topic(wire, workload, workload.topic, workload.partitions);
  const auto creating = static_cast<double>(now_ns() - begun);
  const Memory after = memory_of(workload.broker_pid);
  return {
      {"create_ms", creating / 1e6},
      {"rss_mib", static_cast<double>(before.resident) / 1024},
      {"anonymous_mib", static_cast<double>(before.anonymous) / 1024},
      {"kib_per_partition", static_cast<double>(after.anonymous - before.anonymous) / workload.partitions}};
}

}  // namespace mini::bench
