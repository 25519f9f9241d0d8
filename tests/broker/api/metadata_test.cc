#include "tests/support/broker_story.h"

// Behaviours 6 to 9: what clients learn of the broker and its topics.
namespace mini::broker {

namespace {

constexpr std::int32_t not_asked = std::numeric_limits<std::int32_t>::min();

Names names_of(const MetadataResponse& answer) {
  Names names;
  for (const auto& topic : answer.topics) names.push_back(topic.name.value_or("(null)"));
  return names;
}

}  // namespace

TEST_CASE("behaviour 6: null asks for all topics, empty for none, and neither creates one") {
  each_version<MetadataRequest>([](std::int16_t version) {
    Story story;
    story.broker.create_topic("a");
    const bool empty_means_all = version == 0;
    const auto empty = story.ask<MetadataResponse>(metadata_request(Names{}, true), version);
    CHECK(names_of(empty) == (empty_means_all ? Names{"a", "t"} : Names{}));
    if (version == 0) return;
    const auto all = story.ask<MetadataResponse>(metadata_request(std::nullopt, true), version);
    CHECK(names_of(all) == Names{"a", "t"});
    CHECK(story.broker.core().topics().all().size() == 2);
  });
}

TEST_CASE("version 0 cannot ask with null: the connection closes") {
  Story story;
  story.client.send_frame({0, 3, 0, 0, 0, 0, 0, 1, 0, 0, 0xff, 0xff, 0xff, 0xff});
  CHECK(story.client.closed());
}

TEST_CASE(
    "behaviour 7: a named topic is created where request and broker allow it, and is there at the next "
    "look") {
  each_version<MetadataRequest>([](std::int16_t version) {
    Story story({.overrides = {{"num.partitions", "3"}}});
    const auto first = story.ask<MetadataResponse>(metadata_request(Names{"new"}, true), version);
    CHECK(first.topics[0].error_code == ErrorCode::unknown_topic_or_partition);
    CHECK(first.topics[0].name == "new");
    CHECK(first.topics[0].partitions.empty());
    const auto second = story.ask<MetadataResponse>(metadata_request(Names{"new"}, true), version);
    CHECK(second.topics[0].error_code == ErrorCode::none);
    REQUIRE(second.topics[0].partitions.size() == 3);
    for (PartitionId id = 0; id < 3; ++id) {
      const auto& partition = second.topics[0].partitions[static_cast<std::size_t>(id)];
      CHECK(partition.error_code == ErrorCode::none);
      CHECK(partition.partition_index == id);
      CHECK(partition.leader_id == 1);
      CHECK(partition.replica_nodes == std::vector<NodeId>{1});
      CHECK(partition.isr_nodes == std::vector<NodeId>{1});
      CHECK(partition.offline_replicas.empty());
    }
  });
}

TEST_CASE("behaviour 7: with the flag false the same error comes back and nothing is created") {
  for (std::int16_t version = 4; version <= 12; ++version) {
    INFO("version ", version);
    Story story;
    const auto answer = story.ask<MetadataResponse>(metadata_request(Names{"new"}, false), version);
    CHECK(answer.topics[0].error_code == ErrorCode::unknown_topic_or_partition);
    CHECK(story.broker.core().topics().find("new") == nullptr);
  }
}

TEST_CASE("behaviour 7: a broker that creates no topics by itself does not, whatever is asked") {
  each_version<MetadataRequest>([](std::int16_t version) {
    Story story({.overrides = {{"auto.create.topics.enable", "false"}}});
    const auto answer = story.ask<MetadataResponse>(metadata_request(Names{"new"}, true), version);
    CHECK(answer.topics[0].error_code == ErrorCode::unknown_topic_or_partition);
    CHECK(story.broker.core().topics().find("new") == nullptr);
  });
}

TEST_CASE(
    "behaviour 8: illegal names are INVALID_TOPIC_EXCEPTION at once, from Metadata as from CreateTopics") {
  for (const std::string& name : {std::string(), std::string("."), std::string(".."), std::string("a/b"),
                                  std::string("a b"), std::string("ä"), std::string(250, 'x')}) {
    INFO("'", name, "'");
    Story story;
    for (const bool may_create : {false, true}) {
      for (std::int16_t version = 4; version <= 12; ++version) {
        const auto answer = story.ask<MetadataResponse>(metadata_request(Names{name}, may_create), version);
        CHECK(answer.topics[0].error_code == ErrorCode::invalid_topic_exception);
        CHECK(answer.topics[0].name == name);
        CHECK(answer.topics[0].partitions.empty());
      }
    }
    CHECK(story.create(name).error_code == ErrorCode::invalid_topic_exception);
    CHECK(story.broker.core().topics().all().size() == 1);
  }
}

TEST_CASE("a name that collides with a topic's cannot be created by asking either") {
  Story story;
  story.broker.create_topic("a.b");
  const auto answer = story.ask<MetadataResponse>(metadata_request(Names{"a_b"}, true));
  CHECK(answer.topics[0].error_code == ErrorCode::invalid_topic_exception);
}

TEST_CASE(
    "behaviour 9: the cluster id is the same in every answer, and the controller is one of the brokers "
    "listed") {
  Story story({.overrides = {{"node.id", "7"}, {"broker.rack", "r1"}}});
  const std::string cluster_id = story.broker.core().cluster_id();
  each_version<MetadataRequest>([&](std::int16_t version) {
    const auto answer = story.ask<MetadataResponse>(metadata_request(Names{"t"}, true), version);
    REQUIRE(answer.brokers.size() == 1);
    CHECK(answer.brokers[0].node_id == 7);
    CHECK(answer.brokers[0].host == "127.0.0.1");
    CHECK(answer.brokers[0].port == 9092);
    if (version >= 1) CHECK(answer.brokers[0].rack == "r1");
    if (version >= 1) CHECK(answer.controller_id == 7);
    if (version >= 2) CHECK(answer.cluster_id == cluster_id);
    CHECK(answer.topics.at(0).partitions.at(0).leader_id == 7);
  });
}

TEST_CASE("the broker's address is the one that the client reached, unless another is advertised") {
  Story story;
  TestClient v6(story.broker, {"PLAINTEXT", {"::1", 19092}, {"::1", 40001}});
  const auto own = v6.ask<MetadataResponse>(metadata_request(Names{}), 12).brokers.at(0);
  CHECK(own.host == "::1");
  CHECK(own.port == 19092);
  TestBroker::Setup setup;
  setup.overrides = {{"listeners", "PLAINTEXT://:9092"},
                     {"advertised.listeners", "PLAINTEXT://kafka.test:29092"}};
  Story told(setup);
  const auto answer = told.ask<MetadataResponse>(metadata_request(Names{})).brokers.at(0);
  CHECK(answer.host == "kafka.test");
  CHECK(answer.port == 29092);
  FindCoordinatorRequest find;
  find.coordinator_keys = {"g"};
  CHECK(told.ask<FindCoordinatorResponse>(find).coordinators.at(0).host == "kafka.test");
  CHECK(told.ask<DescribeClusterResponse>(DescribeClusterRequest{}).brokers.at(0).port == 29092);
}

TEST_CASE("a topic can be asked for by its id from version 12 on") {
  Story story;
  const Uuid id = story.id_of("t");
  MetadataRequest request = metadata_request(Names{});
  request.topics->emplace_back().topic_id = id;
  request.topics->back().name.reset();
  const auto answer = story.ask<MetadataResponse>(request, 12);
  CHECK(answer.topics[0].name == "t");
  CHECK(answer.topics[0].topic_id == id);
  CHECK(answer.topics[0].error_code == ErrorCode::none);
  request.topics->back().topic_id.bytes[0] ^= 1;
  const auto unknown = story.ask<MetadataResponse>(request, 12);
  CHECK(unknown.topics[0].error_code == ErrorCode::unknown_topic_id);
  CHECK(unknown.topics[0].name == std::nullopt);
  CHECK(unknown.topics[0].topic_id == request.topics->back().topic_id);
}

TEST_CASE("versions 10 and 11 carry ids and cannot serve them: the whole request is refused") {
  for (std::int16_t version = 10; version <= 11; ++version) {
    INFO("version ", version);
    Story story;
    MetadataRequest request = metadata_request(Names{"t"});
    request.topics->emplace_back().topic_id = story.id_of("t");
    request.topics->back().name.reset();
    const auto answer = story.ask<MetadataResponse>(request, version);
    REQUIRE(answer.topics.size() == 2);
    for (const auto& topic : answer.topics) CHECK(topic.error_code == ErrorCode::invalid_request);
    CHECK(answer.brokers.empty());
    CHECK(answer.controller_id == -1);
  }
}

TEST_CASE("a topic that is named twice is told once") {
  Story story;
  CHECK(names_of(story.ask<MetadataResponse>(metadata_request(Names{"t", "x", "t"}))) == Names{"t", "x"});
}

TEST_CASE("authorized operations are the full set where asked for, and the least integer where not") {
  for (std::int16_t version = 8; version <= 12; ++version) {
    INFO("version ", version);
    Story story;
    MetadataRequest request = metadata_request(Names{"t"});
    auto answer = story.ask<MetadataResponse>(request, version);
    CHECK(answer.topics[0].topic_authorized_operations == not_asked);
    CHECK(answer.cluster_authorized_operations == not_asked);
    request.include_topic_authorized_operations = true;
    request.include_cluster_authorized_operations = version <= 10;
    answer = story.ask<MetadataResponse>(request, version);
    CHECK(answer.topics[0].topic_authorized_operations == 3576);
    if (version <= 10) CHECK(answer.cluster_authorized_operations == 8096);
  }
}

TEST_CASE("the broker's own topics are marked as internal") {
  Story story;
  REQUIRE(story.create("__consumer_offsets").error_code == ErrorCode::none);
  for (std::int16_t version = 1; version <= 12; ++version) {
    const auto answer =
        story.ask<MetadataResponse>(metadata_request(Names{"__consumer_offsets", "t"}, true), version);
    CHECK(answer.topics[0].is_internal);
    CHECK_FALSE(answer.topics[1].is_internal);
  }
}

TEST_CASE("names that nobody has, by the thousand, are answered, and creation stops at the limit") {
  Story story({.overrides = {{"mini.partitions.max", "100"}}});
  Names names;
  for (int i = 0; i < 10'000; ++i) names.push_back("n" + std::to_string(i));
  const auto answer = story.ask<MetadataResponse>(metadata_request(names, true));
  CHECK(answer.topics.size() == 10'000);
  CHECK(story.broker.core().topics().partition_count() == 100);
}

}  // namespace mini::broker
