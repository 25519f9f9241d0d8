#include "sensor_gen/options.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>

using namespace mini::sensor_gen;
using namespace std::chrono_literals;

namespace {

ParsedOptions parse(std::vector<const char*> arguments) {
  arguments.insert(arguments.begin(), "sensor-gen");
  return parse_options(static_cast<int>(arguments.size()), arguments.data());
}

}  // namespace

TEST_CASE(
    "without flags it is twenty weather stations, every five seconds, to "
    "localhost") {
  unsetenv("KAFKA_BOOTSTRAP_SERVERS");
  const ParsedOptions parsed = parse({});
  REQUIRE_FALSE(parsed.exit_code);
  const Options& options = parsed.options;
  CHECK(options.bootstrap_server == "localhost:9092");
  CHECK(options.topic == "sensor_data");
  CHECK(options.sensors == 20);
  CHECK(options.interval_s == 5);
  CHECK(options.anomalies.spike_ppb == 2'000'000);
  CHECK(options.anomalies.stuck_ppb == 1'000'000);
  CHECK(options.anomalies.dropout_ppb == 1'000'000);
  CHECK_FALSE(options.rate);
  CHECK_FALSE(options.start_time);
}

TEST_CASE("one thing may go by several names") {
  for (const char* flag : {"--bootstrap-server", "--bootstrap", "--bootstrap-servers"})
    CHECK(parse({flag, "h:1"}).options.bootstrap_server == "h:1");
  for (const char* flag : {"--topic", "--kafka-topic"}) CHECK(parse({flag, "t"}).options.topic == "t");
  CHECK_FALSE(parse({"--use-kafka", "--num-sensors", "10", "--interval", "5"}).exit_code);
  setenv("KAFKA_BOOTSTRAP_SERVERS", "env:1", 1);
  CHECK(parse({}).options.bootstrap_server == "env:1");
  CHECK(parse({"--bootstrap", "h:1"}).options.bootstrap_server == "h:1");
  unsetenv("KAFKA_BOOTSTRAP_SERVERS");
}

TEST_CASE("the UCI file goes to its own topic, a row a second") {
  const Options options = parse({"--source", "uci", "--dataset", "f.csv"}).options;
  CHECK(options.source == SourceKind::uci);
  CHECK(options.uci.dataset == "f.csv");
  CHECK(options.topic == "air_quality_data");
  CHECK(options.interval_s == 1);
}

TEST_CASE("the lab sends ten messages, one a second, to the topic of the user") {
  setenv("USER", "ada", 1);
  const Options options = parse({"--source", "lab"}).options;
  CHECK(options.source == SourceKind::lab);
  CHECK(options.topic == "weather-ada");
  CHECK(options.count == 10);
  CHECK(options.interval_s == 1);
  CHECK(parse({"--source", "lab", "--count", "3"}).options.count == 3);
  unsetenv("USER");
  CHECK(parse({"--source", "lab"}).options.topic == "weather-user1");
}

TEST_CASE("a sensor is stuck for as many readings as make 190 seconds") {
  CHECK(parse({}).options.anomalies.stuck_readings_max == 38);
  CHECK(parse({"--interval", "1", "--rate", "0"}).options.anomalies.stuck_readings_max == 190);
  CHECK(parse({"--interval", "600"}).options.anomalies.stuck_readings_max == 1);
}

TEST_CASE("a flag of a source chooses it") {
  for (const char* flag : {"--qc", "--normalize", "--clip", "--sample"})
    CHECK(parse({flag}).options.source == SourceKind::uci);
  CHECK(parse({"--dataset", "f.csv"}).options.topic == "air_quality_data");
  CHECK(parse({"--fill", "mean"}).options.uci.preparation.fill == Fill::mean);
  CHECK(parse({"--num-sensors", "3"}).options.source == SourceKind::weather);
  CHECK(parse({"--source", "uci"}).options.uci.dataset == "AirQualityUCI.csv");
}

