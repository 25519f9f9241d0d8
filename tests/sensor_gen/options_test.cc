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
  CHECK(options.weather.sensors == 20);
  CHECK(options.interval_s == 5);
  CHECK(options.weather.anomalies.spike_ppb == 2'000'000);
  CHECK(options.weather.anomalies.stuck_ppb == 1'000'000);
  CHECK(options.weather.anomalies.dropout_ppb == 1'000'000);
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
  CHECK(options.uci);
  CHECK(options.topic == "air_quality_data");
  CHECK(options.interval_s == 1);
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

TEST_CASE("misuse is one sentence and exit code 2") {
  struct Row {
    std::vector<const char*> arguments;
    std::string word;
  };
  for (const Row& row : {
           Row{{"--no-such-flag"}, "--no-such-flag"},
           Row{{"extra"}, "extra"},
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
           Row{{"--source", "uci"}, "--dataset"},
           Row{{"--dataset", "f.csv"}, "--source uci"},
           Row{{"--partitions", "3"}, "--create-topic"},
           Row{{"--start-time", "yesterday"}, "yesterday"},
           Row{{"--producer-property", "acks"}, "NAME=VALUE"},
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
  Pace unlimited = parse({"--rate", "0"}).options.pace();
  for (int i = 0; i < 100; ++i, unlimited.sent()) CHECK(unlimited.wait(start) == 0ns);
}
