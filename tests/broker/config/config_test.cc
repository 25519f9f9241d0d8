#include "broker/config/config.h"

#include <algorithm>

#include "tests/broker/config/config_fixture.h"

using namespace mini::broker;

namespace {

bool says(const std::vector<std::string>& sentences, std::string_view sentence) {
  return std::find(sentences.begin(), sentences.end(), sentence) != sentences.end();
}

}  // namespace

TEST_CASE("nothing given gives the table's defaults") {
  const Config config;
  CHECK(config.given("num.partitions") == nullptr);
  CHECK(config.text("num.partitions") == "1");
  CHECK(config.text("log.retention.ms") == std::nullopt);
  CHECK(config.broker().num_partitions == 1);
  CHECK(config.listeners().bound ==
        std::vector<Listener>{{"PLAINTEXT", "localhost", 9092, SecurityProtocol::plaintext}});
  CHECK(load_config({}).problems.errors.empty());
}

TEST_CASE("each layer beats those before it and each value remembers where it came from") {
  ConfigInput input;
  const auto loaded = [&] { return load_config(input).config; };
  const auto expect = [&](std::string_view text, const Source& source) {
    const Config config = loaded();
    REQUIRE(config.given("num.partitions") != nullptr);
    CHECK(config.given("num.partitions")->text == text);
    CHECK(config.given("num.partitions")->source == source);
    CHECK(std::to_string(config.broker().num_partitions) == text);
  };
  input.file = {"conf/server.properties", "# one\nnum.partitions = 2 \n"};
  expect("2", {Layer::file, "conf/server.properties:2"});
  input.environment = {{"KAFKA_NUM_PARTITIONS", "3"}, {"HOME", "/root"}};
  expect("3", {Layer::environment, "KAFKA_NUM_PARTITIONS"});
  input.overrides = {{"num.partitions", "4"}, {"num.partitions", "5"}};
  expect("5", {Layer::overrides, "--override"});
  input.flags = {{"num.partitions", "6", "--partitions"}};
  expect("6", {Layer::flags, "--partitions"});
}

TEST_CASE("an invalid value refuses the start and names key, value, place and reason") {
  ConfigInput input;
  input.file = {"s.properties", "\nnum.partitions=none\nlog.segment.bytes=3"};
  input.environment = {{"KAFKA_DELETE_TOPIC_ENABLE", "maybe"}};
  input.overrides = {{"message.max.bytes", "-1"}};
  const auto problems = load_config(input).problems;
  CHECK(problems.errors == std::vector<std::string>{
                               "s.properties:2: num.partitions=none: must be a whole number",
                               "s.properties:3: log.segment.bytes=3: must be at least 14",
                               "KAFKA_DELETE_TOPIC_ENABLE: delete.topic.enable=maybe: must be true or false",
                               "--override: message.max.bytes=-1: must be at least 0"});
}

TEST_CASE("an invalid value of a setting without effect is a warning") {
  const auto [config, problems] = load_text("num.io.threads=many");
  CHECK(problems.errors.empty());
  CHECK(problems.warnings ==
        std::vector<std::string>{"f:1: num.io.threads=many: must be a whole number; ignored"});
  CHECK(config.given("num.io.threads") == nullptr);
}

TEST_CASE(
    "an unknown name is ignored: a warning with the nearest name, from the environment only a debug line") {
  ConfigInput input;
  input.file = {"f", "num.partition=3\nmy.own.thing=1"};
  input.environment = {{"KAFKA_REST_PROXY", "x"}, {"KAFKA_HEAP_OPTS", "-Xmx1G"}};
  input.overrides = {{"log.retention.hour", "1"}};
  const auto problems = load_config(input).problems;
  CHECK(problems.errors.empty());
  CHECK(problems.warnings ==
        std::vector<std::string>{
            "f:1: num.partition is not a setting and is ignored; was num.partitions meant?",
            "f:2: my.own.thing is not a setting and is ignored",
            "--override: log.retention.hour is not a setting and is ignored; was "
            "log.retention.hours meant?"});
  CHECK(problems.debug ==
        std::vector<std::string>{"KAFKA_REST_PROXY is ignored: rest.proxy is not a setting"});
}

TEST_CASE("a key that comes twice in a file counts the last time, and that is said") {
  const auto [config, problems] = load_text("num.partitions=2\nnum.partitions=3\nnum.partitions=4");
  CHECK(config.broker().num_partitions == 4);
  CHECK(problems.warnings ==
        std::vector<std::string>{"f:2: num.partitions is given again; line 1 no longer counts",
                                 "f:3: num.partitions is given again; line 2 no longer counts"});
}

TEST_CASE("a file that cannot be read as properties refuses the start") {
  CHECK(load_text("a=\\uzzzz").problems.errors ==
        std::vector<std::string>{
            "f: line 1: \\u must be followed by the four hexadecimal digits of a character"});
}

TEST_CASE("settings that contradict each other, or this program, refuse the start") {
  struct Row {
    std::string_view text, error;  // empty: fine
  };
  const Row rows[] = {
      {"node.id=1\nbroker.id=1", ""},
      {"node.id=1\nbroker.id=2", "node.id=1 and broker.id=2 must be the same when both are given"},
      {"process.roles=broker", ""},
      {"process.roles=broker,controller", ""},
      {"process.roles=", ""},
      {"process.roles=controller",
       "process.roles=controller asks for a controller without a broker: there is nothing to serve; start "
       "the file "
       "whose process.roles contains broker"},
      {"process.roles=boss", "f:1: process.roles=boss: must be one of broker,controller"},
      {"controller.quorum.voters=1@localhost:9093", ""},
      {"controller.quorum.voters=7@localhost:9093\nnode.id=7\nprocess.roles=broker,controller", ""},
      {"controller.quorum.voters=1@localhost:9093\nnode.id=7\nprocess.roles=broker", ""},
      {"controller.quorum.voters=1@localhost:9093\nnode.id=7\nprocess.roles=broker,controller",
       "controller.quorum.voters does not name this node, whose node.id is 7"},
      {"controller.quorum.voters=localhost:9093",
       "controller.quorum.voters: 'localhost:9093' is not ID@HOST:PORT"},
      {"controller.quorum.bootstrap.servers=localhost:9093", ""},
      {"controller.quorum.bootstrap.servers=localhost",
       "controller.quorum.bootstrap.servers: 'localhost' is not HOST:PORT"},
      {"group.min.session.timeout.ms=10\ngroup.max.session.timeout.ms=9",
       "group.min.session.timeout.ms=10 must not be above group.max.session.timeout.ms=9"},
      {"advertised.listeners=PLAINTEXT://0.0.0.0:9092",
       "advertised.listeners: PLAINTEXT advertises 0.0.0.0, which no client can reach; give a host name or "
       "an address"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.text);
    const auto errors = load_text(std::string(row.text)).problems.errors;
    CHECK(errors.empty() == row.error.empty());
    if (!row.error.empty()) CHECK(says(errors, row.error));
  }
}

TEST_CASE("a password is never repeated in a message") {
  const auto [config, problems] = load_text("ssl.key.password=secret\nssl.key.password=secret2");
  for (const auto& sentence : problems.warnings) CHECK(sentence.find("secret") == std::string::npos);
  CHECK(config.given("ssl.key.password")->text == "secret2");
}
