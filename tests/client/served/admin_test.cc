#include "mini/admin.h"

#include <doctest/doctest.h>

#include <thread>

#include "mini/consumer.h"
#include "mini/producer.h"
#include "tests/client/served/served.h"

using namespace mini;
using namespace mini::test;
using namespace std::chrono_literals;

namespace {

void produce(const std::string& topic, int count) {
  Producer producer({{"bootstrap.servers", bootstrap()}});
  for (int i = 0; i < count; ++i)
    producer.send(ProducerRecord{.topic = topic, .value = std::to_string(i), .partition = 0});
  REQUIRE_FALSE(producer.flush(20s));
}

// Whether it comes true in time: a cluster of many brokers learns of a change a little later.
template <class Condition>
bool soon(Condition condition) {
  for (int i = 0; i < 200; ++i) {
    if (condition()) return true;
    std::this_thread::sleep_for(50ms);
  }
  return false;
}

Admin new_admin() { return Admin({{"bootstrap.servers", bootstrap()}}); }

int code(const Error& error) { return error.code.value(); }

}  // namespace

TEST_CASE("topics are created, described, extended and deleted, and each has an error of its own") {
  Admin admin = new_admin();
  const std::string name = fresh("topic");
  auto errors =
      admin.create_topics({{.name = name, .partitions = 2, .configs = {{"retention.ms", "1234567"}}},
                           {.name = "no/topic", .partitions = 1}});
  CHECK_FALSE(errors.at(name));
  CHECK(code(errors.at("no/topic")) == 17);
  CHECK(code(admin.create_topics({{.name = name}}).at(name)) == 36);

  REQUIRE(soon([&] { return std::holds_alternative<TopicInfo>(admin.describe_topics({name}).at(name)); }));
  const auto described = admin.describe_topics({name, "nobody"});
  const auto& info = std::get<TopicInfo>(described.at(name));
  CHECK(info.partitions.size() == 2);
  CHECK(info.id.size() == 22);
  CHECK(code(std::get<Error>(described.at("nobody"))) == 3);
  const auto names = admin.list_topics();
  CHECK(std::count(names.begin(), names.end(), name) == 1);

  CHECK_FALSE(admin.create_partitions({{name, 4}}).at(name));
  CHECK(code(admin.create_partitions({{name, 3}}).at(name)) == 37);
  CHECK(soon(
      [&] { return std::get<TopicInfo>(admin.describe_topics({name}).at(name)).partitions.size() == 4; }));

  CHECK_FALSE(admin.delete_topics({name}).at(name));
  CHECK(code(admin.delete_topics({name}).at(name)) == 3);
}

TEST_CASE("what is only validated does not come to be") {
  Admin admin = new_admin();
  const std::string name = fresh("validated");
  CHECK_FALSE(admin.create_topics({{.name = name, .partitions = 1}}, 20s, true).at(name));
  CHECK(std::holds_alternative<Error>(admin.describe_topics({name}).at(name)));
}

TEST_CASE("a topic is created with brokers named for each partition, and deleted by its id") {
  Admin admin = new_admin();
  const std::string name = fresh("assigned");
  const std::int32_t broker = admin.describe_cluster().brokers.at(0).id;
  REQUIRE_FALSE(
      admin.create_topics({{.name = name, .assignments = {{broker}, {broker}, {broker}}}}).at(name));
  REQUIRE(soon([&] { return std::holds_alternative<TopicInfo>(admin.describe_topics({name}).at(name)); }));
  const TopicInfo info = std::get<TopicInfo>(admin.describe_topics({name}).at(name));
  CHECK(info.partitions.size() == 3);
  const auto errors = admin.delete_topics_by_id({info.id, "not an id"});
  CHECK_FALSE(errors.at(info.id));
  CHECK(errors.at("not an id").code == ClientErrc::invalid_call);
  CHECK(soon([&] { return std::holds_alternative<Error>(admin.describe_topics({name}).at(name)); }));
}

TEST_CASE("settings of topics and brokers are told with their sources") {
  Admin admin = new_admin();
  const std::string name = fresh("settings");
  REQUIRE_FALSE(
      admin.create_topics({{.name = name, .partitions = 1, .configs = {{"retention.ms", "1234567"}}}})
          .at(name));
  const ConfigResource topic{ConfigResource::Type::topic, name};
  const ConfigResource broker{ConfigResource::Type::broker,
                              std::to_string(admin.describe_cluster().brokers.at(0).id)};
  REQUIRE(
      soon([&] { return std::holds_alternative<ConfigEntries>(admin.describe_configs({topic}).at(topic)); }));
  const auto found = admin.describe_configs({topic, broker});
  const auto& entries = std::get<ConfigEntries>(found.at(topic));
  CHECK(entries.at("retention.ms").value == "1234567");
  CHECK_FALSE(entries.at("retention.ms").is_default);
  CHECK(entries.at("retention.ms").source == 1);
  CHECK(std::get<ConfigEntries>(found.at(broker)).size() > 10);
}

