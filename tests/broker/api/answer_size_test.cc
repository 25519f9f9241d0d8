#include "tests/support/broker_story.h"

// What an answer costs stays in proportion to its request, and has an end.
namespace mini::broker {

namespace {

constexpr int often = 1000;

CreateTopicsRequest would_create(int topics) {
  CreateTopicsRequest request;
  request.validate_only = true;
  for (int i = 0; i < topics; ++i) {
    auto& topic = request.topics.emplace_back();
    topic.name = "wished-for-" + std::to_string(i);
    topic.num_partitions = topic.replication_factor = 1;
  }
  return request;
}

MetadataRequest about_unknown(int topics) {
  Names names;
  for (int i = 0; i < topics; ++i) names.push_back("unheard-of-" + std::to_string(i));
  return metadata_request(names);
}

// What an answer may take while the log has everything else.
TestBroker::Setup without_memory() { return {.overrides = {}, .memory = MemoryBudget::least_room_for_work}; }

}  // namespace

TEST_CASE("settings of one thing are told once, however often they are asked for") {
  each_version<DescribeConfigsRequest>([](std::int16_t version) {
    Story story;
    DescribeConfigsRequest request;
    for (int i = 0; i < often; ++i) {
      request.resources.push_back({4, "1", std::nullopt, {}});
      request.resources.push_back({2, "t", std::nullopt, {}});
    }
    const auto results = story.ask<DescribeConfigsResponse>(request, version).results;
    REQUIRE(results.size() == 2);
    CHECK(results[0].resource_name == "1");
    CHECK(results[1].resource_name == "t");
  });
}

TEST_CASE("a group is described once, and its coordinator named once, however often they are asked for") {
  Story story;
  DescribeGroupsRequest describing;
  FindCoordinatorRequest finding;
  for (const std::string group : {"b", "a", "b", "a"}) {
    describing.groups.push_back(group);
    finding.coordinator_keys.push_back(group);
  }
  const auto groups = story.ask<DescribeGroupsResponse>(describing).groups;
  REQUIRE(groups.size() == 2);
  CHECK(groups[0].group_id == "b");
  CHECK(groups[1].group_id == "a");
  const auto coordinators = story.ask<FindCoordinatorResponse>(finding).coordinators;
  REQUIRE(coordinators.size() == 2);
  CHECK(coordinators[0].key == "b");
  CHECK(coordinators[1].key == "a");
}

TEST_CASE("committed offsets of a group and of a partition are told once, however often they are asked for") {
  each_version<OffsetFetchRequest>([](std::int16_t version) {
    Story story;
    OffsetFetchRequest request;
    OffsetFetchRequest::OffsetFetchRequestGroup group;
    group.group_id = request.group_id = "g";
    request.topics.emplace();
    group.topics.emplace();
    for (int i = 0; i < often; ++i) {
      request.topics->push_back({"t", {1, 0}, {}});
      group.topics->push_back({"t", {1, 0}, {}});
    }
    const bool several_groups = version >= 8;
    if (several_groups) {
      request.group_id.clear();
      request.topics->clear();
      request.groups.assign(10, group);
    }
    const auto answer = story.ask<OffsetFetchResponse>(request, version);
    REQUIRE(answer.groups.size() == (several_groups ? 1 : 0));
    const auto told_once = [](const auto& topics) {
      REQUIRE(topics.size() == 1);
      CHECK(topics[0].partitions.size() == 2);
    };
    several_groups ? told_once(answer.groups[0].topics) : told_once(answer.topics);
  });
}

TEST_CASE("an answer that would take the last memory closes its connection, and says which limit it was") {
  Story story(without_memory());
  CHECK(story.ask<CreateTopicsResponse>(would_create(10)).topics.size() == 10);
  story.client.send<CreateTopicsResponse>(would_create(1000), newest_of<CreateTopicsRequest>());
  CHECK(story.client.closed());
  CHECK(story.client.why_closed() == "an answer would be too large: its connection is closed");
  CHECK(story.broker.events.limits == Names{"mini.memory.limit"});
  TestClient another(story.broker);
  CHECK(another.ask<CreateTopicsResponse>(would_create(10), 7).topics.size() == 10);
}

TEST_CASE("an answer that came to be too large is taken back whole; what was answered before it stays") {
  Story story(without_memory());
  CHECK(story.ask<MetadataResponse>(about_unknown(10)).topics.size() == 10);
  story.client.send<MetadataResponse>(about_unknown(50'000), newest_of<MetadataRequest>());
  CHECK(story.client.closed());
  CHECK(story.client.order() == std::vector<std::int32_t>{1});
  CHECK(story.broker.events.limits == Names{"mini.memory.limit"});
}

TEST_CASE("with all the memory there is, one answer has its limit") {
  Story story;
  CHECK(story.ask<MetadataResponse>(about_unknown(50'000)).topics.size() == 50'000);
  story.client.send<CreateTopicsResponse>(would_create(30'000), newest_of<CreateTopicsRequest>());
  CHECK(story.client.closed());
  CHECK(story.broker.events.limits == Names{"answer_bytes_max"});
}

TEST_CASE("records that are read do not count: they are the log's") {
  Story story({.overrides = {}, .memory = 8 << 20});
  const Bytes batch = batch_of({std::string(900'000, 'x')});
  for (int i = 0; i < 4; ++i) REQUIRE(story.produce(batch).error_code == ErrorCode::none);
  const auto got = story.fetch({.partition_max_bytes = 8 << 20});
  CHECK(got.records.size() == 4 * batch.size());
  CHECK(story.broker.events.limits.empty());
}

}  // namespace mini::broker
