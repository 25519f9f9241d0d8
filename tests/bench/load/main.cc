#include <CLI/CLI.hpp>
#include <cstdio>

#include "tests/bench/load/measure.h"
#include "tests/bench/load/workload.h"

// bench-load WORKLOAD [options]: does one thing to one broker and prints one line of JSON.
int main(int argc, char** argv) {
  using namespace mini::bench;
  Workload workload;
  CLI::App app("Does one thing to one broker, and prints what came of it as a line of JSON.", "bench-load");
  const std::map<std::string, Figures (*)(const Workload&)> workloads = {
      {"produce", produce}, {"fetch", fetch},         {"latency", latency},
      {"idle", idle},       {"receive", receive},     {"group", group},
      {"start", start},     {"ping-pong", ping_pong}, {"partitions", partitions}};
  std::string name;
  app.add_option("workload", name)->required()->check(CLI::IsMember(workloads));
  app.add_option("--broker", workload.broker);
  app.add_option("--broker-pid", workload.broker_pid);
  app.add_option("--topic", workload.topic);
  app.add_option("--partitions", workload.partitions)->check(CLI::Range(1, 1'000'000));
  app.add_flag("!--topic-exists", workload.create_topic);
  app.add_option("--retention-bytes", workload.retention_bytes);
  app.add_option("--record-size", workload.record_size);
  app.add_option("--records", workload.records_per_batch)->check(CLI::PositiveNumber);
  app.add_option("--in-flight", workload.in_flight)->check(CLI::PositiveNumber);
  app.add_option("--acks", workload.acks);
  app.add_option("--seconds", workload.seconds);
  app.add_option("--warm-up", workload.warm_up_seconds);
  app.add_option("--partition-max-bytes", workload.partition_max_bytes);
  app.add_option("--fetch-max-bytes", workload.fetch_max_bytes);
  app.add_option("--rate", workload.rate)->check(CLI::PositiveNumber);
  app.add_option("--count", workload.connections, "connections, members or starts")
      ->check(CLI::PositiveNumber);
  app.add_option("--groups", workload.groups, "over which the members are spread")
      ->check(CLI::PositiveNumber);
  app.add_option("--fill-bytes", workload.fill_bytes, "of each partition that is fetched");
  app.add_flag("--random-offsets", workload.random_offsets, "fetch a batch from anywhere at a time");
  app.add_option("--core", workload.core);
  app.add_option("--command", workload.command);
  CLI11_PARSE(app, argc, argv);
  try {
    print_figures(workloads.at(name)(workload));
  } catch (const std::exception& error) {
    std::fprintf(stderr, "bench-load %s: %s\n", name.c_str(), error.what());
    return 1;
  }
}
