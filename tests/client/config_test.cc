#include "mini/config.h"

#include <doctest/doctest.h>

#include <set>

#include "client/consumer/settings.h"
#include "client/producer/settings.h"
#include "client/settings/cluster_settings.h"
#include "mini/error.h"

using namespace mini;
using namespace mini::client;

TEST_CASE("a setting has one value, by whatever name it goes") {
  const struct {
    const char* librdkafka;
    const char* java;
    const char* value;
  } rows[] = {{"metadata.broker.list", "bootstrap.servers", "a:1"},
              {"queue.buffering.max.ms", "linger.ms", "7"},
              {"compression.codec", "compression.type", "lz4"},
              {"request.required.acks", "acks", "1"},
              {"message.timeout.ms", "delivery.timeout.ms", "9"},
              {"socket.timeout.ms", "request.timeout.ms", "8"},
              {"fetch.wait.max.ms", "fetch.max.wait.ms", "3"},
              {"max.in.flight", "max.in.flight.requests.per.connection", "2"}};
  for (const auto& row : rows) {
    CAPTURE(row.librdkafka);
    Config config;
    config.set(row.librdkafka, row.value);
    CHECK(config.get(row.java) == row.value);
    config.set(row.java, "later");
    CHECK(config.get(row.librdkafka) == "later");
    CHECK(config.unknown_keys().empty());
  }
}

TEST_CASE("unknown keys are kept, and reported with the nearest name") {
  Config config{{"linger.msec", "5"}, {"never.heard.of.it", "x"}, {"acks", "1"}};
  const auto unknown = config.unknown_keys();
  REQUIRE(unknown.size() == 2);
  CHECK(unknown[0].key == "linger.msec");
  CHECK(unknown[0].nearest == "linger.ms");
  CHECK(unknown[1].key == "never.heard.of.it");
  CHECK(unknown[1].nearest.empty());
  CHECK(config.get("never.heard.of.it") == "x");
  CHECK(!config.get("never.heard.of"));
}

TEST_CASE("keys of other clients are no mistake, and each has a sentence") {
  for (const char* key : {"key.serializer", "value.deserializer", "sasl.jaas.config", "ssl.ca.location",
                          "debug", "interceptor.classes", "statistics.interval.ms", "socket.keepalive.enable",
                          "default.api.timeout.ms"}) {
    CAPTURE(key);
    const Config config{{"bootstrap.servers", "a"}, {key, "x"}};
    CHECK(config.unknown_keys().empty());
    REQUIRE(config.warnings().size() == 1);
    CHECK(config.warnings()[0].find(key) != std::string::npos);
    CHECK_NOTHROW(cluster_options(config));
  }
  CHECK(
      Config{{"linger.msec", "5"}}.warnings() ==
      std::vector<std::string>{"'linger.msec' is not a setting of this client (did you mean 'linger.ms'?)."});
  CHECK(Config{{"linger.ms", "5"}, {"metadata.broker.list", "a"}}.warnings().empty());
}

TEST_CASE("what is not built is refused, not ignored") {
  const struct {
    const char* key;
    const char* value;
    bool refused;
  } rows[] = {{"security.protocol", "SSL", true},        {"security.protocol", "SASL_PLAINTEXT", true},
              {"security.protocol", "PLAINTEXT", false}, {"security.protocol", "plaintext", false},
              {"group.protocol", "consumer", true},      {"group.protocol", "classic", false},
              {"bootstrap.servers", "SSL://a:1", true},  {"bootstrap.servers", "PLAINTEXT://a:1", false}};
  for (const auto& row : rows) {
    CAPTURE(row.key);
    CAPTURE(row.value);
    Config config{{"bootstrap.servers", "a"}};
    config.set(row.key, row.value);
    bool refused = false;
    try {
      cluster_options(config);
    } catch (const KafkaError& error) {
      refused = error.error().code == ClientErrc::invalid_config;
      CHECK(std::string(error.what()).find(row.key) != std::string::npos);
    }
    CHECK(refused == row.refused);
  }
}

