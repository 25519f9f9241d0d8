// mini-broker: builds the parts by hand, listens, and runs until it is told to stop.
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdio>

#include "broker/config/startup_notes.h"
#include "broker/log/memory_storage.h"
#include "broker/server/log_events.h"
#include "broker/server/machine.h"
#include "broker/server/options.h"
#include "broker/server/port_file.h"
#include "broker/server/server.h"
#include "broker/server/version.h"

namespace mini::broker {
namespace {

constexpr std::size_t memory_where_unknown = std::size_t{1} << 30;

int fail(const std::string& sentence) {
  std::fprintf(stderr, "mini-broker: %s\n", sentence.c_str());
  return exit_failed;
}

// Half of the smaller of the machine and the control group, unless mini.memory.limit says otherwise.
std::size_t memory_limit(const BrokerSettings& settings) {
  if (settings.memory_limit_bytes > 0) return static_cast<std::size_t>(settings.memory_limit_bytes);
  const std::size_t machine = memory_of_machine();
  return machine == 0 ? memory_where_unknown : machine / 2;
}

std::vector<std::uint16_t> ports_of(const std::vector<TcpListener>& listeners) {
  std::vector<std::uint16_t> ports;  // a listener on two address families is one line
  std::string last;
  for (const TcpListener& each : listeners) {
    if (each.name() != last) ports.push_back(each.local().port);
    last = each.name();
  }
  return ports;
}

std::string bootstrap_of(const std::vector<TcpListener>& listeners) {
  const Endpoint& local = listeners.front().local();
  const bool here =
      !listeners.front().reachable_from_outside() || local.host == "0.0.0.0" || local.host == "::";
  return here ? "localhost:" + std::to_string(local.port) : printed(local);
}

void greet(const std::vector<TcpListener>& listeners) {
  const std::string at = bootstrap_of(listeners);
  std::printf(
      "mini-broker %s listens on %s\n"
      "Everything is kept in memory and gone at the end. Try, in other terminals:\n"
      "  kcat -b %s -L\n"
      "  echo hello | kcat -b %s -t test -P\n"
      "  kcat -b %s -t test -C -o beginning -e\n",
      version, at.c_str(), at.c_str(), at.c_str(), at.c_str());
  std::fflush(stdout);
}

void warn_of_wide_listeners(const std::vector<TcpListener>& listeners, Events& events) {
  for (const TcpListener& each : listeners) {
    if (each.reachable_from_outside())
      events.note(Level::warn,
                  "Listening on " + printed(each.local()) +
                      ": everybody who reaches this address may read and write, there is no login.");
  }
}

std::string seed_topics(Broker& broker, const Options& options, const BrokerSettings& settings) {
  for (const SeededTopic& topic : options.topics) {
    const std::string error =
        broker.create_topic(topic.name, topic.partitions.value_or(settings.num_partitions));
    if (!error.empty()) return "--topic " + topic.name + ": " + error;
  }
  return "";
}

void tell_about_settings(const Config& config, const Problems& problems, Events& events) {
  for (const std::string& line : problems.debug) events.note(Level::debug, line);
  for (const std::string& line : problems.warnings) events.note(Level::warn, line);
  for (const Note& note : startup_notes(config)) events.note(note.level, note.sentence);
}

int serve(const Options& options, const Config& config, const Problems& problems) {
  LogEvents events(options.log_level);
  Random random(random_seed());
  MemoryBudget memory(memory_limit(config.broker()));
  Timers timers;
  Environment environment{random, events, memory, timers};
  MemoryStorage storage(memory);
  TcpLoop loop;
  Server server(loop, config, environment, storage);
  const int backlog = static_cast<int>(config.integer("socket.listen.backlog.size").value_or(50));
  OpenedListeners opened = open_listeners(loop, config.listeners().bound, backlog);
  if (!opened.error.empty()) return fail(opened.error);
  const std::vector<std::uint16_t> ports = ports_of(opened.listeners);
  greet(opened.listeners);
  tell_about_settings(config, problems, events);
  if (const std::string error = seed_topics(server.broker(), options, config.broker()); !error.empty())
    return fail(error);
  warn_of_wide_listeners(opened.listeners, events);
  server.listen(std::move(opened.listeners));
  loop.on_stop_signal([&] {
    events.note(Level::info, "Kafka Server stops");
    server.stop();
  });
  PortFile port_file;  // who sees it may ask us to stop
  if (!options.port_file.empty() && !port_file.write(options.port_file, ports))
    return fail("Cannot write the port file '" + options.port_file + "'.");
  events.note(Level::info, "Kafka Server started");
  loop.run(Millis(config.broker().busy_poll_ms));
  return 0;
}

int run(int argc, const char* const* argv) {
  const ParsedOptions parsed = parse_options(argc, argv);
  if (parsed.exit_code) {
    std::fputs(parsed.text.c_str(), *parsed.exit_code == 0 ? stdout : stderr);
    return *parsed.exit_code;
  }
  GatheredConfig gathered = gather_config(parsed.options, environ);
  if (!gathered.error.empty()) return fail(gathered.error);
  const LoadedConfig loaded = load_config(gathered.input);
  for (const std::string& error : loaded.problems.errors) fail(error);
  return loaded.problems.errors.empty() ? serve(parsed.options, loaded.config, loaded.problems) : exit_misuse;
}

}  // namespace
}  // namespace mini::broker

int main(int argc, char** argv) {
  std::signal(SIGPIPE, SIG_IGN);
  return mini::broker::run(argc, argv);
}
