#include "sensor_gen/flags.h"

#include <CLI/CLI.hpp>
#include <limits>

namespace mini::sensor_gen {
namespace {

constexpr double rate_max = 100'000'000, interval_max_s = 7 * 86'400, duration_max_s = 1e9;
constexpr const char* footer = R"(
What a source sends
  weather  stations in five cities of Egypt, keyed by sensor id, to sensor_data; every 5 s
  uci      the rows of the file in turn, missing values filled, to air_quality_data; a row a second
  lab      10 messages of timestamp, city and temperature, keyed by city, to weather-$USER; one a second
  A flag of a source chooses it, so that --source may be left out.

Preparation of the UCI file, in this order
  --fill forward takes the row before (at the start the one after), mean the column's mean; --normalize scales
  each column to 0..1; --clip holds CO(GT) within 0.5..5, NOx(GT) 5..100, NO2(GT) 0..200 and C6H6(GT) 0.5..10,
  also when they were scaled before; --sample draws rows.

Files
  Nothing is written unless asked for: --output-dir writes both copies, --jsonl-file or
  --csv-file alone just that one. With --no-kafka and no copy asked for, the JSON lines go to the standard
  output. Files are appended to; the CSV has one header, and the fields of nested objects by their own names.

Examples
  sensor-gen --use-kafka --num-sensors 10 --interval 5
  sensor-gen --source uci --dataset AirQualityUCI.csv --rate 100
  sensor-gen --source uci --fill mean --normalize --sample --seed 1 --count 500 --rate 0
  sensor-gen --source lab --topic weather-user1
  sensor-gen --no-kafka --rate 0 --count 1000 --start-time 2026-07-01T12:00:00Z > readings.jsonl

Ctrl+C ends it cleanly: what is on its way is sent first. Exit code 0: all was sent; 1: something failed;
2: the command line cannot be used.
)";

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

// Its own description would stand in the help.
template <class Whole>
CLI::Validator whole(Whole least, Whole greatest) {
  return CLI::Range(least, greatest).description("");
}

void add_where(CLI::App& app, Options& options, Typed& typed) {
  app.option_defaults()->group("Where to");
  app.add_option("--bootstrap-server,--bootstrap,--bootstrap-servers", options.bootstrap_server, "the broker")
      ->type_name("HOST:PORT")
      ->envname("KAFKA_BOOTSTRAP_SERVERS")
      ->capture_default_str();
  app.add_option("--topic,--kafka-topic", typed.topic, "default: see below")->type_name("NAME");
  app.add_flag("--create-topic", options.create_topic, "create the topic first, unless it is there");
  app.add_option("--partitions", options.partitions, "of --create-topic; default: as the broker likes")
      ->check(whole(1, 100'000))
      ->type_name("N");
  app.add_option("--producer-property", typed.properties, "a setting of the producer; repeatable")
      ->type_name("NAME=VALUE")
      ->type_size(1)
      ->allow_extra_args(false);
  app.add_flag("--help-config", typed.help_config, "the table of these settings");
  app.add_flag("--use-kafka,--kafka", typed.use_kafka, "it does anyway, unless:");
  app.add_flag("--no-kafka", typed.no_kafka, "send nothing, only write copies");
  app.add_option("--event-hubs-conn-str", typed.event_hubs, "not yet: Event Hubs needs TLS and SASL")
      ->type_name("S");
  app.add_option("--event-hub-name", typed.event_hub, "goes with it")->type_name("NAME");
}

void add_what(CLI::App& app, Options& options, Typed& typed) {
  app.option_defaults()->group("What");
  app.add_option("--source", typed.source, "where events come from (weather)")
      ->check(CLI::IsMember({"weather", "uci", "lab"}).description(""))
      ->type_name("weather|uci|lab");
  app.add_option("--seed", options.seed, "same seed and same times: same events")
      ->type_name("N")
      ->capture_default_str();
  app.add_option("--start-time", typed.start_time,
                 "ISO-8601: events begin then, --interval apart (the present)");
}

void add_weather(CLI::App& app, Options& options, Typed& typed) {
  app.option_defaults()->group(std::string(weather_group));
  app.add_option("--num-sensors", options.sensors, "how many stations")
      ->check(whole(std::int64_t{1}, sensors_max))
      ->type_name("N")
      ->capture_default_str();
  const auto rate = [&app](const char* flag, double& value, const char* text) {
    app.add_option(flag, value, text)->check(within(0.0, 1.0))->type_name("SHARE")->capture_default_str();
  };
  rate("--anomaly-spike-rate", typed.spike, "of readings whose temperature jumps");
  rate("--anomaly-stuck-rate", typed.stuck, "of readings at which a sensor gets stuck for 180 s");
  rate("--anomaly-dropout-rate", typed.dropout, "of readings that never come; their seq is used up");
}

void add_uci(CLI::App& app, Options& options, Typed& typed) {
  app.option_defaults()->group(std::string(uci_group));
  UciOptions& uci = options.uci;
  app.add_option("--dataset", uci.dataset, "the file")->type_name("FILE")->capture_default_str();
  app.add_option("--fill", typed.fill, "missing values: as the row before, the mean, or null")
      ->check(CLI::IsMember({"forward", "mean", "none"}).description(""))
      ->type_name("forward|mean|none")
      ->capture_default_str();
  app.add_flag("--normalize", uci.preparation.normalize, "then: each column scaled to 0..1");
  app.add_flag("--clip", uci.preparation.clip, "then: pollutants held within their range, see below");
  app.add_flag("--sample", uci.sample, "then: rows at random, without end; their time is the present");
  app.add_flag("--qc", uci.quality, "write a quality summary of the file (CSV), and exit");
  app.add_option("--qc-file", uci.quality_path, "where --qc writes (the standard output)")->type_name("FILE");
}

void add_how_fast(CLI::App& app, Options& options, Typed& typed) {
  app.option_defaults()->group("How fast, how long");
  app.add_option("--interval", typed.interval, "one event of every sensor each S seconds (5; uci, lab: 1)")
      ->check(within(0.001, interval_max_s))
      ->type_name("S");
  app.add_option("--rate", options.rate,
                 "events a second in all; 0: as fast as it can, with no line for each")
      ->check(within(0.0, rate_max))
      ->type_name("NUMBER");
  app.add_option("--batch-size", options.batch_size, "hand over N events at a time, at the same mean pace")
      ->check(whole(1, 1'000'000))
      ->type_name("N");
  app.add_option("--count", options.count, "stop after so many events (lab: 10)")
      ->check(whole(std::int64_t{0}, std::numeric_limits<std::int64_t>::max()))
      ->type_name("N");
  app.add_option("--duration", options.duration_s, "stop after S seconds")
      ->check(within(0.0, duration_max_s))
      ->type_name("S");
}

void add_copies(CLI::App& app, Options& options, Typed& typed) {
  app.option_defaults()->group("Copies and lines");
  app.add_option("--output-dir", typed.output_dir, "write both copies, into this folder")->type_name("DIR");
  app.add_option("--jsonl-file", typed.jsonl_file, "a copy of each event (sensor_data.jsonl; - is stdout)")
      ->type_name("FILE");
  app.add_option("--csv-file", typed.csv_file, "the same, flattened (sensor_data.csv; - is stdout)")
      ->type_name("FILE");
  app.add_option("--logfile", options.logfile, "the lines of this program, too")->type_name("FILE");
  app.add_flag("--quiet", options.quiet, "no line for each event");
}

}  // namespace

void add_flags(CLI::App& app, Options& options, Typed& typed) {
  app.footer(footer);
  app.get_formatter()->column_width(36);
  add_where(app, options, typed);
  add_what(app, options, typed);
  add_weather(app, options, typed);
  add_uci(app, options, typed);
  add_how_fast(app, options, typed);
  add_copies(app, options, typed);
}

}  // namespace mini::sensor_gen
