#include "alert_consumer/options.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <limits>

#include "alert_consumer/nearest.h"

namespace mini::alerts {
namespace {

constexpr int misuse = 2;
constexpr auto whole_max = std::numeric_limits<std::int64_t>::max();
const std::string usual_file = "{usual}";  // stands for a file that was not named

constexpr std::int64_t idle_ms_max =
    whole_max / 2'000'000;  // in nanoseconds, with something added, it still fits

constexpr std::size_t topic_name_size_max = 249;
constexpr const char* not_a_topic =
    "' is no name of a topic: at most 249 ASCII letters, digits, '.', '_' and '-'.";

constexpr const char* footer = R"(
Rules
  Seven: HIGH_TEMP temperature > 40 (CRITICAL); LOW_TEMP temperature < 0, LOW_HUMIDITY humidity < 20,
  HIGH_HUMIDITY humidity > 90, HIGH_WIND wind_speed > 50, LOW_PRESSURE pressure < 980 and
  HIGH_PRESSURE pressure > 1040 (WARNING). --rules takes a JSON list of such instead:
  [{"name": "FROST", "metric": "temperature", "condition": "<", "threshold": 0, "severity": "WARNING"}]
  Conditions: > < >= <= == !=. Severities: INFO, WARNING, CRITICAL.

Files
  Usual names: air_quality_streamed.csv for air_quality_data, kafka_log.csv for weather-..., else TOPIC.csv;
  TOPIC.jsonl. They are appended to; the CSV has one header.

Ctrl+C ends it cleanly: what was read is stored first. Exit code 0: it was told to end; 1: something failed;
2: the command line, the rules or a setting cannot be used. More: docs/alert-consumer.md.
)";

struct Typed {
  bool from_beginning = false;
  std::string csv, jsonl;
  std::vector<std::string> properties;
};

// As every Kafka judges it.
bool is_topic_name(std::string_view name) {
  const auto is_legal = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '_' || c == '-';
  };
  return !name.empty() && name != "." && name != ".." && name.size() <= topic_name_size_max &&
         std::all_of(name.begin(), name.end(), is_legal);
}

void add_kafka_flags(CLI::App& app, Options& options, Typed& typed) {
  app.add_option("--bootstrap-server,--bootstrap,--bootstrap-servers", options.bootstrap_server, "the broker")
      ->type_name("HOST:PORT")
      ->envname("KAFKA_BOOTSTRAP_SERVERS")
      ->capture_default_str();
  app.add_option("--topic,--kafka-topic", options.topic, "where the readings are")
      ->type_name("NAME")
      ->capture_default_str();
  app.add_option("--group,--group-id", options.group, "consumer group")
      ->type_name("NAME")
      ->capture_default_str();
  app.add_option("--auto-offset-reset", options.auto_offset_reset,
                 "where to begin when no position is known: earliest or latest")
      ->check(CLI::IsMember({"earliest", "latest"}).description(""))
      ->type_name("WHERE")
      ->capture_default_str();
  app.add_flag("--from-beginning", typed.from_beginning, "the same as --auto-offset-reset earliest");
  app.add_option("--alerts-topic", options.alerts_topic, "publish each alert as JSON to this topic as well")
      ->type_name("NAME");
  app.add_option("--consumer-property", typed.properties, "a setting of the consumer; repeatable")
      ->type_name("NAME=VALUE")
      ->type_size(1)
      ->allow_extra_args(false);
  app.add_flag("--help-config", options.help_config, "print the settings there are, with their defaults");
}

void add_storage_flags(CLI::App& app, Options& options, Typed& typed) {
  app.add_option("--rules", options.rules_file, "JSON file with rules instead of the seven")
      ->type_name("FILE");
  app.add_option("--db,--database", options.database, "SQLite file for readings and alerts")
      ->type_name("FILE")
      ->capture_default_str();
  app.add_flag("--no-db", options.no_database,
               "no database: needs --csv or --jsonl; the group keeps the position");
  app.add_option("--csv,--csv-file", typed.csv,
                 "append readings to this CSV file; a usual name if none is given")
      ->type_name("[FILE]")
      ->expected(0, 1)
      ->default_str(usual_file);
  app.add_option("--jsonl,--jsonl-file", typed.jsonl,
                 "append readings to this file, one JSON object a line; a usual name if none is given")
      ->type_name("[FILE]")
      ->expected(0, 1)
      ->default_str(usual_file);
  app.add_option("--csv-batch,--batch-size", options.csv_rows_min,
                 "append to the CSV file when so many rows wait")
      ->check(CLI::Range(std::int64_t{1}, std::int64_t{1'000'000}).description(""))
      ->type_name("N")
      ->capture_default_str();
}

void add_run_flags(CLI::App& app, Options& options) {
  app.add_option("--max-messages,--count", options.max_messages, "stop after so many messages")
      ->check(CLI::Range(std::int64_t{0}, whole_max).description(""))
      ->type_name("N");
  app.add_option("--idle-exit-ms,--timeout-ms", options.idle_exit_ms, "stop when no message came for so long")
      ->check(CLI::Range(std::int64_t{0}, idle_ms_max).description(""))
      ->type_name("MS");
  app.add_flag("--quiet,-q", options.quiet, "no lines for alerts and readings, only totals and troubles");
}