TEST_CASE("the command lines of the systems that go before are understood as they are") {
  for (const std::vector<const char*>& line : std::vector<std::vector<const char*>>{
           {"--use-kafka", "--num-sensors", "10", "--interval", "5"},
           {"--use-kafka"},
           {"--use-kafka",
            "--kafka-topic",
            "sensor_data",
            "--num-sensors",
            "20",
            "--interval",
            "5",
            "--duration",
            "60",
            "--seed",
            "1",
            "--output-dir",
            "output",
            "--jsonl-file",
            "sensor_data.jsonl",
            "--csv-file",
            "sensor_data.csv",
            "--logfile",
            "f.log",
            "--anomaly-spike-rate",
            "0.002",
            "--anomaly-stuck-rate",
            "0.001",
            "--anomaly-dropout-rate",
            "0.001"},
           {"--kafka", "--count", "10"},
           {"--count", "1"},
           {"--kafka", "--count", "10", "--bootstrap", "localhost:29092", "--rate", "5", "--batch-size",
            "10"},
           {"--qc"},
       }) {
    const ParsedOptions parsed = parse(line);
    CAPTURE(parsed.text);
    CHECK_FALSE(parsed.exit_code);
  }
}

TEST_CASE("copies are written only where they are asked for") {
  const auto copies = [](std::vector<const char*> line) { return parse(std::move(line)).options.copies; };
  struct Row {
    std::vector<const char*> line;
    std::string jsonl, csv;
  };
  for (const Row& row : {
           Row{{}, "", ""},
           Row{{"--output-dir", "o"}, "o/sensor_data.jsonl", "o/sensor_data.csv"},
           Row{{"--output-dir", "o", "--csv-file", "c"}, "o/sensor_data.jsonl", "o/c"},
           Row{{"--output-dir", "o", "--jsonl-file", "/j"}, "/j", "o/sensor_data.csv"},
           Row{{"--jsonl-file", "j"}, "j", ""},
           Row{{"--csv-file", "c"}, "", "c"},
           Row{{"--no-kafka"}, "-", ""},
           Row{{"--no-kafka", "--csv-file", "c"}, "", "c"},
       }) {
    const CopyPaths paths = copies(row.line);
    CHECK(paths.jsonl == row.jsonl);
    CHECK(paths.csv == row.csv);
  }
  CHECK(parse({"--no-kafka"}).options.data_on_stdout());
}

TEST_CASE("properties are split at the first equals sign, and there may be many") {
  const Options options =
      parse({"--producer-property", "acks=1", "--producer-property", "client.id=a=b"}).options;
  CHECK(options.producer_properties ==
        std::vector<std::pair<std::string, std::string>>{{"acks", "1"}, {"client.id", "a=b"}});
}

TEST_CASE("help goes to the user with exit code 0") {
  const ParsedOptions parsed = parse({"--help"});
  CHECK(parsed.exit_code == 0);
  CHECK(parsed.text.find("--bootstrap-server") != std::string::npos);
}

TEST_CASE("the settings of a producer are printed, and none of a consumer") {
  const ParsedOptions parsed = parse({"--help-config"});
  CHECK(parsed.exit_code == 0);
  CHECK(parsed.text.find("\nacks = all\n    also: request.required.acks\n") != std::string::npos);
  CHECK(parsed.text.find("group.id") == std::string::npos);
}

