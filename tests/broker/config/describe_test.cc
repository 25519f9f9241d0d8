#include "broker/config/describe.h"

#include <algorithm>

#include "tests/broker/config/config_fixture.h"

using namespace mini::broker;

namespace {

ConfigEntry entry_of(const std::vector<ConfigEntry>& entries, std::string_view name) {
  const auto found = std::ranges::find(entries, name, &ConfigEntry::name);
  REQUIRE(found != entries.end());
  return *found;
}

std::string told(const std::vector<ConfigSynonym>& synonyms) {
  std::string text;
  for (const auto& [name, value, source] : synonyms) {
    text += name + "=" + value.value_or("null") + "@" + std::to_string(static_cast<int>(source)) + " ";
  }
  return text;
}

}  // namespace

TEST_CASE("a topic's value comes from the topic, else from the broker's file, else from the default") {
  const Config broker = config_of("log.retention.hours=2\nlog.retention.minutes=30");
  TopicConfig topic(broker);
  CHECK(topic.set("retention.ms", "5000") == std::nullopt);

  const auto own = entry_of(describe_topic(topic), "retention.ms");
  CHECK(own.value == "5000");
  CHECK(own.source == ConfigSource::topic_config);
  CHECK_FALSE(own.is_default);
  CHECK_FALSE(own.read_only);
  CHECK(own.type == SettingType::int64);
  CHECK(
      told(own.synonyms) ==
      "retention.ms=5000@1 log.retention.minutes=30@4 log.retention.hours=2@4 log.retention.ms=604800000@5 ");

  const auto inherited = entry_of(describe_topic(TopicConfig(broker)), "retention.ms");
  CHECK(inherited.value == "1800000");
  CHECK(inherited.source == ConfigSource::static_broker_config);
  CHECK_FALSE(inherited.is_default);

  const auto untouched = entry_of(describe_topic(topic), "max.message.bytes");
  CHECK(untouched.value == "1048588");
  CHECK(untouched.source == ConfigSource::default_config);
  CHECK(untouched.is_default);
  CHECK(told(untouched.synonyms) == "message.max.bytes=1048588@5 ");
  CHECK(told(entry_of(describe_topic(topic), "local.retention.ms").synonyms) == "local.retention.ms=-2@5 ");
}

TEST_CASE("a topic is described with every setting it can have, by name") {
  const Config broker;
  const auto entries = describe_topic(TopicConfig(broker));
  CHECK(entries.size() == settings(Scope::topic).size());
  CHECK(std::ranges::is_sorted(entries, {}, &ConfigEntry::name));
  for (const auto& entry : entries) {
    CAPTURE(entry.name);
    CHECK(entry.is_default);
    CHECK(entry.value.has_value());
    CHECK_FALSE(entry.documentation.empty());
  }
}

TEST_CASE("the broker's values are read only; what was given in any layer is static") {
  ConfigInput input;
  input.environment = {{"KAFKA_NUM_PARTITIONS", "3"}};
  const auto config = load_config(input).config;
  const auto entries = describe_broker(config);
  const auto given = entry_of(entries, "num.partitions");
  CHECK(given.value == "3");
  CHECK(given.source == ConfigSource::static_broker_config);
  CHECK(given.read_only);
  CHECK(given.type == SettingType::int32);
  CHECK(told(given.synonyms) == "num.partitions=3@4 num.partitions=1@5 ");
  const auto without = entry_of(entries, "log.retention.ms");
  CHECK(without.value == std::nullopt);
  CHECK(without.is_default);
  CHECK(without.synonyms.empty());
}

TEST_CASE("passwords are marked and never shown; members of a family appear when given") {
  const Config config =
      config_of("ssl.key.password=secret\nzookeeper.connect=zk:2181\nlistener.name.a.b=secret");
  const auto entries = describe_broker(config);
  for (const std::string_view name : {"ssl.key.password", "listener.name.a.b"}) {
    const auto entry = entry_of(entries, name);
    CHECK(entry.sensitive);
    CHECK(entry.value == std::nullopt);
    CHECK(told(entry.synonyms).find("secret") == std::string::npos);
    CHECK(entry.source == ConfigSource::static_broker_config);
  }
  CHECK(entry_of(entries, "zookeeper.connect").value == "zk:2181");
  CHECK(std::ranges::count(entries, "zookeeper.*", &ConfigEntry::name) == 0);
  CHECK(std::ranges::is_sorted(entries, {}, &ConfigEntry::name));
}
