#include "tests/broker/api/groups_scene.h"
#include "tests/support/broker_story.h"

// Behaviours 10, 27 and 28: what ends and what stays when topics and records are deleted.
namespace mini::broker {

namespace {

DeleteRecordsRequest delete_before(Offset offset, const Place& place = {}) {
  DeleteRecordsRequest request;
  request.topics.push_back({place.topic, {{place.partition, offset, {}}}, {}});
  return request;
}

}  // namespace

TEST_CASE("behaviour 10: a topic made again under its name has a new id and shows nothing of its past") {
  Story story;
  const auto numbered = [](std::int32_t sequence) {
    return batch_of({"v"}, {.producer_id = 9, .producer_epoch = 3, .base_sequence = sequence});
  };
  const Uuid old_id = story.id_of("t");
  for (std::int32_t i = 0; i < 3; ++i) REQUIRE(story.produce(numbered(i)).base_offset == i);
  commit(story.client, 2);
  REQUIRE(story.remove("t").error_code == ErrorCode::none);
  REQUIRE(story.create("t").error_code == ErrorCode::none);

  CHECK(story.id_of("t") != old_id);
  CHECK(story.list_offset(-1).offset == 0);
  const auto offsets = story.ask<OffsetFetchResponse>(offset_fetch_request(9), 9);
  CHECK(offsets.groups[0].topics[0].partitions[0].committed_offset == -1);
  CHECK(story.produce(numbered(0)).base_offset == 0);  // neither repeated nor out of order
}

TEST_CASE("behaviour 10: requests with the id of a topic that is gone are told so") {
  Story story;
  const Uuid old_id = story.id_of("t");
  FetchRequest fetch = story.fetch_request({});
  story.remove("t");
  story.create("t");
  for (std::int16_t version = 13; version <= 17; ++version) {
    const auto answer = story.ask<FetchResponse>(fetch, version);
    CHECK(answer.responses[0].topic_id == old_id);
    CHECK(answer.responses[0].partitions[0].error_code == ErrorCode::unknown_topic_id);
  }
  DeleteTopicsRequest by_id;
  by_id.topics.emplace_back().topic_id = old_id;
  CHECK(story.ask<DeleteTopicsResponse>(by_id).responses[0].error_code == ErrorCode::unknown_topic_id);
}

TEST_CASE("behaviour 10: a producer and a consumer that were running go on with the new topic") {
  Story story;
  TestClient consumer(story.broker);
  auto waiting = consumer.send<FetchResponse>(story.fetch_request({.max_wait_ms = 10'000}), 17);
  story.remove("t");
  CHECK(waiting.get().responses[0].partitions[0].error_code == ErrorCode::unknown_topic_id);
  const auto refused = story.produce(batch_of({"lost"}));
  CHECK(refused.error_code == ErrorCode::unknown_topic_or_partition);
  // What clients do then: ask anew, which creates the topic, and again, which finds it.
  story.ask<MetadataResponse>(metadata_request(Names{"t"}, true));
  const auto found = consumer.ask<MetadataResponse>(metadata_request(Names{"t"}, true), 12);
  CHECK(found.topics[0].topic_id == story.id_of("t"));
  CHECK(story.produce(batch_of({"news"})).base_offset == 0);
  CHECK(values_in(consumer.ask<FetchResponse>(story.fetch_request({}), 17)
                      .responses[0]
                      .partitions[0]
                      .records.copy()) == Names{"news"});
}

TEST_CASE("topics are deleted by name in every version, and by id from version 6 on") {
  each_version<DeleteTopicsRequest>([](std::int16_t version) {
    Story story;
    const Uuid id = story.id_of("t");
    DeleteTopicsRequest request;
    if (version < 6)
      request.topic_names = {"t", "missing"};
    else {
      request.topics.emplace_back().topic_id = id;
      request.topics.emplace_back().name = "missing";
    }
    const auto answer = story.ask<DeleteTopicsResponse>(request, version);
    REQUIRE(answer.responses.size() == 2);
    CHECK(answer.responses[0].error_code == ErrorCode::none);
    CHECK(answer.responses[0].name == "t");
    if (version >= 6) CHECK(answer.responses[0].topic_id == id);
    CHECK(answer.responses[1].error_code == ErrorCode::unknown_topic_or_partition);
    CHECK(answer.responses[1].error_message.has_value() == (version >= 5));
    CHECK(story.broker.core().topics().all().empty());
  });
}

TEST_CASE("a topic to delete needs a name or an id, not both, and once") {
  Story story;
  DeleteTopicsRequest request;
  request.topics.emplace_back();
  request.topics.emplace_back().name = "t";
  request.topics.back().topic_id = story.id_of("t");
  auto answer = story.ask<DeleteTopicsResponse>(request);
  REQUIRE(answer.responses.size() == 2);
  CHECK(answer.responses[0].error_code == ErrorCode::invalid_request);
  CHECK(answer.responses[0].name == std::nullopt);
  CHECK(answer.responses[1].error_code == ErrorCode::invalid_request);
  request = {};
  request.topics.emplace_back().name = "t";
  request.topics.emplace_back().name = "t";
  answer = story.ask<DeleteTopicsResponse>(request);
  REQUIRE(answer.responses.size() == 1);
  CHECK(answer.responses[0].error_code == ErrorCode::invalid_request);
  CHECK(story.broker.core().topics().all().size() == 1);
}

TEST_CASE("where deletion is disabled every version is told so, in the words it knows") {
  each_version<DeleteTopicsRequest>([](std::int16_t version) {
    Story story({.overrides = {{"delete.topic.enable", "false"}}});
    DeleteTopicsRequest request;
    if (version < 6)
      request.topic_names = {"t"};
    else
      request.topics.emplace_back().name = "t";
    CHECK(story.ask<DeleteTopicsResponse>(request, version).responses[0].error_code ==
          (version >= 3 ? ErrorCode::topic_deletion_disabled : ErrorCode::invalid_request));
    CHECK(story.broker.core().topics().find("t") != nullptr);
  });
}

TEST_CASE(
    "behaviour 27: DeleteRecords moves the start exactly, also into the middle of a batch, and it shows at "
    "once") {
  each_version<DeleteRecordsRequest>([](std::int16_t version) {
    Story story;
    story.produce(batch_of({"0", "1", "2", "3"}));
    story.produce(batch_of({"4", "5"}));
    const auto row = story.ask<DeleteRecordsResponse>(delete_before(2), version).topics[0].partitions[0];
    CHECK(row.error_code == ErrorCode::none);
    CHECK(row.low_watermark == 2);
    CHECK(story.list_offset(-2).offset == 2);
    CHECK(story.fetch({.offset = 1}).error_code == ErrorCode::offset_out_of_range);
    const auto read = story.fetch({.offset = 2});
    CHECK(read.log_start_offset == 2);
    CHECK(values_in(read.records.copy()) == Names{"0", "1", "2", "3", "4", "5"});  // whole batches
    // Never back, and that is no error.
    CHECK(story.ask<DeleteRecordsResponse>(delete_before(0), version).topics[0].partitions[0].low_watermark ==
          2);
  });
}

TEST_CASE("behaviour 27: DeleteRecords with -1 deletes up to the high watermark") {
  each_version<DeleteRecordsRequest>([](std::int16_t version) {
    Story story;
    story.produce(batch_of({"a", "b"}));
    CHECK(
        story.ask<DeleteRecordsResponse>(delete_before(-1), version).topics[0].partitions[0].low_watermark ==
        2);
    CHECK(story.list_offset(-2).offset == 2);
    CHECK(story.list_offset(-1).offset == 2);
    CHECK(story.produce(batch_of({"c"})).base_offset == 2);
  });
}

TEST_CASE("behaviour 27: DeleteRecords beyond the high watermark is out of range for that partition only") {
  each_version<DeleteRecordsRequest>([](std::int16_t version) {
    Story story({}, 2);
    for (const PartitionId partition : {0, 1}) story.produce(batch_of({"a", "b"}), {"t", partition});
    DeleteRecordsRequest request = delete_before(3);
    request.topics[0].partitions.push_back({1, 1, {}});
    request.topics[0].partitions.push_back({2, 1, {}});
    request.topics.push_back(delete_before(0, {"missing", 0}).topics[0]);
    const auto answer = story.ask<DeleteRecordsResponse>(request, version);
    const auto& rows = answer.topics[0].partitions;
    CHECK(rows[0].error_code == ErrorCode::offset_out_of_range);
    CHECK(rows[0].low_watermark == -1);
    CHECK(rows[1].error_code == ErrorCode::none);
    CHECK(rows[1].low_watermark == 1);
    CHECK(rows[2].error_code == ErrorCode::unknown_topic_or_partition);
    CHECK(answer.topics[1].partitions[0].error_code == ErrorCode::unknown_topic_or_partition);
    CHECK(story.ask<DeleteRecordsResponse>(delete_before(-2), version).topics[0].partitions[0].error_code ==
          ErrorCode::offset_out_of_range);
    CHECK(story.list_offset(-2).offset == 0);
  });
}

TEST_CASE("records of compacted and of the broker's own topics cannot be deleted") {
  Story story;
  story.create("latest", {{"cleanup.policy", "compact"}});
  story.create("__consumer_offsets");
  const auto error_of = [&](const char* topic) {
    return story.ask<DeleteRecordsResponse>(delete_before(-1, {topic, 0})).topics[0].partitions[0].error_code;
  };
  CHECK(error_of("latest") == ErrorCode::policy_violation);
  CHECK(error_of("__consumer_offsets") == ErrorCode::invalid_topic_exception);
}

TEST_CASE("behaviour 28, not built: a compacted topic keeps every record and the broker says so once") {
  Story story;
  REQUIRE(story
              .create("latest", {{"cleanup.policy", "compact"},
                                 {"segment.ms", "1000"},
                                 {"delete.retention.ms", "0"},
                                 {"min.cleanable.dirty.ratio", "0"},
                                 {"retention.ms", "1000"}})
              .error_code == ErrorCode::none);
  for (int i = 0; i < 3; ++i) {
    BatchBuilder builder({});
    builder.add({.key = "k", .value = std::to_string(i)});
    builder.add({.key = "k", .value = std::nullopt});
    story.produce(builder.build(), {"latest", 0});
    story.broker.advance(300s);
  }
  CHECK(story.values({"latest", 0}) == Names{"0", "(null)", "1", "(null)", "2", "(null)"});
  const auto about_compaction =
      std::count_if(story.broker.events.notes.begin(), story.broker.events.notes.end(),
                    [](const auto& note) { return note.second.find("compact") != std::string::npos; });
  CHECK(about_compaction == 1);
}

TEST_CASE("whole segments expire by size, the oldest first, as soon as another segment is begun") {
  Story story;
  REQUIRE(story.create("small", {{"segment.bytes", "1048576"}, {"retention.bytes", "1048576"}}).error_code ==
          ErrorCode::none);
  const auto start = [&] { return story.list_offset(-2, {"small", 0}).offset; };
  const auto produce = [&](int count) {
    for (int i = 0; i < count; ++i)
      story.produce(batch_of({std::string(600'000, 'x')}, {}, story.broker.now.wall.count()), {"small", 0});
  };
  produce(2);  // a segment each
  CHECK(start() == 0);
  produce(4);
  CHECK(start() == 3);  // the last two, which are more than the limit, and the one begun after them
  story.broker.advance(300s);
  CHECK(start() == 4);
  CHECK(story.fetch({.from = {"small", 0}, .offset = start()}).error_code == ErrorCode::none);
}

}  // namespace mini::broker