TEST_CASE("misuse is one sentence and exit code 2") {
  struct Row {
    std::vector<const char*> arguments;
    std::string word;
  };
  for (const Row& row : {
           Row{{"--no-such-flag"}, "'--no-such-flag' is not a flag of this program; --help lists them."},
           Row{{"--num-sensros", "3"}, "did you mean --num-sensors?"},
           Row{{"--sensors=3"}, "did you mean --num-sensors?"},
           Row{{"--topics", "t"}, "did you mean --topic?"},
           Row{{"extra"}, "'extra' is not understood"},
           Row{{"--num-sensors", "0"}, "--num-sensors"},
           Row{{"--num-sensors", "many"}, "--num-sensors"},
           Row{{"--num-sensors", "-1"}, "--num-sensors"},
           Row{{"--interval", "0"}, "--interval"},
           Row{{"--interval", "nan"}, "--interval"},
           Row{{"--rate", "-1"}, "--rate"},
           Row{{"--rate", "0.0000001"}, "--rate"},
           Row{{"--count", "-5"}, "--count"},
           Row{{"--anomaly-spike-rate", "1.5"}, "--anomaly-spike-rate"},
           Row{{"--source", "moon"}, "--source"},
           Row{{"--source", "weather", "--dataset", "f.csv"}, "--dataset belongs to --source uci"},
           Row{{"--source", "lab", "--num-sensors", "3"}, "--num-sensors belongs to --source weather"},
           Row{{"--num-sensors", "3", "--clip"}, "--clip belongs to --source uci"},
           Row{{"--fill", "sideways"}, "--fill"},
           Row{{"--qc-file", "f"}, "--qc-file belongs to --qc"},
           Row{{"--batch-size", "0"}, "--batch-size"},
           Row{{"--rate", "0.001", "--batch-size", "1000"}, "less than once a week"},
           Row{{"--use-kafka", "--no-kafka"}, "--no-kafka contradicts --use-kafka"},
           Row{{"--jsonl-file", "-", "--csv-file", "-"}, "--csv-file"},
           Row{{"--event-hub-name", "sensor-data"}, "--event-hub-name: Event Hubs needs TLS and SASL"},
           Row{{"--topic", ""}, "--topic: a name is needed."},
           Row{{"--event-hubs-conn-str", "Endpoint=sb://x/", "--event-hub-name", "sensor-data"},
               "TLS and SASL"},
           Row{{"--partitions", "3"}, "--create-topic"},
           Row{{"--start-time", "yesterday"}, "yesterday"},
           Row{{"--producer-property", "acks"}, "NAME=VALUE"},
           Row{{"--producer-property", "bootstrap.servers=h:1"}, "--bootstrap-server"},
           Row{{"--producer-property", "=1"}, "NAME=VALUE"},
       }) {
    CAPTURE(row.word);
    const ParsedOptions parsed = parse(row.arguments);
    CAPTURE(parsed.text);
    CHECK(parsed.exit_code == 2);
    CHECK(parsed.text.find(row.word) != std::string::npos);
    CHECK(std::count(parsed.text.begin(), parsed.text.end(), '\n') == 1);
  }
}

TEST_CASE("a pace is chosen by rate, or by interval") {
  const Pace::Clock::time_point start{};
  Pace rounds = parse({"--num-sensors", "2", "--interval", "3"}).options.pace();
  for (int i = 0; i < 2; ++i, rounds.sent()) CHECK(rounds.wait(start) == 0ns);
  CHECK(rounds.wait(start) == 3s);
  Pace rate = parse({"--rate", "10"}).options.pace();
  rate.wait(start), rate.sent();
  CHECK(rate.wait(start) == 100ms);
  Pace batches = parse({"--rate", "10", "--batch-size", "3"}).options.pace();
  for (int i = 0; i < 3; ++i, batches.sent()) CHECK(batches.wait(start) == 0ns);
  CHECK(batches.wait(start) == 300ms);
  Pace sensors = parse({"--num-sensors", "20", "--interval", "5", "--batch-size", "10"}).options.pace();
  for (int i = 0; i < 10; ++i, sensors.sent()) CHECK(sensors.wait(start) == 0ns);
  CHECK(sensors.wait(start) == 2500ms);
  Pace unlimited = parse({"--rate", "0"}).options.pace();
  for (int i = 0; i < 100; ++i, unlimited.sent()) CHECK(unlimited.wait(start) == 0ns);
}
