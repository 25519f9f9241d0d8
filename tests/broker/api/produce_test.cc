#include "protocol/records/validate.h"
#include "tests/support/broker_story.h"

// Behaviours 13 to 19: writing.
namespace mini::broker {

namespace {

// One batch of an idempotent producer.
Bytes numbered(std::int32_t sequence, ProducerEpoch epoch = 0,
               std::initializer_list<std::string_view> values = {"v"}, ProducerId producer = 1000) {
  return batch_of(values, {.producer_id = producer, .producer_epoch = epoch, .base_sequence = sequence});
}

// One request, a batch for each of the first partitions of "t".
ProduceRequest one_each(const std::vector<Bytes>& batches) {
  ProduceRequest request = produce_request(batches.at(0));
  for (std::size_t i = 1; i < batches.size(); ++i) {
    const Place place{"t", static_cast<PartitionId>(i)};
    request.topic_data[0].partition_data.push_back(
        produce_request(batches[i], place).topic_data[0].partition_data[0]);
  }
  return request;
}

std::vector<ErrorCode> errors_of(const ProduceResponse& answer) {
  std::vector<ErrorCode> errors;
  for (const auto& row : answer.responses.at(0).partition_responses) errors.push_back(row.error_code);
  return errors;
}

// What a broker may not touch: everything but base offset and partition leader epoch.
Bytes untouchable(const Bytes& batch) {
  Bytes rest = batch;
  set_base_offset(rest.data(), 0);
  set_leader_epoch(rest.data(), 0);
  return rest;
}

Bytes fetched(Story& story, const Place& place = {}, Offset offset = 0) {
  return story.fetch({.from = place, .offset = offset}).records.copy();
}

}  // namespace

TEST_CASE("behaviour 13: one bad partition does not fail the rest of a produce request") {
  each_version<ProduceRequest>([](std::int16_t version) {
    Story story({}, 2);
    const Bytes good = batch_of({"kept"}), broken = Bytes(70, 1);
    ProduceRequest request = produce_request(good);
    auto& partitions = request.topic_data[0].partition_data;
    partitions.emplace_back(produce_request(broken, {"t", 1}).topic_data[0].partition_data[0]);
    partitions.emplace_back(produce_request(good, {"t", 2}).topic_data[0].partition_data[0]);
    request.topic_data.push_back(produce_request(good, {"missing", 0}).topic_data[0]);
    const auto answer = story.ask<ProduceResponse>(request, version);
    REQUIRE(answer.responses.size() == 2);
    const auto& rows = answer.responses[0].partition_responses;
    REQUIRE(rows.size() == 3);
    CHECK(rows[0].error_code == ErrorCode::none);
    CHECK(rows[0].base_offset == 0);
    CHECK(failed(rows[1].error_code));
    CHECK(rows[2].error_code == ErrorCode::unknown_topic_or_partition);
    CHECK(rows[2].base_offset == -1);
    CHECK(answer.responses[1].partition_responses[0].error_code == ErrorCode::unknown_topic_or_partition);
    CHECK(story.values() == Names{"kept"});
    CHECK(story.list_offset(-1, {"t", 1}).offset == 0);
  });
}

TEST_CASE("behaviour 14: batches come back as they were sent, but for base offset and leader epoch") {
  for (const Codec codec : {Codec::none, Codec::gzip, Codec::snappy, Codec::lz4, Codec::zstd}) {
    INFO("codec ", int(codec));
    Story story;
    BatchBuilder builder({.codec = codec});
    const HeaderView headers[] = {{"h", "1"}, {"h", std::nullopt}, {"", ""}, {"h", "1"}};
    builder.add({.timestamp = 7, .key = std::nullopt, .value = std::nullopt});
    builder.add({.timestamp = -1, .key = "", .value = ""});
    builder.add({.timestamp = 3, .key = "k", .value = "v", .headers = headers});
    const Bytes sent = builder.build();
    story.produce(batch_of({"before"}));
    CHECK(story.produce(sent).base_offset == 1);
    const Bytes got = fetched(story, {}, 1);
    CHECK(untouchable(got) == untouchable(sent));
    const BatchView batch = *BatchView::parse(got);
    CHECK(batch.header().base_offset == 1);
    CHECK(batch.header().partition_leader_epoch == 0);
    CHECK(batch.crc_matches());
    const auto records = records_in(got);
    REQUIRE(records.size() == 3);
    CHECK(records[0].key == std::nullopt);
    CHECK(records[0].value == std::nullopt);
    CHECK(records[1].key == "");
    CHECK(records[1].value == "");
    CHECK(records[2].headers ==
          std::vector<OwnedHeader>{{"h", "1"}, {"h", std::nullopt}, {"", ""}, {"h", "1"}});
    CHECK(records[2].offset == 3);
  }
}

TEST_CASE(
    "behaviour 14: the codec stays unless the topic's compression.type says otherwise, and the records stay "
    "the same") {
  const std::pair<const char*, Codec> kinds[] = {{"uncompressed", Codec::none},
                                                 {"gzip", Codec::gzip},
                                                 {"snappy", Codec::snappy},
                                                 {"lz4", Codec::lz4},
                                                 {"zstd", Codec::zstd}};
  for (const auto& kind : kinds) {
    const std::string name = kind.first;
    Story story;
    REQUIRE(story.create("packed", {{"compression.type", name}}).error_code == ErrorCode::none);
    for (const Codec sent : {Codec::none, Codec::gzip, Codec::snappy, Codec::lz4, Codec::zstd}) {
      INFO(name, " over ", int(sent));
      const Bytes batch = batch_of(
          {"a", "b"}, {.codec = sent, .producer_id = 7, .producer_epoch = 2, .base_sequence = 0}, 99);
      Story fresh;
      REQUIRE(fresh.create("packed", {{"compression.type", name}}).error_code == ErrorCode::none);
      CHECK(fresh.produce(batch, {"packed", 0}).error_code == ErrorCode::none);
      const Bytes got = fetched(fresh, {"packed", 0});
      const BatchHeader header = BatchView::parse(got)->header();
      CHECK(header.codec() == kind.second);
      CHECK(header.producer_id == 7);
      CHECK(header.producer_epoch == 2);
      CHECK(header.base_sequence == 0);
      CHECK(records_in(got) == records_in(batch));
    }
  }
}

TEST_CASE("behaviour 15: with LogAppendTime the broker puts its own time on the batch and returns it") {
  Story story;
  REQUIRE(story.create("told", {{"message.timestamp.type", "LogAppendTime"}}).error_code == ErrorCode::none);
  const TimestampMs now = story.broker.now.wall.count();
  each_version<ProduceRequest>([&](std::int16_t version) {
    const auto row = story.produce(batch_of({"a"}, {}, 5), {"told", 0}, version);
    CHECK(row.error_code == ErrorCode::none);
    CHECK(row.log_append_time_ms == now);
    const Bytes got = fetched(story, {"told", 0}, row.base_offset);
    const BatchView batch = *BatchView::parse(got);
    CHECK(batch.header().timestamp_type() == protocol::TimestampType::log_append_time);
    CHECK(batch.header().max_timestamp == now);
    CHECK(batch.crc_matches());
    CHECK(records_in(got).at(0).timestamp == now);
  });
}

TEST_CASE("behaviour 15: with CreateTime the client's times are kept, however old, and -1 is returned") {
  Story story;
  for (const TimestampMs timestamp : {TimestampMs{0}, TimestampMs{1}, story.broker.now.wall.count()}) {
    const auto row = story.produce(batch_of({"a"}, {}, timestamp));
    CHECK(row.error_code == ErrorCode::none);
    CHECK(row.log_append_time_ms == -1);
    CHECK(records_in(fetched(story, {}, row.base_offset)).at(0).timestamp == timestamp);
  }
}

TEST_CASE("behaviour 15: a time more than an hour ahead is refused") {
  Story story;
  const TimestampMs now = story.broker.now.wall.count();
  CHECK(story.produce(batch_of({"a"}, {}, now + 3'600'000)).error_code == ErrorCode::none);
  CHECK(story.produce(batch_of({"a"}, {}, now + 3'600'001)).error_code == ErrorCode::invalid_timestamp);
}

TEST_CASE(
    "behaviour 15: retention looks every five minutes, so that records with old times are readable "
    "meanwhile") {
  Story story;
  REQUIRE(story.create("short", {{"retention.ms", "1000"}}).error_code == ErrorCode::none);
  story.produce(batch_of({"old"}, {}, 1), {"short", 0});
  story.broker.advance(299s);
  CHECK(story.values({"short", 0}) == Names{"old"});
  story.broker.advance(1s);
  CHECK(story.list_offset(-2, {"short", 0}).offset == 1);
  CHECK(story.fetch({.from = {"short", 0}, .offset = 0}).error_code == ErrorCode::offset_out_of_range);
}

TEST_CASE(
    "behaviour 16: a batch over max.message.bytes is refused, and the topic's setting beats the broker's") {
  Story story({.overrides = {{"message.max.bytes", "1000"}}});
  REQUIRE(story.create("wide", {{"max.message.bytes", "5000"}}).error_code == ErrorCode::none);
  REQUIRE(story.create("narrow", {{"max.message.bytes", "399"}}).error_code == ErrorCode::none);
  const auto of_size = [](std::size_t size) {
    const std::size_t around = batch_of({std::string(200, 'x')}).size() - 200;
    Bytes batch = batch_of({std::string(size - around, 'x')});
    while (batch.size() > size) batch = batch_of({std::string(size - around - (batch.size() - size), 'x')});
    REQUIRE(batch.size() == size);
    return batch;
  };
  CHECK(story.produce(of_size(1000)).error_code == ErrorCode::none);
  CHECK(story.produce(of_size(1001)).error_code == ErrorCode::message_too_large);
  CHECK(story.produce(of_size(5000), {"wide", 0}).error_code == ErrorCode::none);
  CHECK(story.produce(of_size(5001), {"wide", 0}).error_code == ErrorCode::message_too_large);
  CHECK(story.produce(of_size(400), {"narrow", 0}).error_code == ErrorCode::message_too_large);
  CHECK(story.list_offset(-1).offset == 1);
}

TEST_CASE(
    "a batch that its topic's codec makes larger than max.message.bytes is refused, others are stored") {
  Story story;
  REQUIRE(story.create("open", {{"compression.type", "uncompressed"}, {"max.message.bytes", "1000"}})
              .error_code == ErrorCode::none);
  const auto produce = [&](std::size_t size) {
    return story.produce(batch_of({std::string(size, 'x')}, {.codec = Codec::gzip}), {"open", 0}).error_code;
  };
  CHECK(produce(900) == ErrorCode::none);
  CHECK(produce(1000) == ErrorCode::message_too_large);
  CHECK(story.list_offset(-1, {"open", 0}).offset == 1);
}

TEST_CASE("what the batches of one request inflate to is bounded as if they were one") {
  for (const Codec codec : {Codec::gzip, Codec::snappy, Codec::lz4, Codec::zstd}) {
    INFO("codec ", int(codec));
    Story story({.overrides = {{"socket.request.max.bytes", "100000"}}}, 5);
    const Bytes packed = batch_of({std::string(40'000, 'x')}, {.codec = codec});
    const Bytes bomb = batch_of({std::string(400'000, 'x')}, {.codec = codec});
    const Bytes plain = batch_of({"plain"});
    const auto none = ErrorCode::none, too_large = ErrorCode::message_too_large;
    CHECK(errors_of(story.ask<ProduceResponse>(one_each({packed, plain, packed, packed, plain}))) ==
          std::vector{none, none, none, too_large, none});
    CHECK(errors_of(story.ask<ProduceResponse>(one_each({bomb, plain}))) == std::vector{too_large, none});
    CHECK(errors_of(story.ask<ProduceResponse>(one_each({packed, packed}))) == std::vector{none, none});
  }
}

TEST_CASE("where memory is short for inflating, the producer is asked to try again") {
  Story story({.overrides = {}, .memory = 16 << 20});
  const Bytes packed = batch_of({std::string(3 << 20, 'x')}, {.codec = Codec::zstd});
  const std::size_t others = 14 << 20;
  story.broker.memory.take(others);
  CHECK(story.produce(packed).error_code == ErrorCode::not_enough_replicas);
  CHECK(story.broker.events.limits == Names{"mini.memory.limit"});
  story.broker.memory.give_back(others);
  CHECK(story.produce(packed).error_code == ErrorCode::none);
}

TEST_CASE("one answer lists a bounded number of bad records, whatever its partitions are") {
  Story story({}, 3);
  BatchBuilder builder({.codec = Codec::zstd});
  const TimestampMs next_year = story.broker.now.wall.count() + Millis(std::chrono::hours(365 * 24)).count();
  for (std::size_t i = 0; i < bad_records_max - 10; ++i) builder.add({.timestamp = next_year});
  const Bytes bad = builder.build();
  const auto rows = story.ask<ProduceResponse>(one_each({bad, bad, bad})).responses.at(0).partition_responses;
  CHECK(rows.at(0).record_errors.size() == bad_records_max - 10);
  CHECK(rows.at(1).record_errors.size() == 10);
  CHECK(rows.at(2).record_errors.empty());
  for (const auto& row : rows) CHECK(row.error_code == ErrorCode::invalid_timestamp);
}

TEST_CASE("behaviour 17: a record without a key in a compacted topic refuses its whole batch and is named") {
  Story story;
  REQUIRE(story.create("latest", {{"cleanup.policy", "compact"}}).error_code == ErrorCode::none);
  BatchBuilder builder({});
  builder.add({.key = "k", .value = "0"});
  builder.add({.value = "1"});
  builder.add({.key = "k", .value = "2"});
  builder.add({.value = "3"});
  const Bytes batch = builder.build();
  each_version<ProduceRequest>([&](std::int16_t version) {
    const auto row = story.produce(batch, {"latest", 0}, version);
    CHECK(row.error_code == ErrorCode::invalid_record);
    CHECK(row.base_offset == -1);
    if (version < 8) return;
    REQUIRE(row.record_errors.size() == 2);
    CHECK(row.record_errors[0].batch_index == 1);
    CHECK(row.record_errors[1].batch_index == 3);
    CHECK(row.error_message.has_value());
  });
  CHECK(story.list_offset(-1, {"latest", 0}).offset == 0);
}

TEST_CASE(
    "behaviour 18: repeated batches among the last five of an idempotent producer get the offset they had") {
  Story story;
  for (std::int32_t i = 0; i < 7; ++i) CHECK(story.produce(numbered(i)).base_offset == i);
  for (std::int32_t i = 6; i >= 2; --i) {
    INFO("sequence ", i);
    for (int again = 0; again < 3; ++again) {
      const auto row = story.produce(numbered(i));
      CHECK(row.error_code == ErrorCode::none);
      CHECK(row.base_offset == i);
      CHECK(row.log_append_time_ms == 0);  // the batch's own time: odd, but so does Apache Kafka
    }
  }
  for (const std::int32_t sequence : {0, 1, 8, 100}) {
    INFO("sequence ", sequence);
    const auto row = story.produce(numbered(sequence));
    CHECK(row.error_code == ErrorCode::out_of_order_sequence_number);
    CHECK(row.base_offset == -1);
  }
  // Not the same batch: it begins where an earlier one did and ends elsewhere.
  CHECK(story.produce(numbered(5, 0, {"a", "b"})).error_code == ErrorCode::out_of_order_sequence_number);
  CHECK(story.list_offset(-1).offset == 7);
  CHECK(story.broker.events.appends == 7);
}

TEST_CASE("behaviour 18: sequences wrap from 2147483647 to 0") {
  Story story;
  const std::int32_t last = std::numeric_limits<std::int32_t>::max();
  CHECK(story.produce(numbered(last - 1, 0, {"a", "b", "c"})).base_offset == 0);  // last-1, last, 0
  CHECK(story.produce(numbered(2)).error_code == ErrorCode::out_of_order_sequence_number);
  CHECK(story.produce(numbered(1)).base_offset == 3);
  CHECK(story.produce(numbered(last - 1, 0, {"a", "b", "c"})).base_offset == 0);
}

TEST_CASE("the sequences of one producer are counted for each partition alone, and of each producer") {
  Story story({}, 2);
  CHECK(story.produce(numbered(0)).error_code == ErrorCode::none);
  CHECK(story.produce(numbered(0), {"t", 1}).base_offset == 0);
  CHECK(story.produce(numbered(1), {"t", 1}).base_offset == 1);
  CHECK(story.produce(numbered(0, 0, {"v"}, 1001)).base_offset == 1);
}

TEST_CASE("behaviour 19: producer state outlives its records") {
  Story story;
  for (std::int32_t i = 0; i < 3; ++i) story.produce(numbered(i, 0, {"x"}));
  DeleteRecordsRequest request;
  request.topics.push_back({"t", {{0, -1, {}}}, {}});
  REQUIRE(story.ask<DeleteRecordsResponse>(request).topics[0].partitions[0].low_watermark == 3);
  CHECK(story.produce(numbered(2)).base_offset == 2);  // still known: not stored again
  CHECK(story.produce(numbered(4)).error_code == ErrorCode::out_of_order_sequence_number);
  CHECK(story.produce(numbered(3)).base_offset == 3);
}

TEST_CASE("behaviour 19: producer state outlives records that retention removed") {
  Story story;
  REQUIRE(story.create("short", {{"retention.ms", "1000"}}).error_code == ErrorCode::none);
  story.produce(numbered(0), {"short", 0});
  story.broker.advance(300s);
  REQUIRE(story.list_offset(-2, {"short", 0}).offset == 1);
  CHECK(story.produce(numbered(1), {"short", 0}).base_offset == 1);
}

TEST_CASE("behaviour 19: a producer that the partition does not know is accepted at any sequence") {
  Story story;
  CHECK(story.produce(numbered(17)).base_offset == 0);
  CHECK(story.produce(numbered(19)).error_code == ErrorCode::out_of_order_sequence_number);
  CHECK(story.produce(numbered(18)).base_offset == 1);
}

TEST_CASE("behaviour 19: a higher epoch must begin at sequence 0, and a lower one is refused") {
  Story story;
  CHECK(story.produce(numbered(0, 3)).error_code == ErrorCode::none);
  CHECK(story.produce(numbered(1, 4)).error_code == ErrorCode::out_of_order_sequence_number);
  CHECK(story.produce(numbered(1, 3)).error_code == ErrorCode::none);  // what was refused changed nothing
  CHECK(story.produce(numbered(0, 4)).error_code == ErrorCode::none);
  const auto late = story.produce(numbered(2, 3));
  CHECK(late.error_code == ErrorCode::invalid_producer_epoch);
  CHECK(late.log_start_offset == 0);
}

TEST_CASE("a transactional batch is refused: with an id as a transaction that is not, without as forbidden") {
  each_version<ProduceRequest>([](std::int16_t version) {
    Story story({}, 2);
    const Bytes plain = batch_of({"plain"});
    const Bytes transactional =
        batch_of({"x"}, {.producer_id = 1, .producer_epoch = 0, .base_sequence = 0, .transactional = true});
    ProduceRequest request = produce_request(plain);
    request.topic_data[0].partition_data.push_back(
        produce_request(transactional, {"t", 1}).topic_data[0].partition_data[0]);
    auto rows = story.ask<ProduceResponse>(request, version).responses[0].partition_responses;
    CHECK(rows[0].error_code == ErrorCode::transactional_id_authorization_failed);
    CHECK(rows[1].error_code == ErrorCode::transactional_id_authorization_failed);
    request.transactional_id = "payments";
    rows = story.ask<ProduceResponse>(request, version).responses[0].partition_responses;
    CHECK(rows[0].error_code == ErrorCode::none);
    CHECK(rows[1].error_code == ErrorCode::invalid_txn_state);
  });
}

TEST_CASE("acks that are none of -1, 0 and 1 refuse the whole request") {
  each_version<ProduceRequest>([](std::int16_t version) {
    for (const std::int16_t acks : {2, -2, 32767}) {
      Story story;
      const Bytes batch = batch_of({"a"});
      const auto answer = story.ask<ProduceResponse>(produce_request(batch, {}, acks), version);
      CHECK(answer.responses[0].partition_responses[0].error_code == ErrorCode::invalid_required_acks);
      CHECK(story.list_offset(-1).offset == 0);
    }
  });
}

TEST_CASE("acks=all asks for min.insync.replicas, and acks=1 does not") {
  Story story;
  REQUIRE(story.create("two", {{"min.insync.replicas", "2"}}).error_code == ErrorCode::none);
  const Bytes batch = batch_of({"a"});
  const auto with_acks = [&](std::int16_t acks) {
    return story.ask<ProduceResponse>(produce_request(batch, {"two", 0}, acks))
        .responses[0]
        .partition_responses[0]
        .error_code;
  };
  CHECK(with_acks(-1) == ErrorCode::not_enough_replicas);
  CHECK(with_acks(1) == ErrorCode::none);
}

TEST_CASE("a partition that a request names twice is not written at all") {
  Story story({}, 2);
  const Bytes batch = batch_of({"a"});
  ProduceRequest request = produce_request(batch);
  request.topic_data.push_back(request.topic_data[0]);
  request.topic_data.push_back(produce_request(batch, {"t", 1}).topic_data[0]);
  const auto answer = story.ask<ProduceResponse>(request);
  CHECK(answer.responses[0].partition_responses[0].error_code == ErrorCode::invalid_request);
  CHECK(answer.responses[1].partition_responses[0].error_code == ErrorCode::invalid_request);
  CHECK(answer.responses[2].partition_responses[0].error_code == ErrorCode::none);
  CHECK(story.list_offset(-1).offset == 0);
}

TEST_CASE("the broker's own topics cannot be written to") {
  for (const char* name : {"__consumer_offsets", "__transaction_state"}) {
    Story story;
    REQUIRE(story.create(name).error_code == ErrorCode::none);
    story.client.client_id = "__admin_client";
    CHECK(story.produce(batch_of({"a"}), {name, 0}).error_code == ErrorCode::invalid_topic_exception);
  }
}

TEST_CASE(
    "past the memory limit a produce may be tried again, reads go on, and nothing acknowledged is lost") {
  Story story({.overrides = {}, .memory = 3 << 20});
  const Bytes batch = batch_of({std::string(200'000, 'x')});
  Offset stored = 0;
  ErrorCode refused = ErrorCode::none;
  for (int i = 0; i < 100 && !failed(refused); ++i) {
    refused = story.produce(batch).error_code;
    if (!failed(refused)) ++stored;
  }
  CHECK(refused == ErrorCode::not_enough_replicas);
  CHECK(stored > 0);
  CHECK(story.broker.events.limits == Names{"mini.memory.limit"});
  for (Offset offset = 0; offset < stored; ++offset) CHECK(fetched(story, {}, offset).size() >= batch.size());
  CHECK(story.list_offset(-1).offset == stored);
  CHECK(story.remove("t").error_code == ErrorCode::none);
  story.broker.create_topic("t");
  CHECK(story.produce(batch).error_code == ErrorCode::none);
}

TEST_CASE("a produce that names nothing is answered with nothing") {
  each_version<ProduceRequest>([](std::int16_t version) {
    Story story;
    ProduceRequest request;
    request.acks = 1;
    CHECK(story.ask<ProduceResponse>(request, version).responses.empty());
  });
}

}  // namespace mini::broker