TEST_CASE("settings are changed one by one, or the broker's lack of it is said") {
  Admin admin = new_admin();
  const std::string name = fresh("altered");
  REQUIRE_FALSE(admin.create_topics({{.name = name, .partitions = 1}}).at(name));
  const ConfigResource topic{ConfigResource::Type::topic, name};
  try {
    const auto altered = admin.alter_configs({{topic, {{.name = "retention.ms", .value = "7654321"}}}});
    CHECK_FALSE(altered.at(topic));
  } catch (const KafkaError& error) {
    CHECK(error.error().code == ClientErrc::unsupported);
    CHECK(std::string(error.what()).find("IncrementalAlterConfigs") != std::string::npos);
    return;
  }
  CHECK(soon([&] {
    const auto found = admin.describe_configs({topic});
    return std::get<ConfigEntries>(found.at(topic)).at("retention.ms").value == "7654321";
  }));
}

TEST_CASE("the ends of a partition, the offset of a time, and deleting what lies before") {
  Admin admin = new_admin();
  const std::string name = fresh("offsets");
  REQUIRE_FALSE(admin.create_topics({{.name = name, .partitions = 2}}).at(name));
  produce(name, 10);
  const TopicPartition first{name, 0}, second{name, 1}, nowhere{name + "-not", 0};
  const auto offset = [&](OffsetSpec spec) {
    return std::get<ListedOffset>(admin.list_offsets({{first, spec}}).at(first));
  };
  CHECK(offset(OffsetSpec::earliest()).offset == 0);
  CHECK(offset(OffsetSpec::latest()).offset == 10);
  CHECK(offset(OffsetSpec::at(Timestamp(Millis(0)))).offset == 0);
  CHECK(offset(OffsetSpec::at(Timestamp(Millis(4'000'000'000'000)))).offset == -1);
  const ListedOffset newest = offset(OffsetSpec::max_timestamp());
  CHECK(newest.timestamp.has_value());

  const auto both = admin.list_offsets({{second, OffsetSpec::latest()}, {nowhere, OffsetSpec::latest()}});
  CHECK(std::get<ListedOffset>(both.at(second)).offset == 0);
  CHECK(code(std::get<Error>(both.at(nowhere))) == 3);

  const auto deleted = admin.delete_records({{first, 4}, {second, 99}});
  CHECK(std::get<std::int64_t>(deleted.at(first)) == 4);
  CHECK(code(std::get<Error>(deleted.at(second))) == 1);
  CHECK(offset(OffsetSpec::earliest()).offset == 4);
}

TEST_CASE("a group's life: listed, described, its offsets moved, its members removed, deleted") {
  Admin admin = new_admin();
  const std::string topic = fresh("read");
  const std::string group = fresh("group");
  REQUIRE_FALSE(admin.create_topics({{.name = topic, .partitions = 1}}).at(topic));
  produce(topic, 5);
  {
    Consumer consumer({{"bootstrap.servers", bootstrap()},
                       {"group.id", group},
                       {"auto.offset.reset", "earliest"},
                       {"heartbeat.interval.ms", "200"},
                       {"client.id", "reader"}});
    consumer.subscribe({topic});
    std::size_t read = 0;
    for (int i = 0; i < 200 && read < 5; ++i) read += consumer.poll(100ms).size();
    REQUIRE(read == 5);
    consumer.commit_sync();

    const auto described = admin.describe_groups({group});
    const auto& info = std::get<GroupInfo>(described.at(group));
    CHECK(info.state == "Stable");
    CHECK(info.protocol_type == "consumer");
    REQUIRE(info.members.size() == 1);
    CHECK(info.members[0].client_id == "reader");
    CHECK(info.members[0].assignment == std::vector<TopicPartition>{{topic, 0}});
    const auto stable = admin.list_groups({"Stable"});
    CHECK(std::any_of(stable.begin(), stable.end(), [&](const auto& each) { return each.id == group; }));

    CHECK(code(admin.delete_groups({group}).at(group)) == 68);
    const Errors removed = admin.remove_all_members_from_group(group);
    REQUIRE(removed.size() == 1);
    CHECK_FALSE(removed.begin()->second);
    CHECK(std::get<GroupInfo>(admin.describe_groups({group}).at(group)).state == "Empty");
  }
  CHECK(admin.list_group_offsets(group).at({topic, 0}).offset == 5);
  const auto altered = admin.alter_group_offsets(group, {{{topic, 0}, {2, -1, "back"}}});
  CHECK_FALSE(altered.at({topic, 0}));
  CHECK(admin.list_group_offsets(group).at({topic, 0}).offset == 2);
  CHECK(admin.list_group_offsets(group).at({topic, 0}).metadata == "back");
  const auto forgotten = admin.delete_group_offsets(group, {{topic, 0}});
  CHECK_FALSE(forgotten.at({topic, 0}));
  CHECK(admin.list_group_offsets(group).empty());
  // A group without offsets and members may be gone already.
  const int deleted = code(admin.delete_groups({group}).at(group));
  const bool gone = deleted == 0 || deleted == 69;
  CHECK(gone);
  CHECK(code(admin.delete_groups({group}).at(group)) == 69);
}
