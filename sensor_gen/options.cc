#include "sensor_gen/options.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cmath>
#include <limits>

namespace mini::sensor_gen {
namespace {

constexpr int misuse = 2;
constexpr double rate_max = 100'000'000, interval_max_s = 7 * 86'400, duration_max_s = 1e9;

// As they are typed, before they are understood.
struct Typed {
  std::string source = "weather", start_time, topic;
  double spike = 0.002, stuck = 0.001, dropout = 0.001;
  std::optional<double> interval;
  bool use_kafka = true;
  std::vector<std::string> properties;
};

// What a flag said cannot be used.
struct Misuse {
  std::string sentence;
};

// CLI::Range takes NaN for a number of the range.
CLI::Validator within(double least, double greatest) {
  return CLI::Validator(
      [=](std::string& text) {
        double value = 0;
        if (CLI::detail::lexical_cast(text, value) && value >= least && value <= greatest)
          return std::string();
        return text + " is not a number from " + CLI::detail::to_string(least) + " to " +
               CLI::detail::to_string(greatest);
      },
      "");
}

void add_where(CLI::App& app, Options& options, Typed& typed) {
  app.add_option("--bootstrap-server,--bootstrap,--bootstrap-servers", options.bootstrap_server, "the broker")
      ->type_name("HOST:PORT")
      ->envname("KAFKA_BOOTSTRAP_SERVERS")
      ->capture_default_str();
  app.add_option("--topic,--kafka-topic", typed.topic, "default sensor_data, or air_quality_data for uci")
      ->type_name("NAME");
  app.add_flag("--create-topic", options.create_topic, "create the topic first, unless it is there");
  app.add_option("--partitions", options.partitions, "of --create-topic; default: as the broker likes")
      ->check(CLI::Range(1, 100'000).description(""))
      ->type_name("N");
  app.add_option("--producer-property", typed.properties, "a setting of the producer; repeatable")
      ->type_name("NAME=VALUE")
      ->type_size(1)
      ->allow_extra_args(false);
  app.add_flag("--use-kafka,--kafka", typed.use_kafka, "accepted; it always does");
}

void add_what(CLI::App& app, Options& options, Typed& typed) {
  app.add_option("--source", typed.source, "weather, or uci: the rows of the UCI Air Quality file")
      ->check(CLI::IsMember({"weather", "uci"}).description(""))
      ->type_name("weather|uci")
      ->capture_default_str();
  app.add_option("--dataset", options.dataset, "of --source uci (AirQualityUCI.csv)")->type_name("FILE");
  app.add_option("--num-sensors", options.weather.sensors, "how many weather stations")
      ->check(CLI::Range(std::int64_t{1}, sensors_max).description(""))
      ->type_name("N")
      ->capture_default_str();
  app.add_option("--seed", options.weather.seed, "same seed and same times: same events")
      ->type_name("N")
      ->capture_default_str();
  app.add_option("--start-time", typed.start_time,
                 "ISO-8601: events begin at this time, --interval apart "
                 "(default: they carry the present)");
  const auto rate = [&app](const char* flag, double& value, const char* text) {
    app.add_option(flag, value, text)->check(within(0.0, 1.0))->type_name("SHARE")->capture_default_str();
  };
  rate("--anomaly-spike-rate", typed.spike, "share of readings whose temperature jumps");
  rate("--anomaly-stuck-rate", typed.stuck, "share of readings at which a sensor gets stuck for 180 s");
  rate("--anomaly-dropout-rate", typed.dropout, "share of readings that never come");
}

void add_how_fast(CLI::App& app, Options& options, Typed& typed) {
  app.add_option("--interval", typed.interval, "one event of every sensor each S seconds (5; uci: 1)")
      ->check(within(0.001, interval_max_s))
      ->type_name("S");
  app.add_option("--rate", options.rate, "events a second in all; 0: as fast as it can")
      ->check(within(0.0, rate_max))
      ->type_name("NUMBER");
  app.add_option("--count", options.count, "stop after so many events")
      ->check(CLI::Range(std::int64_t{0}, std::numeric_limits<std::int64_t>::max()).description(""))
      ->type_name("N");
  app.add_option("--duration", options.duration_s, "stop after S seconds")
      ->check(within(0.0, duration_max_s))
      ->type_name("S");
  app.add_flag("--quiet", options.quiet, "no line for each event");
}

std::uint32_t ppb(double share) { return static_cast<std::uint32_t>(std::llround(share * certain_ppb)); }

std::pair<std::string, std::string> property(const std::string& text) {
  const std::size_t equals = text.find('=');
  if (equals == 0 || equals == text.npos)
    throw Misuse{"--producer-property: '" + text + "' is not NAME=VALUE."};
  return {text.substr(0, equals), text.substr(equals + 1)};
}

void understand(Options& options, const Typed& typed) {
  options.uci = typed.source == "uci";
  if (options.uci && options.dataset.empty()) throw Misuse{"--source uci needs --dataset FILE."};
  if (!options.uci && !options.dataset.empty()) throw Misuse{"--dataset belongs to --source uci."};
  if (options.partitions > 0 && !options.create_topic)
    throw Misuse{"--partitions belongs to --create-topic."};
  options.topic = !typed.topic.empty() ? typed.topic : options.uci ? "air_quality_data" : "sensor_data";
  options.interval_s = typed.interval.value_or(options.uci ? 1 : 5);
  options.weather.anomalies = {ppb(typed.spike), ppb(typed.stuck), ppb(typed.dropout)};
  if (options.rate && *options.rate > 0 && *options.rate < 0.001)
    throw Misuse{"--rate: 0, or at least 0.001."};
  if (!typed.start_time.empty()) {
    options.start_time = parse_instant(typed.start_time);
    if (!options.start_time)
      throw Misuse{"--start-time: '" + typed.start_time + "' is not a time such as 2026-07-01T12:00:00Z."};
  }
  for (const std::string& text : typed.properties) options.producer_properties.push_back(property(text));
}

std::string one_line(std::string text) {
  while (!text.empty() && text.back() == '\n') text.pop_back();
  std::replace(text.begin(), text.end(), '\n', ' ');
  return text;
}

}  // namespace

Pace Options::pace() const {
  if (!rate) return Pace::rounds(events_per_round(), Pace::Nanos(std::llround(interval_s * 1e9)));
  return *rate > 0 ? Pace::per_second(*rate) : Pace::unlimited();
}

ParsedOptions parse_options(int argc, const char* const* argv) {
  ParsedOptions parsed;
  Typed typed;
  CLI::App app(
      "Sends sensor readings to a Kafka topic: weather stations that "
      "never existed, or the rows of a file.",
      "sensor-gen");
  add_where(app, parsed.options, typed);
  add_what(app, parsed.options, typed);
  add_how_fast(app, parsed.options, typed);
  try {
    app.parse(argc, argv);
    understand(parsed.options, typed);
  } catch (const CLI::CallForHelp&) {
    parsed.exit_code = 0;
    parsed.text = app.help();
  } catch (const CLI::ParseError& error) {
    parsed.exit_code = misuse;
    parsed.text = "sensor-gen: " + one_line(error.what()) + "\n";
  } catch (const Misuse& error) {
    parsed.exit_code = misuse;
    parsed.text = "sensor-gen: " + error.sentence + "\n";
  }
  return parsed;
}

}  // namespace mini::sensor_gen
