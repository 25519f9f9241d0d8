#include "tests/broker/topics/topics_fixture.h"

namespace mini::broker {

TEST_CASE("a topic is found by its name and by its id") {
  TopicsWorld world;
  const TopicPtr topic = world.create("readings", 3);
  CHECK(topic->partition_count() == 3);
  CHECK(world.topics.find("readings") == topic);
  CHECK(world.topics.find(topic->id()) == topic);
  CHECK(world.topics.find("Readings") == nullptr);
  CHECK(world.topics.find(Uuid{}) == nullptr);
  CHECK(topic->partition(2)->id() == 2);
  CHECK(topic->partition(3) == nullptr);
  CHECK(topic->partition(-1) == nullptr);
}

TEST_CASE("all topics come sorted by name") {
  TopicsWorld world;
  for (const char* name : {"b", "c", "a"}) world.create(name);
  std::string names;
  for (const auto& [name, topic] : world.topics.all()) names += name;
  CHECK(names == "abc");
}

TEST_CASE("a topic's name has 1 to 249 letters, digits, dots, underscores and hyphens") {
  for (const std::string& name :
       {std::string("a"), std::string("A-b_c.9"), std::string("..."), std::string(249, 'x')}) {
    INFO(name);
    CHECK(why_illegal_topic_name(name) == "");
  }
  for (const std::string& name :
       {std::string(), std::string("."), std::string(".."), std::string("a b"), std::string("a/b"),
        std::string("ä"), std::string("a\0b", 3), std::string(250, 'x')}) {
    INFO(name);
    CHECK(why_illegal_topic_name(name) != "");
  }
}

TEST_CASE("what cannot be created is refused, and nothing is created") {
  struct Row {
    std::string name;
    PartitionId partitions;
    ErrorCode error;
  };
  TopicsWorld world(TopicsWorld::Overrides{{"mini.partitions.max", "20"}});
  world.create("a.b");
  for (const Row& row :
       {Row{"", 1, ErrorCode::invalid_topic_exception}, Row{"a/b", 1, ErrorCode::invalid_topic_exception},
        Row{"a.b", 1, ErrorCode::topic_already_exists}, Row{"a_b", 1, ErrorCode::invalid_topic_exception},
        Row{"n", 0, ErrorCode::invalid_partitions}, Row{"n", -2, ErrorCode::invalid_partitions},
        Row{"n", 20, ErrorCode::policy_violation}, Row{"n", 10'001, ErrorCode::policy_violation}}) {
    INFO("'", row.name, "' with ", row.partitions, " partitions");
    const Topics::NewTopic topic{row.name, row.partitions, TopicConfig(world.config())};
    CHECK(world.topics.check(topic).error == row.error);
    const Topics::Created created = world.topics.create(topic);
    CHECK(created.error == row.error);
    CHECK(created.message != "");
    CHECK(created.topic == nullptr);
    CHECK(world.topics.all().size() == 1);
    CHECK(world.topics.partition_count() == 1);
  }
  CHECK(world.topics.check({"n", 19, TopicConfig(world.config())}).error == ErrorCode::none);
}

TEST_CASE("a topic grows, and never shrinks") {
  TopicsWorld world(TopicsWorld::Overrides{{"mini.partitions.max", "10"}});
  const TopicPtr topic = world.create("t", 2);
  Partition* first = topic->partition(0);
  CHECK(world.topics.check_growth(*topic, 2).error == ErrorCode::invalid_partitions);
  CHECK(world.topics.check_growth(*topic, 1).error == ErrorCode::invalid_partitions);
  CHECK(world.topics.check_growth(*topic, -1).error == ErrorCode::invalid_partitions);
  CHECK(world.topics.check_growth(*topic, 11).error == ErrorCode::policy_violation);
  CHECK(world.topics.check_growth(*topic, std::numeric_limits<PartitionId>::max()).error ==
        ErrorCode::policy_violation);
  REQUIRE(world.topics.check_growth(*topic, 10).error == ErrorCode::none);
  world.topics.grow(*topic, 10);
  CHECK(topic->partition_count() == 10);
  CHECK(world.topics.partition_count() == 10);
  CHECK(topic->partition(0) == first);
}

TEST_CASE("a deleted topic is gone, and whoever holds it may go on reading") {
  TopicsWorld world;
  const TopicPtr topic = world.create("t", 2);
  REQUIRE(world.append(*topic->partition(1), "kept").base_offset == 0);
  world.topics.remove(topic);
  CHECK(topic->deleted());
  CHECK(world.topics.find("t") == nullptr);
  CHECK(world.topics.find(topic->id()) == nullptr);
  CHECK(world.topics.partition_count() == 0);
  const auto records = topic->partition(1)->log().read({.from = 0, .until = 1, .bytes_max = 1000});
  CHECK(mini::test::values_in(records.copy()) == std::vector<std::string>{"kept"});
}

TEST_CASE("a topic made again under an old name is another topic") {
  TopicsWorld world;
  const TopicPtr first = world.create("t", 2);
  REQUIRE(world.append(*first->partition(0), "old").base_offset == 0);
  world.topics.remove(first);
  const TopicPtr second = world.create("t");
  CHECK(second->id() != first->id());
  CHECK(second->partition_count() == 1);
  CHECK(second->partition(0)->log_end_offset() == 0);
  CHECK(world.topics.find(first->id()) == nullptr);
}

TEST_CASE("a name that collided is free again once the other topic is gone") {
  TopicsWorld world;
  world.topics.remove(world.create("a.b"));
  CHECK(world.topics.check({"a_b", 1, TopicConfig(world.config())}).error == ErrorCode::none);
}

TEST_CASE("memory comes back when the last holder of a deleted topic lets go") {
  TopicsWorld world;
  TopicPtr topic = world.create("t");
  REQUIRE(world.append(*topic->partition(0), "x").base_offset == 0);
  CHECK(world.memory.used() > 0);
  world.topics.remove(topic);
  topic.reset();
  CHECK(world.memory.used() == 0);
}

TEST_CASE("a topic that asks for compaction is told of once") {
  TopicsWorld world;
  TopicConfig config(world.config());
  REQUIRE_FALSE(config.set("cleanup.policy", "compact"));
  REQUIRE(world.topics.create({"c", 1, config}).topic);
  REQUIRE(world.events.notes.size() == 1);
  CHECK(world.events.notes[0].first == Level::warn);
  CHECK(world.events.notes[0].second.find("'c'") != std::string::npos);
}

TEST_CASE("creation and deletion are told with the topic's id and the reason") {
  TopicsWorld world;
  const TopicPtr topic = world.create("t", 4);
  REQUIRE(world.events.created.size() == 1);
  CHECK(world.events.created[0] == "t 4 asked for by a client " + topic->id().to_string());
  world.topics.remove(topic);
  REQUIRE(world.events.deleted.size() == 1);
  CHECK(world.events.deleted[0] == "t " + topic->id().to_string());
}

}  // namespace mini::broker
