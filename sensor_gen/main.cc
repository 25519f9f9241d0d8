// sensor-gen: takes events from a source at a pace and hands them to the producer, until it has sent what was
// asked for or is told to stop; then waits for what is on its way and says how much arrived.
#include <unistd.h>

#include <cmath>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <iterator>
#include <memory>
#include <thread>

#include "mini/admin.h"
#include "mini/producer.h"
#include "sensor_gen/options.h"
#include "sensor_gen/outcomes.h"
#include "sensor_gen/uci.h"
#include "sensor_gen/weather.h"

namespace mini::sensor_gen {
namespace {

using namespace std::chrono_literals;
using Steady = Pace::Clock;

constexpr Millis connect_timeout = 10s;
constexpr Millis flush_timeout = 150s;  // the producer itself gives up earlier, by delivery.timeout.ms
constexpr Millis flush_when_interrupted = 5s;
constexpr Pace::Nanos look_around = 50ms;  // how long a signal or an outcome may go unnoticed
constexpr int failure_lines_max = 10;
constexpr int topic_already_exists = 36;

volatile std::sig_atomic_t stop_requested = 0;

// However often: stopping is bounded, and a wrapper may pass on a signal that the terminal sent us already.
void request_stop(int) { stop_requested = 1; }

int fail(const std::string& sentence) {
  std::fflush(stdout);
  std::fprintf(stderr, "sensor-gen: %s\n", sentence.c_str());
  return 1;
}

std::string local_time() {
  const std::time_t now = std::time(nullptr);
  std::tm fields{};
  localtime_r(&now, &fields);
  char text[32];
  std::strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S", &fields);
  return text;
}

Config client_config(const Options& options) {
  Config config{{"client.id", "sensor-gen"}};
  for (const auto& [name, value] : options.producer_properties) config.set(name, value);
  config.set("bootstrap.servers", options.bootstrap_server);
  for (const auto& [key, nearest] : config.unknown_keys())
    std::fprintf(stderr, "sensor-gen: warning: '%s' is not a setting of this client%s\n", key.c_str(),
                 nearest.empty() ? "." : (" (did you mean '" + nearest + "'?).").c_str());
  return config;
}

// Empty when the cluster answered and the topic stands, else why not.
std::string prepare_cluster(const Config& config, const Options& options) {
  Admin admin(config);
  try {
    admin.describe_cluster(connect_timeout);
    if (!options.create_topic) return "";
    auto errors =
        admin.create_topics({{.name = options.topic, .partitions = options.partitions}}, connect_timeout);
    const Error& error = errors[options.topic];
    if (error.code != kafka_error(topic_already_exists)) return error ? error.message() : "";
    std::printf("Topic %s is there already; it is used as it is.\n", options.topic.c_str());
    return "";
  } catch (const KafkaError& error) {
    const std::string problem = admin.last_problem();
    return "Cannot reach a broker at " + options.bootstrap_server + ": " +
           (problem.empty() ? error.what() : problem);
  }
}

class Console {
 public:
  explicit Console(bool quiet)
      : quiet_(quiet), colour_(isatty(STDOUT_FILENO) == 1 && !std::getenv("NO_COLOR")) {}

  void show(Outcomes& outcomes) {
    for (const Outcomes::Line& line : outcomes.take_lines()) line.failed ? failure(line.text) : sent(line);
  }

 private:
  void sent(const Outcomes::Line& line) {
    if (quiet_) return;
    const bool mark = colour_ && line.unusual;
    std::printf("%s%s - INFO - Sent: %s%s\n", mark ? "\033[33m" : "", local_time().c_str(), line.text.c_str(),
                mark ? "\033[0m" : "");
  }
  void failure(const std::string& reason) {
    if (++failures_ > failure_lines_max) return;
    std::printf("%s%s - ERROR - Delivery failed: %s%s\n", colour_ ? "\033[31m" : "", local_time().c_str(),
                reason.c_str(), colour_ ? "\033[0m" : "");
    if (failures_ == failure_lines_max) std::puts("Further failures are only counted.");
  }

  bool quiet_, colour_;
  int failures_ = 0;
};

class Generator {
 public:
  Generator(const Options& options, EventSource& source, const Config& config)
      : options_(options),
        source_(source),
        line_each_(!options.quiet && options.rate != 0.0),
        console_(options.quiet),
        producer_(config) {}

  int run() {
    stream();
    finish();
    std::printf("Sent %llu messages\n", static_cast<unsigned long long>(outcomes_.stored_count()));
    if (outcomes_.failed_count() == 0) return 0;
    std::printf("Failed to send %llu messages\n", static_cast<unsigned long long>(outcomes_.failed_count()));
    return 1;
  }

 private:
  void stream() {
    Pace pace = options_.pace();
    const auto start = Steady::now();
    std::uint64_t turns = 0, events = 0;
    while (stop_requested == 0 && !source_.exhausted() && events < options_.count.value_or(UINT64_MAX)) {
      const auto now = Steady::now();
      if (options_.duration_s && now - start >= std::chrono::duration<double>(*options_.duration_s)) return;
      look(now);
      if (const Pace::Nanos wait = pace.wait(now); wait > 0ns) {
        std::this_thread::sleep_for(std::min(wait, look_around));
        continue;
      }
      pace.sent();
      const auto event = source_.next(event_time(turns++));
      if (event && send(*event)) ++events;
    }
  }

