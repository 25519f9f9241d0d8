// sensor-gen: reads the command line, opens what it names, and lets the generator run until it is done or
// interrupted.
#include <csignal>
#include <cstdio>
#include <fstream>

#include "sensor_gen/cluster.h"
#include "sensor_gen/generator.h"
#include "sensor_gen/source.h"

namespace mini::sensor_gen {
namespace {

constexpr int failure = 1, misuse = 2;

volatile std::sig_atomic_t stop_requested = 0;

// However often: stopping is bounded, and a wrapper may pass on a signal that the terminal sent us already.
void request_stop(int) { stop_requested = 1; }

int fail(const std::string& sentence, int exit_code = failure) {
  std::fflush(stdout);
  std::fprintf(stderr, "sensor-gen: %s\n", sentence.c_str());
  return exit_code;
}

int write_quality(const Options& options) {
  const auto table = read_table(options.uci.dataset);
  if (const auto* problem = std::get_if<std::string>(&table)) return fail(*problem);
  const std::string summary = quality_summary(std::get<UciTable>(table));
  const std::string& path = options.uci.quality_path;
  if (path.empty()) {
    std::fputs(summary.c_str(), stdout);
    return std::fflush(stdout) == 0 ? 0 : fail("Cannot write to the standard output.");
  }
  std::ofstream out(path, std::ios::binary);
  out << summary;
  if (!out.flush()) return fail("Cannot write " + path + ".");
  std::printf("Wrote the quality summary of %s to %s\n", options.uci.dataset.c_str(), path.c_str());
  return 0;
}

std::string pace_text(const Options& options) {
  char text[64];
  if (!options.rate)
    std::snprintf(text, sizeof text, "%.1fs interval", options.interval_s);
  else if (*options.rate > 0)
    std::snprintf(text, sizeof text, "%g events a second", *options.rate);
  else
    std::snprintf(text, sizeof text, "as fast as it can");
  return text;
}

std::string source_text(const Options& options) {
  if (options.source == SourceKind::uci)
    return (options.uci.sample ? "samples of " : "rows of ") + options.uci.dataset;
  if (options.source == SourceKind::lab) return "the weather of three cities";
  return std::to_string(options.sensors) + " sensors";
}

void greet(const Options& options, Log& log) {
  if (options.use_kafka) log.tell("Connected to Kafka broker, topic: " + options.topic);
  for (const std::string* path : {&options.copies.jsonl, &options.copies.csv})
    if (!path->empty() && *path != "-") log.tell("Writing a copy to " + *path);
  if (options.uci.preparation.normalize && options.uci.preparation.clip)
    log.tell("Clipping comes after normalizing: the bounds act on the scaled numbers");
  log.tell("Starting generator: " + source_text(options) + ", " + pace_text(options));
  if (options.source == SourceKind::weather) log.tell("Generating REALISTIC Egyptian weather data...");
}

// The producer comes first: a setting that cannot be used is told before anything is tried. Who is told to
// stop while there is no broker yet has totals to tell as well.
int generate(const Options& options, EventSource& source, Log& log, Copies& copies) {
  std::signal(SIGINT, request_stop);
  std::signal(SIGTERM, request_stop);
  std::optional<Producer> producer;
  if (options.use_kafka) {
    const Config config = client_config(options);
    producer.emplace(config);
    const std::string problem = prepare_cluster(config, options, log, stop_requested);
    if (!problem.empty()) return fail(problem);
  }
  copies.open(options.copies);
  if (!copies.problem().empty()) return fail(copies.problem());
  if (stop_requested == 0) greet(options, log);
  Generator generator({options, source, log, copies, stop_requested}, std::move(producer));
  const int result = generator.run();
  for (const std::string* problem : {&copies.problem(), &generator.problem()})
    if (!problem->empty()) return fail(*problem);
  return result;
}

int run(int argc, const char* const* argv) {
  const ParsedOptions parsed = parse_options(argc, argv);
  if (parsed.exit_code) {
    std::fputs(parsed.text.c_str(), *parsed.exit_code == 0 ? stdout : stderr);
    return *parsed.exit_code;
  }
  const Options& options = parsed.options;
  // A pipe sees every line when it is written; data comes in bulk and is flushed before each wait.
  if (!options.data_on_stdout()) std::setvbuf(stdout, nullptr, _IOLBF, 1 << 16);
  if (options.uci.quality) return write_quality(options);
  const auto source = open_source(options);
  if (const auto* problem = std::get_if<std::string>(&source)) return fail(*problem);
  Log log({options.quiet, options.data_on_stdout()});
  if (const std::string problem = options.logfile.empty() ? "" : log.open(options.logfile); !problem.empty())
    return fail(problem);
  Copies copies;
  return generate(options, *std::get<std::unique_ptr<EventSource>>(source), log, copies);
}

}  // namespace
}  // namespace mini::sensor_gen

int main(int argc, char** argv) {
  using namespace mini::sensor_gen;
  try {
    return run(argc, argv);
  } catch (const mini::KafkaError& error) {
    const bool setting = error.error().code == make_error_code(mini::ClientErrc::invalid_config);
    return fail(error.what(), setting ? misuse : failure);
  }
}
