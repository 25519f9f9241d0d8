#include "tests/support/broker_story.h"

// Behaviours 11 and 12: topics made and grown.
namespace mini::broker {

namespace {

using Asked = CreateTopicsRequest::CreatableTopic;

Asked topic(const std::string& name, PartitionId partitions = 1, std::int16_t replicas = 1) {
  Asked asked;
  asked.name = name;
  asked.num_partitions = partitions;
  asked.replication_factor = replicas;
  return asked;
}

Asked assigned(const std::string& name, std::vector<std::vector<NodeId>> replicas) {
  Asked asked = topic(name, -1, -1);
  for (PartitionId id = 0; id < static_cast<PartitionId>(replicas.size()); ++id)
    asked.assignments.push_back({id, replicas[static_cast<std::size_t>(id)], {}});
  return asked;
}

Asked with(Asked asked, const std::string& key, std::optional<std::string> value) {
  asked.configs.push_back({key, std::move(value), {}});
  return asked;
}

CreateTopicsRequest request_of(std::vector<Asked> topics, bool validate_only = false) {
  CreateTopicsRequest request;
  request.topics = std::move(topics);
  request.validate_only = validate_only;
  return request;
}

CreatePartitionsRequest growth(const std::string& name, PartitionId count,
                               std::optional<std::vector<std::vector<NodeId>>> assignments = std::nullopt) {
  CreatePartitionsRequest request;
  auto& topic = request.topics.emplace_back();
  topic.name = name;
  topic.count = count;
  topic.assignments.reset();
  if (!assignments) return request;
  topic.assignments.emplace();
  for (const auto& replicas : *assignments) topic.assignments->push_back({replicas, {}});
  return request;
}

}  // namespace

TEST_CASE("behaviour 11: when the answer of CreateTopics arrives, Metadata shows the topic with a leader") {
  each_version<CreateTopicsRequest>([](std::int16_t version) {
    Story story;
    const auto row = story.ask<CreateTopicsResponse>(request_of({topic("new", 2)}), version).topics.at(0);
    CHECK(row.error_code == ErrorCode::none);
    if (version >= 1) CHECK(row.error_message == std::nullopt);
    const auto found = story.ask<MetadataResponse>(metadata_request(Names{"new"}));
    REQUIRE(found.topics[0].partitions.size() == 2);
    CHECK(found.topics[0].partitions[1].leader_id == 1);
    if (version >= 5) {
      CHECK(row.num_partitions == 2);
      CHECK(row.replication_factor == 1);
      REQUIRE(row.configs);
      CHECK(row.configs->size() > 10);
    }
    if (version >= 7) CHECK(row.topic_id == found.topics[0].topic_id);
  });
}

TEST_CASE("behaviour 11: a partition count and a replication factor of -1 mean the broker's defaults") {
  each_version<CreateTopicsRequest>([](std::int16_t version) {
    Story story({.overrides = {{"num.partitions", "5"}}});
    const auto row = story.ask<CreateTopicsResponse>(request_of({topic("new", -1, -1)}), version).topics[0];
    CHECK(row.error_code == ErrorCode::none);
    CHECK(story.broker.core().topics().find("new")->partition_count() == 5);
    if (version >= 5) CHECK(row.num_partitions == 5);
  });
}

TEST_CASE(
    "behaviour 11: what cannot be created is told why, in every version; validating tells the same and "
    "creates nothing") {
  Asked both = assigned("new", {{1}});
  both.num_partitions = 1;
  Asked gap = assigned("new", {{1}, {1}});
  gap.assignments[1].partition_index = 2;
  Asked twice = assigned("new", {{1}, {1}});
  twice.assignments[1].partition_index = 0;
  struct Row {
    const char* what;
    Asked asked;
    ErrorCode error;
  };
  const Row rows[] = {
      {"exists", topic("t"), ErrorCode::topic_already_exists},
      {"exists, and all else is wrong", with(topic("t", 0, 3), "no.such", "1"),
       ErrorCode::topic_already_exists},
      {"illegal name", topic("a/b"), ErrorCode::invalid_topic_exception},
      {"illegal name and bad setting", with(topic(""), "no.such", "1"), ErrorCode::invalid_topic_exception},
      {"collides", topic("t.x"), ErrorCode::invalid_topic_exception},
      {"unknown setting", with(topic("new"), "no.such", "1"), ErrorCode::invalid_config},
      {"bad value", with(topic("new"), "retention.ms", "soon"), ErrorCode::invalid_config},
      {"null value", with(topic("new"), "retention.ms", std::nullopt), ErrorCode::invalid_config},
      {"bad setting and no partitions", with(topic("new", 0), "no.such", "1"), ErrorCode::invalid_config},
      {"no partitions", topic("new", 0), ErrorCode::invalid_partitions},
      {"-2 partitions", topic("new", -2), ErrorCode::invalid_partitions},
      {"no partitions of three replicas", topic("new", 0, 3), ErrorCode::invalid_partitions},
      {"three replicas", topic("new", 1, 3), ErrorCode::invalid_replication_factor},
      {"no replicas", topic("new", 1, 0), ErrorCode::invalid_replication_factor},
      {"assignments and a count", both, ErrorCode::invalid_request},
      {"assigned to another broker", assigned("new", {{2}}), ErrorCode::invalid_replica_assignment},
      {"assigned to nobody", assigned("new", {{}}), ErrorCode::invalid_replica_assignment},
      {"assigned twice", assigned("new", {{1, 1}}), ErrorCode::invalid_replica_assignment},
      {"assigned with a gap", gap, ErrorCode::invalid_replica_assignment},
      {"a partition twice", twice, ErrorCode::invalid_replica_assignment},
      {"too many partitions", topic("new", 10'001), ErrorCode::policy_violation},
  };
  each_version<CreateTopicsRequest>([&](std::int16_t version) {
    for (const Row& row : rows) {
      for (const bool validate_only : {false, true}) {
        if (validate_only && version == 0) continue;
        INFO(row.what);
        Story story;
        story.broker.create_topic("t_x");
        const auto answer =
            story.ask<CreateTopicsResponse>(request_of({row.asked}, validate_only), version).topics.at(0);
        CHECK(answer.error_code == row.error);
        CHECK(answer.name == row.asked.name);
        if (version >= 1) CHECK(answer.error_message.value_or("") != "");
        if (version >= 5) {
          CHECK(answer.num_partitions == -1);
          CHECK(answer.replication_factor == -1);
          CHECK(answer.configs.has_value());
        }
        CHECK(story.broker.core().topics().all().size() == 2);
      }
    }
  });
}

TEST_CASE("behaviour 11: validate_only tells what would be, and creates nothing") {
  for (std::int16_t version = 1; version <= 7; ++version) {
    INFO("version ", version);
    Story story;
    const auto row = story.ask<CreateTopicsResponse>(request_of({topic("new", 3)}, true), version).topics[0];
    CHECK(row.error_code == ErrorCode::none);
    if (version >= 5) CHECK(row.num_partitions == 3);
    CHECK(story.broker.core().topics().find("new") == nullptr);
  }
}

TEST_CASE(
    "behaviour 11: one bad topic does not spoil the others in the request, and one named twice is told "
    "once") {
  each_version<CreateTopicsRequest>([](std::int16_t version) {
    Story story;
    const auto rows =
        story
            .ask<CreateTopicsResponse>(
                request_of({topic("a"), topic("b/c"), topic("d"), topic("d"), assigned("e", {{1}, {1}})}),
                version)
            .topics;
    REQUIRE(rows.size() == 4);
    CHECK(rows[0].error_code == ErrorCode::none);
    CHECK(rows[1].error_code == ErrorCode::invalid_topic_exception);
    CHECK(rows[2].name == "d");
    CHECK(rows[2].error_code == ErrorCode::invalid_request);
    CHECK(rows[3].error_code == ErrorCode::none);
    CHECK(story.broker.core().topics().find("e")->partition_count() == 2);
    CHECK(story.broker.core().topics().find("d") == nullptr);
  });
}

TEST_CASE("a topic's settings are honoured and told with their source") {
  Story story;
  const auto row =
      story.ask<CreateTopicsResponse>(request_of({with(topic("new"), "retention.ms", "60000")})).topics[0];
  REQUIRE(row.configs);
  bool seen = false;
  for (const auto& config : *row.configs) {
    if (config.name != "retention.ms") continue;
    seen = true;
    CHECK(config.value == "60000");
    CHECK(config.config_source == 1);
    CHECK_FALSE(config.read_only);
  }
  CHECK(seen);
  CHECK(story.broker.core().topics().find("new")->settings().retention_ms == 60'000);
}

TEST_CASE("behaviour 12: CreatePartitions only grows, and the new partitions accept writes at once") {
  each_version<CreatePartitionsRequest>([](std::int16_t version) {
    Story story({}, 2);
    const auto row = story.ask<CreatePartitionsResponse>(growth("t", 4), version).results.at(0);
    CHECK(row.error_code == ErrorCode::none);
    CHECK(row.error_message == std::nullopt);
    CHECK(story.produce(batch_of({"a"}), {"t", 3}).base_offset == 0);
    CHECK(story.values({"t", 3}) == Names{"a"});
    for (const PartitionId count : {4, 3, 0, -1}) {
      INFO("to ", count);
      CHECK(story.ask<CreatePartitionsResponse>(growth("t", count), version).results[0].error_code ==
            ErrorCode::invalid_partitions);
    }
    CHECK(story.broker.core().topics().find("t")->partition_count() == 4);
  });
}

TEST_CASE("behaviour 12: a list of assignments whose length is not the number of new partitions is refused") {
  each_version<CreatePartitionsRequest>([](std::int16_t version) {
    Story story({}, 2);
    const auto error_of = [&](std::vector<std::vector<NodeId>> assignments) {
      return story.ask<CreatePartitionsResponse>(growth("t", 4, assignments), version).results[0].error_code;
    };
    for (const auto& bad : std::vector<std::vector<std::vector<NodeId>>>{
             {}, {{1}}, {{1}, {1}, {1}}, {{1}, {7}}, {{1}, {}}, {{1}, {1, 1}}})
      CHECK(error_of(bad) == ErrorCode::invalid_replica_assignment);
    CHECK(story.broker.core().topics().find("t")->partition_count() == 2);
    CHECK(error_of({{1}, {1}}) == ErrorCode::none);
    CHECK(story.broker.core().topics().find("t")->partition_count() == 4);
  });
}

TEST_CASE("growth is judged topic by topic, and only tried where it is to be validated") {
  each_version<CreatePartitionsRequest>([](std::int16_t version) {
    Story story;
    CreatePartitionsRequest request = growth("t", 2);
    request.topics.push_back(growth("missing", 2).topics[0]);
    request.topics.push_back(growth("u", 2).topics[0]);
    request.topics.push_back(growth("u", 3).topics[0]);
    story.broker.create_topic("u");
    request.validate_only = true;
    auto rows = story.ask<CreatePartitionsResponse>(request, version).results;
    CHECK(rows.at(0).error_code == ErrorCode::none);
    CHECK(story.broker.core().topics().partition_count() == 2);
    request.validate_only = false;
    rows = story.ask<CreatePartitionsResponse>(request, version).results;
    REQUIRE(rows.size() == 3);
    CHECK(rows[0].error_code == ErrorCode::none);
    CHECK(rows[1].error_code == ErrorCode::unknown_topic_or_partition);
    CHECK(rows[2].error_code == ErrorCode::invalid_request);
    CHECK(story.broker.core().topics().partition_count() == 3);
  });
}

}  // namespace mini::broker