TEST_CASE("the help has every setting with its default and all its names") {
  const std::string help = help_config();
  for (const Setting& setting : client_settings()) {
    CAPTURE(setting.name);
    CHECK(help.find("  " + std::string(setting.name)) != std::string::npos);
    CHECK(help.find(setting.aliases) != std::string::npos);
    CHECK(help.find(setting.default_value) != std::string::npos);
  }
  for (std::size_t at = 0; at < help.size();) {
    const std::size_t end = help.find('\n', at);
    CHECK(end - at <= 110);
    at = end + 1;
  }
}

TEST_CASE("every line of the table has a name of its own and a sentence, and its default can be used") {
  std::set<std::string_view> names;
  for (const Setting& setting : client_settings()) {
    CAPTURE(setting.name);
    CHECK(names.insert(setting.name).second);
    CHECK(setting.sentence.size() > 10);
  }
  const Config config{{"bootstrap.servers", "localhost"}};
  CHECK(producer_options(config).idempotent);
  CHECK(consumer_options(config).auto_commit);
  CHECK(cluster_options(config).bootstrap.front() == BrokerAddress{"localhost", 9092});
}

TEST_CASE("a value that cannot be used is refused with key and value") {
  const struct {
    const char* key;
    const char* value;
  } rows[] = {{"linger.ms", "soon"},
              {"linger.ms", "-1"},
              {"acks", "2"},
              {"acks", ""},
              {"enable.idempotence", "yes"},
              {"compression.type", "rar"},
              {"batch.size", "9e9"},
              {"session.timeout.ms", "1"},
              {"auto.offset.reset", "first"},
              {"max.poll.records", "0"},
              {"partition.assignment.strategy", "mine"}};
  for (const auto& row : rows) {
    CAPTURE(row.key);
    CAPTURE(row.value);
    const Config config{{row.key, row.value}};
    bool refused = false;
    try {
      producer_options(config);
      consumer_options(config);
    } catch (const KafkaError& error) {
      refused = true;
      CHECK(error.error().code == ClientErrc::invalid_config);
    }
    CHECK(refused);
  }
}

TEST_CASE("idempotence gives way to acks=1 unless it was asked for by name") {
  CHECK(!producer_options({{"acks", "1"}}).idempotent);
  CHECK_THROWS_AS(producer_options({{"acks", "1"}, {"enable.idempotence", "true"}}), KafkaError);
  CHECK(!producer_options({{"max.in.flight", "6"}}).idempotent);
}

TEST_CASE("a record has time for its lingering and for one request") {
  const auto delivery_timeout = [](const Config& config) {
    return producer_options(config).delivery_timeout_ms;
  };
  CHECK(delivery_timeout({}) == 120'000);
  CHECK(delivery_timeout({{"request.timeout.ms", "200000"}, {"linger.ms", "50"}}) == 200'050);
  CHECK(delivery_timeout({{"request.timeout.ms", "2147483647"}}) == 2'147'483'652);
  CHECK(delivery_timeout({{"delivery.timeout.ms", "30005"}}) == 30'005);
  CHECK_THROWS_AS(delivery_timeout({{"delivery.timeout.ms", "30004"}}), KafkaError);
  CHECK_THROWS_AS(delivery_timeout({{"message.timeout.ms", "60000"}, {"linger.ms", "40000"}}), KafkaError);
}

TEST_CASE("bootstrap servers are read in all their spellings") {
  CHECK(parse_bootstrap("a:1, b ,[::1]:3,PLAINTEXT://c:4") ==
        std::vector<BrokerAddress>{{"a", 1}, {"b", 9092}, {"::1", 3}, {"c", 4}});
  for (const char* wrong : {"", ",", "a:", "a:0", "a:99999", ":1", "[::1", "a:x"}) {
    CAPTURE(wrong);
    CHECK(parse_bootstrap(wrong).empty());
  }
}
