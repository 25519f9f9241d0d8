#include "broker/config/settings.h"
#include "tests/support/broker_story.h"

// What can be learned of settings, of the cluster, of many partitions, and of epochs (behaviour 26); and ids
// for producers.
namespace mini::broker {

namespace {

DescribeConfigsRequest describe_request(std::int8_t type, const std::string& name,
                                        std::optional<std::vector<std::string>> keys = std::nullopt) {
  DescribeConfigsRequest request;
  auto& resource = request.resources.emplace_back();
  resource.resource_type = type;
  resource.resource_name = name;
  resource.configuration_keys = std::move(keys);
  return request;
}

DescribeTopicPartitionsRequest partitions_request(Names names, std::int32_t limit = 2000) {
  DescribeTopicPartitionsRequest request;
  request.response_partition_limit = limit;
  for (const std::string& name : names) request.topics.emplace_back().name = name;
  return request;
}

}  // namespace

TEST_CASE("DescribeConfigs tells a topic's settings with value, source, synonyms, type and documentation") {
  each_version<DescribeConfigsRequest>([](std::int16_t version) {
    Story story({.overrides = {{"log.retention.bytes", "12345"}}});
    story.create("own", {{"retention.ms", "60000"}});
    DescribeConfigsRequest request =
        describe_request(2, "own", std::vector<std::string>{"retention.ms", "retention.bytes", "no.such"});
    request.include_synonyms = true;
    request.include_documentation = version >= 3;
    const auto result = story.ask<DescribeConfigsResponse>(request, version).results.at(0);
    CHECK(result.error_code == ErrorCode::none);
    CHECK(result.error_message == "");
    REQUIRE(result.configs.size() == 2);  // unknown names are left out
    const auto& bytes = result.configs[0];
    CHECK(bytes.name == "retention.bytes");
    CHECK(bytes.value == "12345");
    CHECK(bytes.config_source == 4);
    const auto& time = result.configs[1];
    CHECK(time.name == "retention.ms");
    CHECK(time.value == "60000");
    CHECK(time.config_source == 1);
    REQUIRE(time.synonyms.size() >= 2);
    CHECK(time.synonyms[0].name == "retention.ms");
    CHECK(time.synonyms[0].source == 1);
    if (version >= 3) {
      CHECK(time.config_type == 5);
      CHECK(time.documentation.value_or("") != "");
    }
  });
}

TEST_CASE("null and empty lists of names both ask for every setting") {
  each_version<DescribeConfigsRequest>([](std::int16_t version) {
    Story story;
    const auto all = story.ask<DescribeConfigsResponse>(describe_request(2, "t"), version).results[0].configs;
    const auto empty =
        story.ask<DescribeConfigsResponse>(describe_request(2, "t", std::vector<std::string>{}), version)
            .results[0]
            .configs;
    CHECK(all.size() > 20);
    CHECK(empty == all);
    for (const auto& config : all) CHECK(config.synonyms.empty());
  });
}

TEST_CASE("the broker's settings are told under its id, and read-only") {
  each_version<DescribeConfigsRequest>([](std::int16_t version) {
    Story story({.overrides = {{"num.partitions", "3"}}});
    const auto result = story
                            .ask<DescribeConfigsResponse>(
                                describe_request(4, "1", std::vector<std::string>{"num.partitions"}), version)
                            .results.at(0);
    REQUIRE(result.configs.size() == 1);
    CHECK(result.configs[0].value == "3");
    CHECK(result.configs[0].read_only);
    CHECK(result.configs[0].config_source == 4);
  });
}

TEST_CASE("settings of what does not exist are refused, each by itself, in every version") {
  struct Row {
    std::int8_t type;
    const char* name;
    ErrorCode error;
  };
  each_version<DescribeConfigsRequest>([](std::int16_t version) {
    Story story;
    for (const Row& row :
         {Row{2, "missing", ErrorCode::unknown_topic_or_partition},
          Row{2, "a/b", ErrorCode::invalid_topic_exception}, Row{2, "", ErrorCode::invalid_topic_exception},
          Row{4, "99", ErrorCode::invalid_request}, Row{4, "one", ErrorCode::invalid_request},
          Row{0, "t", ErrorCode::invalid_request}, Row{3, "t", ErrorCode::invalid_request},
          Row{8, "1", ErrorCode::invalid_request}, Row{16, "m", ErrorCode::invalid_request},
          Row{32, "g", ErrorCode::invalid_request}}) {
      INFO("type ", int(row.type), " '", row.name, "'");
      DescribeConfigsRequest request = describe_request(row.type, row.name);
      request.resources.push_back(describe_request(2, "t").resources[0]);
      const auto results = story.ask<DescribeConfigsResponse>(request, version).results;
      CHECK(results.at(0).error_code == row.error);
      CHECK(results[0].configs.empty());
      CHECK(results[0].resource_type == row.type);
      CHECK(results[0].resource_name == row.name);
      CHECK(results.at(1).error_code == ErrorCode::none);
    }
    CHECK(story.ask<DescribeConfigsResponse>(describe_request(4, ""), version).results[0].error_code ==
          ErrorCode::none);
  });
}

TEST_CASE("max.request.partition.size.limit holds for an answer, whatever the client allows") {
  Story story({.overrides = {{"max.request.partition.size.limit", "3"}}});
  story.broker.create_topic("wide", 5);
  const auto answer = story.ask<DescribeTopicPartitionsResponse>(partitions_request({"wide"}, 2000));
  REQUIRE(answer.topics.size() == 1);
  CHECK(answer.topics[0].partitions.size() == 3);
  REQUIRE(answer.next_cursor.has_value());
  CHECK(answer.next_cursor->partition_index == 3);
}

TEST_CASE("DescribeCluster tells this broker, and its operations where asked for") {
  each_version<DescribeClusterRequest>([](std::int16_t version) {
    Story story({.overrides = {{"node.id", "5"}, {"broker.rack", "r"}}});
    for (const bool with_operations : {false, true}) {
      DescribeClusterRequest request;
      request.include_cluster_authorized_operations = with_operations;
      const auto answer = story.ask<DescribeClusterResponse>(request, version);
      CHECK(answer.error_code == ErrorCode::none);
      CHECK(answer.error_message == std::nullopt);
      CHECK(answer.cluster_id == story.broker.core().cluster_id());
      CHECK(answer.controller_id == 5);
      REQUIRE(answer.brokers.size() == 1);
      CHECK(answer.brokers[0].broker_id == 5);
      CHECK(answer.brokers[0].host == "127.0.0.1");
      CHECK(answer.brokers[0].port == 9092);
      CHECK(answer.brokers[0].rack == "r");
      CHECK(answer.cluster_authorized_operations ==
            (with_operations ? 8096 : std::numeric_limits<std::int32_t>::min()));
    }
  });
}

TEST_CASE("a broker's port does not tell of controllers") {
  Story story;
  for (const std::int8_t type : {0, 2, 3}) {
    DescribeClusterRequest request;
    request.endpoint_type = type;
    const auto answer = story.ask<DescribeClusterResponse>(request, 1);
    CHECK(answer.error_code ==
          (type == 2 ? ErrorCode::mismatched_endpoint_type : ErrorCode::unsupported_endpoint_type));
    CHECK(answer.brokers.empty());
    CHECK(answer.controller_id == -1);
  }
}

TEST_CASE("DescribeTopicPartitions goes on where its cursor stands") {
  Story story({}, 5);
  story.broker.create_topic("a", 2);
  story.broker.create_topic("z", 1);
  DescribeTopicPartitionsRequest request = partitions_request({}, 3);
  Names seen;
  for (int pages = 0; pages < 10; ++pages) {
    const auto answer = story.ask<DescribeTopicPartitionsResponse>(request);
    for (const auto& topic : answer.topics)
      for (const auto& partition : topic.partitions)
        seen.push_back(*topic.name + std::to_string(partition.partition_index));
    if (!answer.next_cursor) break;
    request.cursor = DescribeTopicPartitionsRequest::Cursor{
        answer.next_cursor->topic_name, answer.next_cursor->partition_index, {}};
  }
  CHECK(seen == Names{"a0", "a1", "t0", "t1", "t2", "t3", "t4", "z0"});
}

TEST_CASE("DescribeTopicPartitions names what it does not know, and refuses a cursor at another topic") {
  Story story;
  const auto answer = story.ask<DescribeTopicPartitionsResponse>(partitions_request({"t", "missing", "a/b"}));
  REQUIRE(answer.topics.size() == 3);
  CHECK(answer.topics[0].error_code == ErrorCode::invalid_topic_exception);
  CHECK(answer.topics[1].error_code == ErrorCode::unknown_topic_or_partition);
  CHECK(answer.topics[2].error_code == ErrorCode::none);
  CHECK(answer.topics[2].topic_authorized_operations == 3576);
  CHECK(story.broker.core().topics().find("missing") == nullptr);
  DescribeTopicPartitionsRequest astray = partitions_request({"t"});
  astray.cursor = DescribeTopicPartitionsRequest::Cursor{"u", 0, {}};
  CHECK(story.ask<DescribeTopicPartitionsResponse>(astray).topics.at(0).error_code ==
        ErrorCode::invalid_request);
  DescribeTopicPartitionsRequest past = partitions_request({"t"});
  past.cursor = DescribeTopicPartitionsRequest::Cursor{"t", 99, {}};
  const auto nothing_left = story.ask<DescribeTopicPartitionsResponse>(past);
  CHECK(nothing_left.topics.at(0).partitions.empty());
  CHECK_FALSE(nothing_left.next_cursor);
}

TEST_CASE("a limit of partitions below 1 counts as 1") {
  Story story({}, 3);
  for (const std::int32_t limit : {0, -5}) {
    const auto answer = story.ask<DescribeTopicPartitionsResponse>(partitions_request({"t"}, limit));
    CHECK(answer.topics.at(0).partitions.size() == 1);
    REQUIRE(answer.next_cursor);
    CHECK(answer.next_cursor->partition_index == 1);
  }
}

TEST_CASE(
    "behaviour 26: OffsetForLeaderEpoch gives the end offset of the greatest epoch not above the one asked") {
  each_version<OffsetForLeaderEpochRequest>([](std::int16_t version) {
    Story story;
    for (int i = 0; i < 3; ++i) story.produce(batch_of({"a"}));
    story.broker.create_topic("empty");
    struct Row {
      Place place;
      LeaderEpoch current, asked;
      ErrorCode error;
      LeaderEpoch epoch;
      Offset end;
    };
    for (const Row& row : {Row{{}, -1, 0, ErrorCode::none, 0, 3}, Row{{}, 0, 0, ErrorCode::none, 0, 3},
                           Row{{}, -1, 1, ErrorCode::none, -1, -1}, Row{{}, -1, -1, ErrorCode::none, -1, -1},
                           Row{{}, 1, 0, ErrorCode::unknown_leader_epoch, -1, -1},
                           Row{{"empty", 0}, -1, 0, ErrorCode::none, 0, 0},
                           Row{{"missing", 0}, -1, 0, ErrorCode::unknown_topic_or_partition, -1, -1},
                           Row{{"t", 1}, -1, 0, ErrorCode::unknown_topic_or_partition, -1, -1}}) {
      INFO(row.place.topic, " current ", row.current, " asked ", row.asked);
      OffsetForLeaderEpochRequest request;
      auto& topic = request.topics.emplace_back();
      topic.topic = row.place.topic;
      topic.partitions.push_back({row.place.partition, row.current, row.asked, {}});
      const auto answer = story.ask<OffsetForLeaderEpochResponse>(request, version).topics[0].partitions[0];
      CHECK(answer.error_code == row.error);
      CHECK(answer.leader_epoch == row.epoch);
      CHECK(answer.end_offset == row.end);
    }
  });
}

TEST_CASE("every idempotent producer gets an id of its own, with epoch 0") {
  Story story;
  std::set<ProducerId> ids;
  each_version<InitProducerIdRequest>([&](std::int16_t version) {
    InitProducerIdRequest request;
    request.transactional_id.reset();
    const auto fresh = story.ask<InitProducerIdResponse>(request, version);
    CHECK(fresh.error_code == ErrorCode::none);
    CHECK(fresh.producer_epoch == 0);
    CHECK(fresh.producer_id >= 0);
    CHECK(ids.insert(fresh.producer_id).second);
    if (version < 3) return;
    request.producer_id = fresh.producer_id;
    request.producer_epoch = 0;
    CHECK(ids.insert(story.ask<InitProducerIdResponse>(request, version).producer_id).second);
  });
}

TEST_CASE("what InitProducerId cannot give is refused, in every version") {
  each_version<InitProducerIdRequest>([](std::int16_t version) {
    Story story;
    struct Row {
      std::optional<std::string> transactional_id;
      ProducerId id;
      ProducerEpoch epoch;
      ErrorCode error;
    };
    for (const Row& row : {Row{"", -1, -1, ErrorCode::invalid_request},
                           Row{"payments", -1, -1, ErrorCode::transactional_id_authorization_failed},
                           Row{std::nullopt, 5, -1, ErrorCode::invalid_request},
                           Row{std::nullopt, -1, 0, ErrorCode::invalid_request}}) {
      if (version < 3 && (row.id != -1 || row.epoch != -1)) continue;  // it has no such fields
      InitProducerIdRequest request{row.transactional_id, 60'000, row.id, row.epoch, {}};
      const auto answer = story.ask<InitProducerIdResponse>(request, version);
      CHECK(answer.error_code == row.error);
      CHECK(answer.producer_id == -1);
      CHECK(answer.producer_epoch == -1);
    }
    CHECK(story.broker.events.notes.size() == 1);  // a line for the log: transactions are not served
  });
}

TEST_CASE("an ApiVersions request that names its software badly is refused and may try again") {
  for (std::int16_t version = 3; version <= 4; ++version) {
    Story story;
    const std::pair<const char*, const char*> bad[] = {{"a b", "1"},      {"", "1"},    {"-a", "1"},
                                                       {"a-", "1"},       {"a_b", "1"}, {"a", ""},
                                                       {"a", "1.0-rc_1"}, {"a\n", "1"}};
    for (const auto& row : bad) {
      INFO(row.first, " ", row.second);
      const auto answer =
          story.ask<ApiVersionsResponse>(ApiVersionsRequest{row.first, row.second, {}}, version);
      CHECK(answer.error_code == ErrorCode::invalid_request);
      CHECK(answer.api_keys.empty());
    }
    CHECK(story.ask<ApiVersionsResponse>(ApiVersionsRequest{"a.b-c", "1.0", {}}, version).error_code ==
          ErrorCode::none);
  }
}

TEST_CASE("behaviour 1: the header of ApiVersions' answer has no tagged fields, also from version 3 on") {
  for (std::int16_t version = 0; version <= 4; ++version) {
    Story story;
    auto pending = story.client.send<ApiVersionsResponse>(ApiVersionsRequest{"a", "1", {}}, version);
    REQUIRE(pending.answered());
    const Bytes& frame = story.client.raw_answer(1);
    REQUIRE(frame.size() > 6);
    CHECK(frame[4] == 0);  // the error code lies right behind the correlation id
    CHECK(frame[5] == 0);
    CHECK(frame[6] ==
          (version >= 3 ? apis().size() + 1 : 0));  // then the list: its compact length, or four bytes
  }
}

}  // namespace mini::broker
