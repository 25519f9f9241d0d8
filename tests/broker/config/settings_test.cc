#include "broker/config/settings.h"

#include <doctest/doctest.h>

#include <set>

#include "broker/config/setting_value.h"

using namespace mini::broker;

TEST_CASE("every row of the table is complete and agrees with itself") {
  for (const Scope scope : {Scope::broker, Scope::topic}) {
    std::set<std::string_view> names;
    for (const Setting& setting : settings(scope)) {
      CAPTURE(setting.name);
      CHECK(names.insert(setting.name).second);
      CHECK(setting.scope == scope);
      CHECK(setting.documentation.ends_with('.'));
      CHECK_FALSE(setting.remark.ends_with('.'));
      if (setting.default_value) CHECK(why_invalid(setting, *setting.default_value) == std::nullopt);
      if (setting.is_family()) CHECK_FALSE(setting.default_value);
      if (setting.remark_above) CHECK_FALSE(setting.remark.empty());
    }
    CHECK(names.size() > 30);
  }
}

TEST_CASE("a topic's setting takes its default from broker settings that exist and say the same") {
  int compared = 0;
  for (const Setting& topic : settings(Scope::topic)) {
    for (const Inherited& inherited : topic.inherits) {
      if (inherited.name.empty()) break;
      CAPTURE(topic.name);
      CAPTURE(inherited.name);
      const Setting* broker = find_setting(inherited.name);
      REQUIRE(broker != nullptr);
      CHECK_FALSE(broker->is_family());
      CHECK(broker->choices == topic.choices);
      if (!broker->default_value) continue;
      if (inherited.scale == 1) {
        CHECK(*broker->default_value == *topic.default_value);
      } else {
        CHECK(*parse_integer(*broker->default_value) * inherited.scale ==
              *parse_integer(*topic.default_value));
      }
      ++compared;
    }
  }
  CHECK(compared > 20);
}

TEST_CASE("defaults are Apache Kafka's") {
  struct Row {
    Scope scope;
    std::string_view name, value;
  };
  constexpr Scope b = Scope::broker, t = Scope::topic;
  const Row rows[] = {{b, "num.partitions", "1"},
                      {b, "auto.create.topics.enable", "true"},
                      {b, "log.retention.hours", "168"},
                      {b, "message.max.bytes", "1048588"},
                      {b, "socket.request.max.bytes", "104857600"},
                      {b, "connections.max.idle.ms", "600000"},
                      {b, "group.initial.rebalance.delay.ms", "3000"},
                      {b, "group.min.session.timeout.ms", "6000"},
                      {b, "group.max.session.timeout.ms", "1800000"},
                      {b, "offsets.retention.minutes", "10080"},
                      {b, "offset.metadata.max.bytes", "4096"},
                      {b, "log.message.timestamp.after.max.ms", "3600000"},
                      {t, "retention.ms", "604800000"},
                      {t, "segment.bytes", "1073741824"},
                      {t, "max.message.bytes", "1048588"},
                      {t, "cleanup.policy", "delete"},
                      {t, "delete.retention.ms", "86400000"},
                      {t, "message.timestamp.type", "CreateTime"}};
  for (const Row& row : rows) {
    CAPTURE(row.name);
    const Setting* setting = find_setting(row.name, row.scope);
    REQUIRE(setting != nullptr);
    CHECK(setting->default_value == row.value);
  }
}

TEST_CASE("a family stands for every name with its beginning, except those with a row of their own") {
  CHECK(find_setting("zookeeper.connect")->name == "zookeeper.*");
  CHECK(find_setting("log.cleaner.dedupe.buffer.size")->name == "log.cleaner.*");
  CHECK(find_setting("log.cleaner.threads")->name == "log.cleaner.threads");
  CHECK(find_setting("listener.name.external.scram.sasl.jaas.config")->type == SettingType::password);
  CHECK(find_setting("zookeeper.") == nullptr);
  CHECK(find_setting("zookeeper.*") == nullptr);
  CHECK(find_setting("zookeepers.connect") == nullptr);
}

TEST_CASE("broker's and topics' names are told apart") {
  CHECK(find_setting("retention.ms") == nullptr);
  CHECK(find_setting("log.retention.ms", Scope::topic) == nullptr);
  CHECK(find_setting("min.insync.replicas", Scope::topic) != find_setting("min.insync.replicas"));
}

TEST_CASE("the nearest name is proposed, unless none is near") {
  CHECK(nearest_setting("num.partition") == "num.partitions");
  CHECK(nearest_setting("log.retention.hour") == "log.retention.hours");
  CHECK(nearest_setting("auto.create.topic.enabled") == "auto.create.topics.enable");
  CHECK(nearest_setting("retention.sm", Scope::topic) == "retention.ms");
  CHECK(nearest_setting("my.own.thing") == "");
  CHECK(nearest_setting("") == "");
  CHECK(nearest_setting(std::string(100'000, 'x')) == "");
}
