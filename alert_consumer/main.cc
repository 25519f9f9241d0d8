// alert-consumer: builds the parts and brings them together.
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>

#include "alert_consumer/client_config.h"
#include "alert_consumer/outlets.h"
#include "alert_consumer/reader.h"
#include "alert_consumer/report.h"
#include "alert_consumer/rules_file.h"
#include "alert_consumer/say.h"

namespace mini::alerts {
namespace {

constexpr int failure = 1, misuse = 2;

std::atomic<bool> stop_requested = false;

// However often: stopping is bounded, and a wrapper may pass on a signal that the terminal sent us already.
void request_stop(int) { stop_requested = true; }

UtcSeconds wall_clock() { return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()); }

int fail(const std::string& sentence, int exit_code = failure) {
  complain(sentence + (sentence.ends_with('.') ? "" : "."));
  return exit_code;
}

void say_start(const Options& options, const RuleSet& rules) {
  say("Starting Kafka Real-time Streaming Pipeline\n");
  say("Consuming from topic: " + options.topic + "\n");
  say("Alert rules active: " + std::to_string(rules.size()) + "\n");
  say("Consumer is running. Press Ctrl+C to stop.\n");
}

int consume(const Options& options, const RuleSet& rules) {
  warn_of_settings(options);
  ReaderClients clients = reader_clients(options);
  auto opened = open_outlets(options, stop_requested);
  if (const auto* sentence = std::get_if<std::string>(&opened)) return fail(*sentence);
  auto& outlets = std::get<Outlets>(opened);
  say_start(options, rules);
  Report report({.colour = isatty(STDOUT_FILENO) == 1 && !std::getenv("NO_COLOR"),
                 .database = !options.no_database,
                 .quiet = options.quiet});
  Worker worker(
      Pipeline(std::move(outlets.store), std::move(outlets.sinks)),
      {.written = [&](const Batch& batch, const Stored& stored) { say(report.lines(batch, stored)); },
       .say = [](const std::string& line) { say(line + "\n"); },
       .now = wall_clock});
  const std::string problem =
      Reader(options, rules, std::move(clients), worker, std::move(outlets.positions), stop_requested).run();
  say(report.totals());
  return problem.empty() ? 0 : fail(problem);
}

int run(int argc, const char* const* argv) {
  const ParsedOptions parsed = parse_options(argc, argv);
  if (parsed.exit_code) {
    std::fputs(parsed.text.c_str(), *parsed.exit_code == 0 ? stdout : stderr);
    return *parsed.exit_code;
  }
  const Options& options = parsed.options;
  if (options.help_config) return print_client_settings(), 0;
  std::vector<Rule> rules(default_rules().begin(), default_rules().end());
  if (!options.rules_file.empty()) {
    auto loaded = load_rules(options.rules_file);
    if (const auto* mistakes = std::get_if<std::string>(&loaded)) {
      std::fputs(mistakes->c_str(), stderr);
      return misuse;
    }
    rules = std::move(std::get<std::vector<Rule>>(loaded));
  }
  std::signal(SIGINT, request_stop);
  std::signal(SIGTERM, request_stop);
  return consume(options, RuleSet(rules));
}

}  // namespace
}  // namespace mini::alerts

int main(int argc, char** argv) {
  using namespace mini::alerts;
  std::setvbuf(stdout, nullptr, _IOLBF, 1 << 16);  // a pipe sees every line when it is written
  try {
    return run(argc, argv);
  } catch (const mini::KafkaError& error) {
    const bool setting = error.error().code == make_error_code(mini::ClientErrc::invalid_config);
    return fail(error.what(), setting ? misuse : failure);
  }
}
