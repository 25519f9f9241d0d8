#include "alert_consumer/options.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>

#include "alert_consumer/rules.h"

using namespace mini::alerts;

namespace {

ParsedOptions parse(std::vector<const char*> arguments) {
  arguments.insert(arguments.begin(), "alert-consumer");
  return parse_options(static_cast<int>(arguments.size()), arguments.data());
}

}  // namespace

TEST_CASE("without flags it reads sensor_data from localhost into alerts.db") {
  unsetenv("KAFKA_BOOTSTRAP_SERVERS");
  const ParsedOptions parsed = parse({});
  REQUIRE_FALSE(parsed.exit_code);
  CHECK(parsed.options.bootstrap_server == "localhost:9092");
  CHECK(parsed.options.topic == "sensor_data");
  CHECK(parsed.options.group == "alert-consumer");
  CHECK(parsed.options.database == "alerts.db");
  CHECK_FALSE(parsed.options.max_messages);
  CHECK_FALSE(parsed.options.idle_exit_ms);
  CHECK_FALSE(parsed.options.csv);
  CHECK_FALSE(parsed.options.no_database);
  CHECK(parsed.options.auto_offset_reset == "earliest");
}

TEST_CASE("flags are taken by all their names") {
  CHECK(parse({"--idle-exit-ms", "5"}).options.idle_exit_ms == 5);
  CHECK(parse({"--timeout-ms", "5"}).options.idle_exit_ms == 5);
  CHECK(parse({"--max-messages", "20", "--from-beginning"}).options.max_messages == 20);
  CHECK(parse({"--consumer-property", "a=b=c"}).options.consumer_properties.at(0).second == "b=c");
  setenv("KAFKA_BOOTSTRAP_SERVERS", "env:1", 1);
  CHECK(parse({}).options.bootstrap_server == "env:1");
  unsetenv("KAFKA_BOOTSTRAP_SERVERS");
  CHECK(parse({"--help"}).exit_code == 0);
}

TEST_CASE("misuse is one sentence and exit code 2") {
  struct Row {
    std::vector<const char*> arguments;
    std::string word;
  };
  for (const Row& row : {
           Row{{"--no-such-flag"}, "--no-such-flag"},
           Row{{"--max-messages", "-1"}, "--max-messages"},
           Row{{"--max-messages", "few"}, "--max-messages"},
           Row{{"--timeout-ms", "99999999999999999999"}, "--idle-exit-ms"},
           Row{{"--consumer-property", "x"}, "NAME=VALUE"},
           Row{{"--topik", "x"}, "did you mean '--topic'?"},
           Row{{"--no-db"}, "--csv or --jsonl"},
           Row{{"--no-db", "--csv", "--db", "x"}, "exclude each other"},
           Row{{"--csv", "x", "--jsonl", "x"}, "files of their own"},
           Row{{"--alerts-topic", "sensor_data"}, "--alerts-topic"},
           Row{{"--alerts-topic", "no/name"}, "--alerts-topic: 'no/name' is no name of a topic"},
           Row{{"--alerts-topic", ""}, "--alerts-topic: '' is no name"},
           Row{{"--topic", "a b"}, "--topic: 'a b' is no name of a topic"},
           Row{{"--topic", ".."}, "--topic: '..'"},
           Row{{"--consumer-property", "group.id=g"}, "group.id is said with --group."},
           Row{{"--consumer-property", "bootstrap.servers=h:1"}, "said with --bootstrap-server."},
           Row{{"--consumer-property", "metadata.broker.list=h:1"}, "said with --bootstrap-server."},
           Row{{"--auto-offset-reset", "middle"}, "--auto-offset-reset"},
           Row{{"--csv-batch", "0"}, "--csv-batch"},
           Row{{"stray"}, "stray"},
       }) {
    CAPTURE(row.word);
    const ParsedOptions parsed = parse(row.arguments);
    CAPTURE(parsed.text);
    CHECK(parsed.exit_code == 2);
    CHECK(parsed.text.find(row.word) != std::string::npos);
    CHECK(std::count(parsed.text.begin(), parsed.text.end(), '\n') == 1);
  }
}

TEST_CASE("files have the names that the courses know, or those that are given") {
  CHECK(parse({"--no-db", "--csv", "--topic", "air_quality_data"}).options.csv == "air_quality_streamed.csv");
  CHECK(parse({"--no-db", "--csv", "--topic", "weather-me"}).options.csv == "kafka_log.csv");
  CHECK(parse({"--csv", "--jsonl"}).options.csv == "sensor_data.csv");
  CHECK(parse({"--csv", "--jsonl"}).options.jsonl == "sensor_data.jsonl");
  CHECK(parse({"--csv", "my.csv"}).options.csv == "my.csv");
  CHECK(parse({"--csv=my.csv", "--batch-size", "100"}).options.csv_rows_min == 100);
  CHECK_FALSE(parse({"--csv"}).options.jsonl);
}

TEST_CASE("the flags of the systems that came before are understood") {
  const ParsedOptions parsed =
      parse({"--kafka-topic", "t", "--bootstrap", "h:1", "--count", "5", "--group-id", "g"});
  REQUIRE_FALSE(parsed.exit_code);
  CHECK(parsed.options.topic == "t");
  CHECK(parsed.options.bootstrap_server == "h:1");
  CHECK(parsed.options.max_messages == 5);
  CHECK(parsed.options.group == "g");
}

TEST_CASE("help shows no more than a person needs") {
  const ParsedOptions parsed = parse({"--help"});
  CHECK(parsed.exit_code == 0);
  CHECK(parsed.text.find("{usual}") == std::string::npos);
  for (const Rule& rule : default_rules()) CHECK(parsed.text.find(rule.name) != std::string::npos);
  CHECK(parsed.text.find("Exit code 0") != std::string::npos);
  CHECK(parsed.text.find("--rules FILE") != std::string::npos);
}