std::optional<std::string> file_of(const CLI::App& app, const char* flag, const std::string& typed,
                                   const std::string& usual) {
  if (app.count(flag) == 0) return std::nullopt;
  return typed.empty() || typed == usual_file ? usual : typed;
}

// Settings that have flags of their own, which would win without a word.
std::string flag_for(const std::string& setting) {
  if (setting == "group.id") return "--group";
  if (setting == "bootstrap.servers" || setting == "metadata.broker.list") return "--bootstrap-server";
  return "";
}

// Empty when all is well, else a sentence; so are those below.
std::string understand_properties(Options& options, const Typed& typed) {
  for (const std::string& text : typed.properties) {
    const std::size_t equals = text.find('=');
    if (equals == 0 || equals == text.npos) return "--consumer-property: '" + text + "' is not NAME=VALUE.";
    const std::string name = text.substr(0, equals), flag = flag_for(name);
    if (!flag.empty()) return "--consumer-property: " + name + " is said with " + flag + ".";
    options.consumer_properties.emplace_back(name, text.substr(equals + 1));
  }
  return "";
}

std::string understand_topics(const CLI::App& app, const Options& options) {
  if (options.topic.empty()) return "--topic: a name is needed.";
  if (!is_topic_name(options.topic)) return "--topic: '" + options.topic + not_a_topic;
  if (app.count("--alerts-topic") == 0) return "";
  if (!is_topic_name(options.alerts_topic)) return "--alerts-topic: '" + options.alerts_topic + not_a_topic;
  if (options.topic == options.alerts_topic) return "--alerts-topic has to be another topic than --topic.";
  return "";
}

std::string understand(const CLI::App& app, Options& options, const Typed& typed) {
  if (std::string wrong = understand_properties(options, typed); !wrong.empty()) return wrong;
  if (std::string wrong = understand_topics(app, options); !wrong.empty()) return wrong;
  if (typed.from_beginning) options.auto_offset_reset = "earliest";
  options.csv = file_of(app, "--csv", typed.csv, usual_csv_file(options.topic));
  options.jsonl = file_of(app, "--jsonl", typed.jsonl, usual_jsonl_file(options.topic));
  if (options.group.empty()) return "--group: a name is needed.";
  if (options.no_database && app.count("--db") > 0) return "--no-db and --db exclude each other.";
  if (options.no_database && !options.csv && !options.jsonl)
    return "--no-db needs a file to write to: --csv or --jsonl.";
  if (options.csv && options.csv == options.jsonl) return "--csv and --jsonl need files of their own.";
  return "";
}

std::vector<std::string> names_of(const CLI::App& app) {
  std::vector<std::string> names{"--help"};
  for (const CLI::Option* option : app.get_options())
    for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
  return names;
}

// The sentence for words that no flag takes, with the flag that was probably meant.
std::string unknown_words(const CLI::App& app) {
  const std::string word = app.remaining().empty() ? "" : app.remaining().front();
  const std::string flag = word.substr(0, word.find('='));
  const std::vector<std::string> names = names_of(app);
  if (!flag.starts_with("-")) return "'" + word + "' is not expected here; see --help.";
  return "there is no flag " + flag + hint(flag, names) + "; see --help.";
}

std::string one_line(std::string text) {
  while (!text.empty() && text.back() == '\n') text.pop_back();
  std::replace(text.begin(), text.end(), '\n', ' ');
  return text;
}

ParsedOptions refused(const std::string& sentence) {
  return {{}, misuse, "alert-consumer: " + one_line(sentence) + "\n"};
}

std::string help_of(const CLI::App& app) {
  std::string help = app.help();
  for (std::size_t at = 0; (at = help.find("=" + usual_file, at)) != help.npos;)
    help.erase(at, usual_file.size() + 1);
  return help;
}

}  // namespace

std::string usual_csv_file(const std::string& topic) {
  if (topic == "air_quality_data") return "air_quality_streamed.csv";
  if (topic.starts_with("weather-")) return "kafka_log.csv";
  return topic + ".csv";
}

std::string usual_jsonl_file(const std::string& topic) { return topic + ".jsonl"; }

ParsedOptions parse_options(int argc, const char* const* argv) {
  ParsedOptions parsed;
  Typed typed;
  CLI::App app(
      "Reads sensor readings from a Kafka topic, and stores them in SQLite with an alert for each that meets "
      "a rule.",
      "alert-consumer");
  app.footer(footer);
  add_kafka_flags(app, parsed.options, typed);
  add_storage_flags(app, parsed.options, typed);
  add_run_flags(app, parsed.options);
  try {
    app.parse(argc, argv);
  } catch (const CLI::CallForHelp&) {
    return {{}, 0, help_of(app)};
  } catch (const CLI::ExtrasError&) {
    return refused(unknown_words(app));
  } catch (const CLI::ParseError& error) {
    return refused(error.what());
  }
  const std::string wrong = understand(app, parsed.options, typed);
  return wrong.empty() ? parsed : refused(wrong);
}

}  // namespace mini::alerts
