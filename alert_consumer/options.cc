#include "alert_consumer/options.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <limits>

namespace mini::alerts {
namespace {

constexpr int misuse = 2;
constexpr auto whole_max = std::numeric_limits<std::int64_t>::max();

struct Typed {
  bool from_beginning = false;
  std::vector<std::string> properties;
};

void add_flags(CLI::App& app, Options& options, Typed& typed) {
  app.add_option("--bootstrap-server,--bootstrap,--bootstrap-servers", options.bootstrap_server, "the broker")
      ->type_name("HOST:PORT")
      ->envname("KAFKA_BOOTSTRAP_SERVERS")
      ->capture_default_str();
  app.add_option("--topic,--kafka-topic", options.topic, "where the readings are")
      ->type_name("NAME")
      ->capture_default_str();
  app.add_option("--group", options.group, "consumer group")->type_name("NAME")->capture_default_str();
  app.add_option("--db", options.database, "SQLite file for the alerts")
      ->type_name("FILE")
      ->capture_default_str();
  app.add_flag("--from-beginning", typed.from_beginning,
               "begin with the earliest record where no position is known; this is the default");
  app.add_option("--max-messages", options.max_messages, "stop after so many messages")
      ->check(CLI::Range(std::int64_t{0}, whole_max).description(""))
      ->type_name("N");
  app.add_option("--idle-exit-ms,--timeout-ms", options.idle_exit_ms, "stop when no message came for so long")
      ->check(CLI::Range(std::int64_t{0}, whole_max / 1'000'000).description(""))
      ->type_name("MS");
  app.add_option("--consumer-property", typed.properties, "a setting of the consumer; repeatable")
      ->type_name("NAME=VALUE")
      ->type_size(1)
      ->allow_extra_args(false);
}

// Empty when all are NAME=VALUE, else a sentence.
std::string understand(Options& options, const Typed& typed) {
  for (const std::string& text : typed.properties) {
    const std::size_t equals = text.find('=');
    if (equals == 0 || equals == text.npos) return "--consumer-property: '" + text + "' is not NAME=VALUE.";
    options.consumer_properties.emplace_back(text.substr(0, equals), text.substr(equals + 1));
  }
  return "";
}

std::string one_line(std::string text) {
  while (!text.empty() && text.back() == '\n') text.pop_back();
  std::replace(text.begin(), text.end(), '\n', ' ');
  return text;
}

ParsedOptions refused(const std::string& sentence) {
  return {{}, misuse, "alert-consumer: " + one_line(sentence) + "\n"};
}

}  // namespace

ParsedOptions parse_options(int argc, const char* const* argv) {
  ParsedOptions parsed;
  Typed typed;
  CLI::App app(
      "Reads sensor readings from a Kafka topic, and stores an alert in SQLite for each that meets a rule.",
      "alert-consumer");
  add_flags(app, parsed.options, typed);
  try {
    app.parse(argc, argv);
  } catch (const CLI::CallForHelp&) {
    return {{}, 0, app.help()};
  } catch (const CLI::ParseError& error) {
    return refused(error.what());
  }
  const std::string wrong = understand(parsed.options, typed);
  return wrong.empty() ? parsed : refused(wrong);
}

}  // namespace mini::alerts
