// mini-broker: builds the parts by hand, listens, and runs until it is told to stop.
#include <unistd.h>

#include <algorithm>
#include <boost/asio/signal_set.hpp>
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

std::vector<std::uint16_t> ports_of(const std::vector<Bound>& bound) {
  std::vector<std::uint16_t> ports;  // a listener on two address families is one line
  std::string last;
  for (const Bound& each : bound) {
    if (each.listener != last) ports.push_back(each.acceptor.local_endpoint().port());
    last = each.listener;
  }
  return ports;
}

std::string bootstrap_of(const std::vector<Bound>& bound) {
  const auto endpoint = bound.front().acceptor.local_endpoint();
  const bool local = endpoint.address().is_loopback() || endpoint.address().is_unspecified();
  return local ? "localhost:" + std::to_string(endpoint.port()) : printed(endpoint);
}

void greet(const std::vector<Bound>& bound) {
  const std::string at = bootstrap_of(bound);
  std::printf(
      "mini-broker %s listens on %s\n"
      "Everything is kept in memory and gone at the end. Try, in other terminals:\n"
      "  kcat -b %s -L\n"
      "  echo hello | kcat -b %s -t test -P\n"
      "  kcat -b %s -t test -C -o beginning -e\n",
      version, at.c_str(), at.c_str(), at.c_str(), at.c_str());
  std::fflush(stdout);
}

void warn_of_wide_listeners(const std::vector<Bound>& bound, Events& events) {
  for (const Bound& each : bound) {
    if (each.reachable_from_outside)
      events.note(Level::warn,
                  "Listening on " + printed(each.acceptor.local_endpoint()) +
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

int serve(const Options& options, const Config& config, const Problems& problems) {
  LogEvents events(options.log_level);
  for (const std::string& line : problems.debug) events.note(Level::debug, line);
  for (const std::string& line : problems.warnings) events.note(Level::warn, line);
  for (const Note& note : startup_notes(config)) events.note(note.level, note.sentence);

  Random random(random_seed());
  MemoryBudget memory(memory_limit(config.broker()));
  Timers timers;
  Environment environment{random, events, memory, timers};
  MemoryStorage storage(memory);
  boost::asio::io_context io(1);
  Server server(io, config, environment, storage);
  if (const std::string error = seed_topics(server.broker(), options, config.broker()); !error.empty())
    return fail(error);

  const int backlog = static_cast<int>(config.integer("socket.listen.backlog.size").value_or(50));
  OpenedListeners opened = open_listeners(io, config.listeners().bound, backlog);
  if (!opened.error.empty()) return fail(opened.error);
  const std::vector<std::uint16_t> ports = ports_of(opened.bound);
  greet(opened.bound);
  warn_of_wide_listeners(opened.bound, events);
  server.listen(std::move(opened.bound));
  PortFile port_file;
  if (!options.port_file.empty() && !port_file.write(options.port_file, ports))
    return fail("Cannot write the port file '" + options.port_file + "'.");
  events.note(Level::info, "Kafka Server started");

  boost::asio::signal_set signals(io, SIGINT, SIGTERM);
  signals.async_wait([&](const boost::system::error_code& error, int) {
    if (error) return;
    events.note(Level::info, "Kafka Server stops");
    server.stop();
  });
  io.run();
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
