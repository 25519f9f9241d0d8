#include "tests/support/broker_story.h"

// Behaviours 20 to 24: reading.
namespace mini::broker {

namespace {

Bytes big_batch(char letter) { return batch_of({std::string(10'000, letter)}); }

std::size_t count_of(const FetchedPartition& partition) {
  return batches_in(partition.records.copy()).size();
}

}  // namespace

TEST_CASE("behaviour 20: fetch always moves: the first batch comes whole even above every limit") {
  each_version<FetchRequest>([](std::int16_t version) {
    Story story({}, 3);
    for (const PartitionId partition : {1, 2}) {
      story.produce(big_batch('a'), {"t", partition});
      story.produce(big_batch('b'), {"t", partition});
    }
    // Partition 0 is empty, so that the first that has data is 1.
    FetchRequest request = story.fetch_request({.max_bytes = 1, .partition_max_bytes = 1});
    for (const PartitionId partition : {1, 2})
      add_partition(request, {.from = {"t", partition}, .partition_max_bytes = 1}, story.id_of("t"));
    const auto rows = story.ask<FetchResponse>(request, version).responses.at(0).partitions;
    CHECK(count_of(rows[0]) == 0);
    CHECK(count_of(rows[1]) == 1);
    CHECK(count_of(rows[2]) == 0);
    CHECK(rows[2].high_watermark == 2);
  });
}

TEST_CASE("behaviour 20: later partitions are cut by the limits, to whole batches") {
  Story story({}, 2);
  const Bytes batch = big_batch('a');
  const auto size = static_cast<std::int32_t>(batch.size());
  for (const PartitionId partition : {0, 1})
    for (int i = 0; i < 3; ++i) story.produce(batch, {"t", partition});
  struct Row {
    const char* what;
    std::int32_t max_bytes, partition_max_bytes;
    std::size_t first, second;
  };
  for (const Row& row :
       {Row{"no limit", 100 * size, 100 * size, 3, 3}, Row{"one batch each", 100 * size, size, 1, 1},
        Row{"a batch and a half each", 100 * size, size + size / 2, 1, 1},
        Row{"four in all", 4 * size, 100 * size, 3, 1}, Row{"three in all", 3 * size, 100 * size, 3, 0},
        Row{"one byte in all", 1, 100 * size, 1, 0}, Row{"none of a partition", 100 * size, 0, 1, 0},
        Row{"less than nothing", -1, -1, 1, 0}}) {
    INFO(row.what);
    FetchRequest request =
        story.fetch_request({.max_bytes = row.max_bytes, .partition_max_bytes = row.partition_max_bytes});
    add_partition(request, {.from = {"t", 1}, .partition_max_bytes = row.partition_max_bytes},
                  story.id_of("t"));
    const auto rows = story.ask<FetchResponse>(request).responses.at(0).partitions;
    CHECK(count_of(rows[0]) == row.first);
    CHECK(count_of(rows[1]) == row.second);
  }
}

TEST_CASE("behaviour 21: a fetch from the middle of a batch returns the batch from its beginning") {
  Story story;
  story.produce(batch_of({"0", "1"}));
  story.produce(batch_of({"2", "3", "4"}));
  story.produce(batch_of({"5"}));
  each_version<FetchRequest>([&](std::int16_t version) {
    const auto answer = story.fetch({.offset = 3, .version = version});
    const Bytes bytes = answer.records.copy();
    CHECK(batches_in(bytes).at(0).header().base_offset == 2);
    CHECK(values_in(bytes) == Names{"2", "3", "4", "5"});
  });
}

TEST_CASE(
    "behaviour 22: with too little data a fetch waits up to max_wait_ms, and then answers with what there "
    "is") {
  Story story;
  story.produce(batch_of({"little"}));
  each_version<FetchRequest>([&](std::int16_t version) {
    auto fetch = story.client.send<FetchResponse>(
        story.fetch_request({.max_wait_ms = 500, .min_bytes = 100'000}), version);
    story.broker.advance(499ms);
    CHECK_FALSE(fetch.answered());
    story.broker.advance(1ms);
    REQUIRE(fetch.answered());
    CHECK(values_in(fetch.get().responses[0].partitions[0].records.copy()) == Names{"little"});
  });
}

TEST_CASE("behaviour 22: a fetch that waits is answered as soon as min_bytes are there") {
  Story story({}, 2);
  const Bytes batch = batch_of({std::string(100, 'x')});
  const auto size = static_cast<std::int32_t>(batch.size());
  FetchRequest request = story.fetch_request({.max_wait_ms = 500, .min_bytes = 3 * size});
  add_partition(request, {.from = {"t", 1}}, story.id_of("t"));
  story.produce(batch);
  auto fetch = story.client.send<FetchResponse>(request, 12);
  TestClient producer(story.broker);
  producer.ask<ProduceResponse>(produce_request(batch, {"t", 1}), 9);
  CHECK_FALSE(fetch.answered());
  producer.ask<ProduceResponse>(produce_request(batch), 9);
  REQUIRE(fetch.answered());
  const auto rows = fetch.get().responses[0].partitions;
  CHECK(count_of(rows[0]) == 2);
  CHECK(count_of(rows[1]) == 1);
}

TEST_CASE("behaviour 22: a fetch does not wait where min_bytes are there, or where it may not wait") {
  Story story;
  story.produce(batch_of({"a"}));
  CHECK(story.values() == Names{"a"});
  CHECK(count_of(story.fetch({.offset = 1, .max_wait_ms = 10'000, .min_bytes = 0})) == 0);
  CHECK(count_of(story.fetch({.offset = 1, .max_wait_ms = 10'000, .min_bytes = -1})) == 0);
  CHECK(count_of(story.fetch({.offset = 1, .max_wait_ms = 0})) == 0);
  CHECK(count_of(story.fetch({.offset = 1, .max_wait_ms = -1})) == 0);
  FetchRequest nothing;
  nothing.max_wait_ms = 10'000;
  nothing.min_bytes = 1;
  CHECK(story.ask<FetchResponse>(nothing, 11).responses.empty());
}

TEST_CASE("a fetch that names no partition has nothing to wait for") {
  each_version<FetchRequest>([](std::int16_t version) {
    Story story;
    FetchRequest request = story.fetch_request({.max_wait_ms = 60'000});
    request.topics[0].partitions.clear();
    auto fetch = story.client.send<FetchResponse>(request, version);
    REQUIRE(fetch.answered());
    CHECK(fetch.get().responses.empty());
  });
}

TEST_CASE("a partition that is named again is answered once: in its first place, by its last wishes") {
  each_version<FetchRequest>([](std::int16_t version) {
    Story story({}, 3);
    story.broker.create_topic("u");
    for (const PartitionId partition : {0, 1, 2}) {
      for (const char* value : {"a", "b", "c"}) story.produce(batch_of({value}), {"t", partition});
    }
    FetchRequest request;
    request.max_bytes = 1 << 20;
    const auto name = [&](const Place& place, Offset offset) {
      add_partition(request, {.from = place, .offset = offset}, story.id_of(place.topic));
    };
    name({"t", 2}, 0);
    name({"t", 0}, 0);
    name({"u", 0}, 0);
    name({"t", 1}, 0);
    name({"t", 2}, 1);
    name({"u", 0}, 0);
    name({"t", 2}, 2);
    const auto topics = story.ask<FetchResponse>(request, version).responses;
    REQUIRE(topics.size() == 3);  // as the request has them: "t", "u", "t"
    REQUIRE(topics[0].partitions.size() == 2);
    CHECK(topics[0].partitions[0].partition_index == 2);
    CHECK(values_in(topics[0].partitions[0].records.copy()) == Names{"c"});
    CHECK(topics[0].partitions[1].partition_index == 0);
    CHECK(values_in(topics[0].partitions[1].records.copy()) == Names{"a", "b", "c"});
    CHECK(topics[1].partitions.size() == 1);
    REQUIRE(topics[2].partitions.size() == 1);
    CHECK(topics[2].partitions[0].partition_index == 1);
  });
}

TEST_CASE("a fetch that names one partition very often waits for it once") {
  Story story;
  FetchRequest request = story.fetch_request({.max_wait_ms = 60'000, .min_bytes = 1});
  auto& partitions = request.topics[0].partitions;
  partitions.resize(100'000, partitions[0]);
  auto fetch = story.client.send<FetchResponse>(request, newest_of<FetchRequest>());
  CHECK_FALSE(fetch.answered());
  TestClient producer(story.broker);
  producer.ask<ProduceResponse>(produce_request(batch_of({"a"})), 9);
  CHECK(fetch.get().responses.at(0).partitions.size() == 1);
}

TEST_CASE("behaviour 22: a fetch answers at once when any of its partitions has an error") {
  each_version<FetchRequest>([](std::int16_t version) {
    Story story({}, 2);
    FetchRequest request = story.fetch_request({.max_wait_ms = 10'000});
    add_partition(request, {.from = {"t", 1}, .offset = 7}, story.id_of("t"));
    const auto rows = story.ask<FetchResponse>(request, version).responses[0].partitions;
    CHECK(rows[0].error_code == ErrorCode::none);
    CHECK(rows[1].error_code == ErrorCode::offset_out_of_range);
    CHECK(rows[1].high_watermark == -1);
  });
}

TEST_CASE("behaviour 22: a fetch that waits on a partition that is deleted is answered at once") {
  each_version<FetchRequest>([](std::int16_t version) {
    Story story;
    TestClient waiting(story.broker);
    auto fetch = waiting.send<FetchResponse>(story.fetch_request({.max_wait_ms = 10'000}), version);
    CHECK_FALSE(fetch.answered());
    REQUIRE(story.remove("t").error_code == ErrorCode::none);
    REQUIRE(fetch.answered());
    CHECK(fetch.get().responses[0].partitions[0].error_code ==
          (version >= 13 ? ErrorCode::unknown_topic_id : ErrorCode::unknown_topic_or_partition));
  });
}

TEST_CASE("behaviour 22: a fetch neither spins nor answers empty early while it waits") {
  Story story;
  auto fetch = story.client.send<FetchResponse>(story.fetch_request({.max_wait_ms = 5'000}), 12);
  const std::size_t ran = story.broker.timers_run();
  for (int i = 0; i < 4'999; ++i) story.broker.advance(1ms);
  CHECK_FALSE(fetch.answered());
  CHECK(story.broker.timers_run() == ran);
  story.broker.advance(1ms);
  CHECK(fetch.answered());
  CHECK(story.broker.timers_run() == ran + 1);
}

TEST_CASE(
    "behaviour 23: an offset below the start or above the end is out of range, and equal to the end is fine "
    "and empty") {
  each_version<FetchRequest>([](std::int16_t version) {
    Story story;
    for (const char* value : {"0", "1", "2"}) story.produce(batch_of({value}));
    DeleteRecordsRequest request;
    request.topics.push_back({"t", {{0, 1, {}}}, {}});
    story.ask<DeleteRecordsResponse>(request);
    const auto at = [&](Offset offset) { return story.fetch({.offset = offset, .version = version}); };
    for (const Offset offset : {Offset{-1}, Offset{0}, Offset{4}, std::numeric_limits<Offset>::max()}) {
      INFO("offset ", offset);
      CHECK(at(offset).error_code == ErrorCode::offset_out_of_range);
    }
    CHECK(at(3).error_code == ErrorCode::none);
    CHECK(at(3).records.size() == 0);
    CHECK(at(1).error_code == ErrorCode::none);
    CHECK(at(1).high_watermark == 3);
    if (version >= 5) CHECK(at(1).log_start_offset == 1);
  });
}

TEST_CASE("behaviour 23: a partition that nobody wrote to is at 0 and gives no error") {
  each_version<FetchRequest>([](std::int16_t version) {
    Story story;
    const auto row = story.fetch({.offset = 0, .version = version});
    CHECK(row.error_code == ErrorCode::none);
    CHECK(row.high_watermark == 0);
    CHECK(row.last_stable_offset == 0);
    CHECK_FALSE(row.records.is_null());
    CHECK(row.records.size() == 0);
  });
}

TEST_CASE("behaviour 24: every answer has session id 0, and a session cannot be continued") {
  for (std::int16_t version = 7; version <= 17; ++version) {
    INFO("version ", version);
    Story story;
    struct Row {
      std::int32_t id, epoch;
      ErrorCode error;
    };
    for (const Row& row :
         {Row{0, -1, ErrorCode::none}, Row{0, 0, ErrorCode::none}, Row{77, -1, ErrorCode::none},
          Row{77, 0, ErrorCode::none}, Row{77, 1, ErrorCode::fetch_session_id_not_found},
          Row{0, 3, ErrorCode::fetch_session_id_not_found}}) {
      INFO("session ", row.id, " epoch ", row.epoch);
      FetchRequest request = story.fetch_request({});
      request.session_id = row.id;
      request.session_epoch = row.epoch;
      const auto answer = story.ask<FetchResponse>(request, version);
      CHECK(answer.error_code == row.error);
      CHECK(answer.session_id == 0);
      CHECK(answer.responses.empty() == failed(row.error));
    }
  }
}

TEST_CASE("an unknown topic or partition is named as such, by name and by id") {
  each_version<FetchRequest>([](std::int16_t version) {
    Story story;
    CHECK(story.fetch({.from = {"t", 1}, .version = version}).error_code ==
          ErrorCode::unknown_topic_or_partition);
    const auto missing = story.fetch({.from = {"missing", 0}, .version = version});
    CHECK(missing.error_code ==
          (version >= 13 ? ErrorCode::unknown_topic_id : ErrorCode::unknown_topic_or_partition));
    CHECK(missing.high_watermark == -1);
    CHECK(missing.records.size() == 0);
  });
}

TEST_CASE("aborted transactions are null for read_uncommitted and an empty list for read_committed") {
  each_version<FetchRequest>([](std::int16_t version) {
    Story story;
    CHECK_FALSE(story.fetch({.isolation_level = 0, .version = version}).aborted_transactions);
    const auto committed = story.fetch({.isolation_level = 1, .version = version});
    REQUIRE(committed.aborted_transactions);
    CHECK(committed.aborted_transactions->empty());
  });
}

TEST_CASE("read_committed reads to the high watermark where there are no transactions") {
  Story story;
  story.produce(batch_of({"a"}));
  const auto row = story.fetch({.isolation_level = 1});
  CHECK(row.last_stable_offset == row.high_watermark);
  CHECK(values_in(row.records.copy()) == Names{"a"});
}

TEST_CASE("a follower, and an isolation level that does not exist, are refused in every version") {
  each_version<FetchRequest>([](std::int16_t version) {
    Story story;
    FetchRequest follower = story.fetch_request({});
    (version < 15 ? follower.replica_id : follower.replica_state.replica_id) = 1;
    FetchRequest odd = story.fetch_request({.isolation_level = 7});
    for (const FetchRequest& request : {follower, odd}) {
      const auto answer = story.ask<FetchResponse>(request, version);
      if (version >= 7)
        CHECK(answer.error_code == ErrorCode::invalid_request);
      else
        CHECK(answer.responses.at(0).partitions.at(0).error_code == ErrorCode::invalid_request);
    }
  });
}

TEST_CASE("behaviour 26: a leader epoch that the broker does not have is refused, the one it has is fine") {
  for (std::int16_t version = 9; version <= 17; ++version) {
    INFO("version ", version);
    Story story;
    CHECK(story.fetch({.current_leader_epoch = 0, .version = version}).error_code == ErrorCode::none);
    CHECK(story.fetch({.current_leader_epoch = 1, .version = version}).error_code ==
          ErrorCode::unknown_leader_epoch);
  }
}

TEST_CASE("versions before 10 are refused a topic whose compression.type is zstd") {
  each_version<FetchRequest>([](std::int16_t version) {
    Story story;
    REQUIRE(story.create("packed", {{"compression.type", "zstd"}}).error_code == ErrorCode::none);
    story.produce(batch_of({"a"}), {"packed", 0});
    const auto row = story.fetch({.from = {"packed", 0}, .version = version});
    CHECK(row.error_code == (version >= 10 ? ErrorCode::none : ErrorCode::unsupported_compression_type));
    CHECK((row.records.size() > 0) == (version >= 10));
    // What a producer packed so in another topic is its readers' own business.
    story.produce(batch_of({"a"}, {.codec = Codec::zstd}));
    CHECK(story.fetch({.version = version}).error_code == ErrorCode::none);
  });
}

TEST_CASE("records that were sent stay as they are when the log lets go of them") {
  Story story;
  story.produce(batch_of({"kept by who reads it"}));
  const auto row = story.fetch({});
  DeleteRecordsRequest request;
  request.topics.push_back({"t", {{0, -1, {}}}, {}});
  story.ask<DeleteRecordsResponse>(request);
  story.remove("t");
  CHECK(values_in(row.records.copy()) == Names{"kept by who reads it"});
}

}  // namespace mini::broker