  Instant event_time(std::uint64_t turn) const {
    if (!options_.start_time)
      return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
    const auto round = static_cast<double>(turn / options_.events_per_round());
    return *options_.start_time + std::chrono::milliseconds(std::llround(round * options_.interval_s * 1000));
  }

  // False where it was told to stop while the producer's buffer was full.
  bool send(const Event& event) {
    RecordView record{.topic = options_.topic, .value = event.value};
    if (event.key) record.key = *event.key;
    OnDelivery done = on_delivery(event);
    while (!producer_.try_send(record, done)) {
      if (stop_requested != 0) return false;
      std::this_thread::sleep_for(1ms);
      look(Steady::now());
    }
    return true;
  }

  OnDelivery on_delivery(const Event& event) {
    if (!line_each_)
      return [this](const Delivery& delivery) {
        delivery.error ? outcomes_.failed(delivery.error.message()) : outcomes_.stored();
      };
    return [this, line = Outcomes::Line{event.line, false, event.unusual}](const Delivery& delivery) mutable {
      delivery.error ? outcomes_.failed(delivery.error.message()) : outcomes_.stored(std::move(line));
    };
  }

  // What became of earlier events; once a second a sum where they have no lines of their own.
  void look(Steady::time_point now) {
    console_.show(outcomes_);
    tell_trouble();
    if (line_each_ || options_.quiet || now < next_sum_) return;
    if (next_sum_ != Steady::time_point{})
      std::printf("Sent %llu messages so far\n", static_cast<unsigned long long>(outcomes_.stored_count()));
    next_sum_ = now + 1s;
  }

  // Once for each new trouble.
  void tell_trouble() {
    std::string trouble = producer_.last_problem();
    if (trouble == trouble_) return;
    trouble_ = std::move(trouble);
    if (!trouble_.empty())
      std::printf("Waiting for %s: %s\n", options_.bootstrap_server.c_str(), trouble_.c_str());
  }

  void finish() {
    const auto start = Steady::now();
    const auto patience = [] { return stop_requested != 0 ? flush_when_interrupted : flush_timeout; };
    while (producer_.in_flight() > 0 && Steady::now() - start < patience()) {
      producer_.flush(200ms);
      console_.show(outcomes_);
      tell_trouble();
    }
    producer_.close(1s);
    console_.show(outcomes_);
  }

  const Options& options_;
  EventSource& source_;
  const bool line_each_;
  Console console_;
  Steady::time_point next_sum_{};
  std::string trouble_;
  Outcomes outcomes_;  // outlives the producer, whose thread writes to it
  Producer producer_;
};

std::string read_file(const std::string& path, bool& good) {
  std::ifstream in(path, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(in), {}};
  good = in.good() || in.eof();
  return text;
}

// The source, or nothing and a sentence.
std::unique_ptr<EventSource> open_source(const Options& options, std::string& problem) {
  if (!options.uci) return std::make_unique<WeatherSource>(options.weather);
  bool good = false;
  auto parsed = parse_uci(read_file(options.dataset, good));
  const auto* error = std::get_if<UciError>(&parsed);
  if (!good)
    problem = "Cannot read " + options.dataset + ".";
  else if (error)
    problem = options.dataset + ", line " + std::to_string(error->line) + ": " + error->message;
  if (!problem.empty()) return nullptr;
  return std::make_unique<UciSource>(std::move(std::get<UciTable>(parsed)));
}

void greet(const Options& options) {
  char pace[64];
  if (!options.rate)
    std::snprintf(pace, sizeof pace, "%.1fs interval", options.interval_s);
  else if (*options.rate > 0)
    std::snprintf(pace, sizeof pace, "%g events a second", *options.rate);
  else
    std::snprintf(pace, sizeof pace, "as fast as it can");
  std::printf("Connected to Kafka broker, topic: %s\n", options.topic.c_str());
  if (options.uci) {
    std::printf("Starting generator: rows of %s, %s\n", options.dataset.c_str(), pace);
  } else {
    std::printf("Starting generator: %llu sensors, %s\n",
                static_cast<unsigned long long>(options.weather.sensors), pace);
    std::puts("Generating REALISTIC Egyptian weather data...");
  }
}

int run(int argc, const char* const* argv) {
  const ParsedOptions parsed = parse_options(argc, argv);
  if (parsed.exit_code) {
    std::fputs(parsed.text.c_str(), *parsed.exit_code == 0 ? stdout : stderr);
    return *parsed.exit_code;
  }
  const Options& options = parsed.options;
  std::string problem;
  const auto source = open_source(options, problem);
  if (!source) return fail(problem);
  const Config config = client_config(options);
  if (problem = prepare_cluster(config, options); !problem.empty()) return fail(problem);
  std::signal(SIGINT, request_stop);
  std::signal(SIGTERM, request_stop);
  greet(options);
  return Generator(options, *source, config).run();
}

}  // namespace
}  // namespace mini::sensor_gen

int main(int argc, char** argv) {
  std::setvbuf(stdout, nullptr, _IOLBF, 1 << 16);  // a pipe sees every line when it is written
  try {
    return mini::sensor_gen::run(argc, argv);
  } catch (const mini::KafkaError& error) {
    return mini::sensor_gen::fail(error.what());
  }
}
