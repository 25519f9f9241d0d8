#include "tests/broker/api/fields.h"

// Every field of the requests about topics, records and the broker itself; groups have a file of their own.
namespace mini::broker {

namespace {

const char* const one_step = "everything is done when the answer is sent";
const char* const for_followers = "followers alone send it, and there are none";

std::string topics_and_partitions(Stage& stage) {
  std::string text;
  for (const auto& [name, topic] : stage.broker.core().topics().all()) {
    text += name + ":" + std::to_string(topic->partition_count());
    for (const auto& [key, value] : topic->config().overrides()) text += " " + key + "=" + value;
    for (PartitionId id = 0; id < topic->partition_count(); ++id)
      text += " " + std::to_string(topic->partition(id)->log_start_offset()) + "-" +
              std::to_string(topic->partition(id)->log_end_offset());
    text += "; ";
  }
  return text;
}

void three_batches(Stage& stage) {
  for (const PartitionId partition : {0, 1}) {
    for (const char* value : {"first", "second", "third"})
      stage.produce(stage.keep(batch_of({value, value}, {}, partition * 10 + 5)), {"t", partition});
  }
}

}  // namespace

TEST_CASE("every field of ApiVersions") {
  check_fields<ApiVersionsRequest, ApiVersionsResponse>(
      {Scene<ApiVersionsRequest>([](Stage&) {
         return ApiVersionsRequest{"kcat", "1.7.1", {}};
       }).change("client_software_name", [](auto& r, Stage&) {
           r.client_software_name = "a b";
         }).change("client_software_version", [](auto& r, Stage&) { r.client_software_version = ""; })});
}

TEST_CASE("every field of Metadata") {
  const auto request = [](Stage& stage) {
    const bool has_flag = stage.version >= 4;
    return metadata_request(Names{"t", "missing"}, !has_flag);
  };
  check_fields<MetadataRequest, MetadataResponse>(
      {Scene<MetadataRequest>(request).seen(topics_and_partitions)});
}

TEST_CASE("every field of Produce") {
  const auto request = [](Stage& stage) {
    ProduceRequest request = produce_request(stage.keep(batch_of({"plain"})));
    request.transactional_id = "x";  // without it the transactional batch refuses the whole request
    const BytesView other = stage.keep(
        batch_of({"of a transaction"},
                 {.producer_id = 1, .producer_epoch = 0, .base_sequence = 0, .transactional = true}));
    request.topic_data[0].partition_data.emplace_back().index = 1;
    request.topic_data[0].partition_data[1].records = records_field(other);
    return request;
  };
  const auto stored = [](Stage& stage) {
    TestClient reader(stage.broker);
    const auto answer = reader.ask<FetchResponse>(stage.fetch_request({}), 12);
    std::string text = topics_and_partitions(stage);
    for (const auto& value : values_in(answer.responses[0].partitions[0].records.copy())) text += value;
    return text;
  };
  check_fields<ProduceRequest, ProduceResponse>(
      {Scene<ProduceRequest>(request)
           .change("topic_data.partition_data.records",
                   [](auto& r, Stage& stage) {
                     r.topic_data[0].partition_data[0].records =
                         records_field(stage.keep(batch_of({"other"})));
                   })
           .seen(stored)},
      {{"timeout_ms", "there is one replica, and it has the records at once"}});
}

TEST_CASE("every field of Fetch") {
  const auto request = [](Stage& stage) {
    FetchRequest request = stage.fetch_request({.offset = 1, .max_wait_ms = 100});
    add_partition(request, {.from = {"t", 1}, .offset = 2}, stage.id_of("t"));
    return request;
  };
  const auto at_the_end = [](Stage& stage) { return stage.fetch_request({.offset = 6, .max_wait_ms = 100}); };
  const auto of_each = [](auto set) {
    return [set](FetchRequest& r, Stage&) {
      for (auto& partition : r.topics[0].partitions) set(partition);
    };
  };
  check_fields<FetchRequest, FetchResponse>(
      {Scene<FetchRequest>(request)
           .after(three_batches)
           .change("min_bytes", [](auto& r, Stage&) { r.min_bytes = 1'000'000; })
           .change("max_bytes", [](auto& r, Stage&) { r.max_bytes = 1; })
           .change("replica_id", [](auto& r, Stage&) { r.replica_id = 1; })
           .change("session_epoch", [](auto& r, Stage&) { r.session_epoch = 3; })
           .change("topics.partitions.fetch_offset", of_each([](auto& p) { p.fetch_offset = 4; }))
           .change("topics.partitions.partition_max_bytes",
                   of_each([](auto& p) { p.partition_max_bytes = 1; }))
           .change("topics.partitions.current_leader_epoch",
                   of_each([](auto& p) { p.current_leader_epoch = 5; }))
           .change("topics.partitions.last_fetched_epoch",
                   of_each([](auto& p) { p.last_fetched_epoch = 5; })),
       Scene<FetchRequest>(at_the_end)
           .after(three_batches)
           .change("max_wait_ms", [](auto& r, Stage&) { r.max_wait_ms = 200; })},
      {
          {"cluster_id", "controllers alone send it to each other"},
          {"replica_state.replica_epoch", for_followers},
          {"session_id", "without sessions the epoch alone tells whether one is to be continued"},
          {"topics.partitions.log_start_offset", for_followers},
          {"topics.partitions.replica_directory_id", for_followers},
          {"forgotten_topics_data", "without sessions there is nothing to forget"},
          {"rack_id", "there are no replicas to choose from"},
      });
}

TEST_CASE("every field of ListOffsets") {
  check_fields<ListOffsetsRequest, ListOffsetsResponse>(
      {Scene<ListOffsetsRequest>([](Stage&) { return list_offsets_request(-2); })
           .after(three_batches)
           .change("isolation_level", [](auto& r, Stage&) { r.isolation_level = 7; })
           .change("topics.partitions.current_leader_epoch",
                   [](auto& r, Stage&) { r.topics[0].partitions[0].current_leader_epoch = 5; })},
      {{"replica_id", for_followers},
       {"timeout_ms", "no offset lies in another tier, where looking it up takes time"}});
}

TEST_CASE("every field of OffsetForLeaderEpoch") {
  const auto request = [](Stage&) {
    OffsetForLeaderEpochRequest request;
    auto& topic = request.topics.emplace_back();
    topic.topic = "t";
    topic.partitions.push_back({0, no_leader_epoch, 0, {}});
    return request;
  };
  check_fields<OffsetForLeaderEpochRequest, OffsetForLeaderEpochResponse>(
      {Scene<OffsetForLeaderEpochRequest>(request)
           .after(three_batches)
           .change("topics.partitions.current_leader_epoch",
                   [](auto& r, Stage&) { r.topics[0].partitions[0].current_leader_epoch = 5; })},
      {{"replica_id", for_followers}});
}

TEST_CASE("every field of DeleteRecords") {
  const auto request = [](Stage&) {
    DeleteRecordsRequest request;
    request.timeout_ms = 1000;
    auto& topic = request.topics.emplace_back();
    topic.name = "t";
    topic.partitions.push_back({0, 3, {}});
    return request;
  };
  check_fields<DeleteRecordsRequest, DeleteRecordsResponse>(
      {Scene<DeleteRecordsRequest>(request).after(three_batches).seen(topics_and_partitions)},
      {{"timeout_ms", one_step}});
}

TEST_CASE("every field of InitProducerId") {
  const auto request = [](Stage&) {
    InitProducerIdRequest request;
    request.transactional_id.reset();
    request.transaction_timeout_ms = 60'000;
    return request;
  };
  check_fields<InitProducerIdRequest, InitProducerIdResponse>(
      {Scene<InitProducerIdRequest>(request)}, {{"transaction_timeout_ms", "transactions are not served"}});
}

TEST_CASE("every field of CreateTopics") {
  const auto request = [](Stage&) {
    CreateTopicsRequest request;
    auto& counted = request.topics.emplace_back();
    counted.name = "counted";
    counted.num_partitions = 2;
    counted.replication_factor = 1;
    counted.configs.push_back({"retention.ms", "1000", {}});
    auto& assigned = request.topics.emplace_back();
    assigned.name = "assigned";
    assigned.num_partitions = -1;
    assigned.replication_factor = -1;
    assigned.assignments.push_back({0, {1}, {}});
    return request;
  };
  check_fields<CreateTopicsRequest, CreateTopicsResponse>(
      {Scene<CreateTopicsRequest>(request).seen(topics_and_partitions)}, {{"timeout_ms", one_step}});
}

TEST_CASE("every field of DeleteTopics") {
  const auto request = [](Stage& stage) {
    stage.broker.create_topic("u");
    DeleteTopicsRequest request;
    request.timeout_ms = 1000;
    if (stage.version < 6) {
      request.topic_names = {"t"};
      return request;
    }
    request.topics.emplace_back().name = "t";
    request.topics.emplace_back().topic_id = stage.id_of("u");
    return request;
  };
  check_fields<DeleteTopicsRequest, DeleteTopicsResponse>(
      {Scene<DeleteTopicsRequest>(request).seen(topics_and_partitions)}, {{"timeout_ms", one_step}});
}

TEST_CASE("every field of CreatePartitions") {
  const auto request = [](Stage& stage) {
    stage.broker.create_topic("u");
    CreatePartitionsRequest request;
    request.timeout_ms = 1000;
    request.topics.push_back({"t", 5, std::nullopt, {}});
    request.topics.push_back({"u", 2, {{{{1}, {}}}}, {}});
    return request;
  };
  check_fields<CreatePartitionsRequest, CreatePartitionsResponse>(
      {Scene<CreatePartitionsRequest>(request).seen(topics_and_partitions)}, {{"timeout_ms", one_step}});
}

TEST_CASE("every field of DescribeConfigs") {
  const auto request = [](Stage&) {
    DescribeConfigsRequest request;
    auto& topic = request.resources.emplace_back();
    topic.resource_type = 2;
    topic.resource_name = "t";
    topic.configuration_keys = std::vector<std::string>{"retention.ms"};
    auto& broker = request.resources.emplace_back();
    broker.resource_type = 4;
    broker.resource_name = "1";
    broker.configuration_keys.reset();
    return request;
  };
  check_fields<DescribeConfigsRequest, DescribeConfigsResponse>({Scene<DescribeConfigsRequest>(request)});
}

TEST_CASE("every field of DescribeCluster") {
  check_fields<DescribeClusterRequest, DescribeClusterResponse>(
      {Scene<DescribeClusterRequest>([](Stage&) { return DescribeClusterRequest{}; })});
}

TEST_CASE("every field of DescribeTopicPartitions") {
  const auto request = [](Stage& stage) {
    stage.broker.create_topic("u");
    DescribeTopicPartitionsRequest request;
    request.topics.emplace_back().name = "t";
    request.response_partition_limit = 2;
    request.cursor = DescribeTopicPartitionsRequest::Cursor{"t", 1, {}};
    return request;
  };
  check_fields<DescribeTopicPartitionsRequest, DescribeTopicPartitionsResponse>(
      {Scene<DescribeTopicPartitionsRequest>(request).change(
          "response_partition_limit", [](auto& r, Stage&) { r.response_partition_limit = 1; })});
}

TEST_CASE("a field that changes nothing and is not listed would be found") {
  struct Silent {
    static std::string play(std::int32_t timeout_ms) {
      ListOffsetsRequest request = list_offsets_request(-1);
      request.timeout_ms = timeout_ms;
      const Scene<ListOffsetsRequest> scene([=](Stage&) { return request; });
      return scene.play<ListOffsetsResponse>(10, "timeout_ms");
    }
  };
  CHECK(Silent::play(1) == Silent::play(2));
  std::vector<std::string> paths;
  fields::list_paths<FetchRequest>(17, "", paths);
  for (const char* path : {"replica_state.replica_id", "topics.partitions.fetch_offset", "rack_id"})
    CHECK(std::find(paths.begin(), paths.end(), path) != paths.end());
  CHECK(std::find(paths.begin(), paths.end(), "replica_id") == paths.end());  // versions 0 to 14
}

}  // namespace mini::broker
