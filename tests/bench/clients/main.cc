#include <CLI/CLI.hpp>
#include <cstdio>

#include "tests/bench/clients/client_run.h"
#include "tests/bench/load/measure.h"

// bench-client produce|consume --library mini|rdkafka: one client library at work; prints one line of JSON.
int main(int argc, char** argv) {
  using namespace mini::bench;
  ClientRun run;
  std::string what, library;
  CLI::App app("One client library at work for one broker; prints what it cost as a line of JSON.",
               "bench-client");
  app.add_option("what", what)->required()->check(CLI::IsMember({"produce", "consume"}));
  app.add_option("--library", library)->required()->check(CLI::IsMember({"mini", "rdkafka"}));
  app.add_option("--broker", run.broker)->required();
  app.add_option("--topic", run.topic)->required();
  app.add_option("--record-size", run.record_size);
  app.add_option("--records", run.records);
  app.add_option("--linger", run.linger_ms);
  CLI11_PARSE(app, argc, argv);
  const bool producing = what == "produce";
  const auto work = library == "mini" ? (producing ? produce_with_mini : consume_with_mini)
                                      : (producing ? produce_with_rdkafka : consume_with_rdkafka);
  const std::int64_t begun = now_ns(), cpu = process_cpu_ns();
  const std::int64_t outcome = work(run);
  const auto wall = static_cast<double>(now_ns() - begun), used = static_cast<double>(process_cpu_ns() - cpu);
  const std::int64_t wanted =
      producing ? run.records : run.records * static_cast<std::int64_t>(run.record_size);
  if (outcome < wanted) {
    std::fprintf(stderr, "bench-client: %lld where %lld were due\n", static_cast<long long>(outcome),
                 static_cast<long long>(wanted));
    return 1;
  }
  const auto records = static_cast<double>(run.records);
  print_figures(
      {{"ns_per_record", used / records}, {"records_per_s", records / wall * 1e9}, {"cores", used / wall}});
}
