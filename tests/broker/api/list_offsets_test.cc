#include "tests/support/broker_story.h"

// Behaviour 25: offsets by time and by name.
namespace mini::broker {

namespace {

// Times: 30 10 50 | 20 50 40 | 60, in three batches.
void unsorted_times(Story& story, Codec codec) {
  const std::vector<std::vector<TimestampMs>> batches = {{30, 10, 50}, {20, 50, 40}, {60}};
  for (const auto& times : batches) {
    BatchBuilder builder({.codec = codec});
    for (const TimestampMs time : times) builder.add({.timestamp = time, .value = "v"});
    REQUIRE(story.produce(builder.build()).error_code == ErrorCode::none);
  }
}

}  // namespace

TEST_CASE("behaviour 25: -2 is the log start and -1 the high watermark, with either isolation level") {
  each_version<ListOffsetsRequest>([](std::int16_t version) {
    Story story;
    for (int i = 0; i < 3; ++i) story.produce(batch_of({"a", "b"}));
    DeleteRecordsRequest deletion;
    deletion.topics.push_back({"t", {{0, 3, {}}}, {}});
    story.ask<DeleteRecordsResponse>(deletion);
    for (const std::int8_t isolation : {0, 1}) {
      if (version < 2 && isolation == 1) continue;  // it has no such field
      const auto at = [&](TimestampMs timestamp) {
        ListOffsetsRequest request = list_offsets_request(timestamp);
        request.isolation_level = isolation;
        return story.ask<ListOffsetsResponse>(request, version).topics[0].partitions[0];
      };
      CHECK(at(-2).offset == 3);
      CHECK(at(-1).offset == 6);
      CHECK(at(-1).timestamp == -1);
      CHECK(at(-1).leader_epoch == (version >= 4 ? 0 : -1));
    }
  });
}

TEST_CASE(
    "behaviour 25: a time gives the first record by offset whose time is equal or later, inside batches of "
    "any codec") {
  for (const Codec codec : {Codec::none, Codec::gzip, Codec::snappy, Codec::lz4, Codec::zstd}) {
    Story story;
    unsorted_times(story, codec);
    each_version<ListOffsetsRequest>([&](std::int16_t version) {
      struct Row {
        TimestampMs asked;
        Offset offset;
        TimestampMs timestamp;
      };
      for (const Row& row : {Row{0, 0, 30}, Row{10, 0, 30}, Row{30, 0, 30}, Row{31, 2, 50}, Row{50, 2, 50},
                             Row{51, 6, 60}, Row{60, 6, 60}, Row{61, -1, -1}}) {
        INFO("codec ", int(codec), ", time ", row.asked);
        const auto found = story.list_offset(row.asked, {}, version);
        CHECK(found.error_code == ErrorCode::none);
        CHECK(found.offset == row.offset);
        CHECK(found.timestamp == row.timestamp);
      }
    });
  }
}

TEST_CASE("behaviour 25: a time finds a record in the middle of a batch whose earlier records are older") {
  for (const Codec codec : {Codec::none, Codec::gzip, Codec::snappy, Codec::lz4, Codec::zstd}) {
    INFO("codec ", int(codec));
    Story story;
    unsorted_times(story, codec);
    DeleteRecordsRequest request;
    request.topics.push_back({"t", {{0, 3, {}}}, {}});
    story.ask<DeleteRecordsResponse>(request);
    CHECK(story.list_offset(25).offset == 4);  // 20 is too early, then comes 50
    CHECK(story.list_offset(25).timestamp == 50);
  }
}

TEST_CASE("behaviour 25: -3 is the record with the greatest time") {
  Story story;
  unsorted_times(story, Codec::lz4);
  story.produce(batch_of({"late in offset, early in time"}, {}, 5));
  for (std::int16_t version = 7; version <= 10; ++version) {
    const auto found = story.list_offset(-3, {}, version);
    CHECK(found.offset == 6);
    CHECK(found.timestamp == 60);
    CHECK(found.leader_epoch == 0);
  }
}

TEST_CASE(
    "behaviour 25: in an empty partition the start and the end are 0, and no time is found, without an "
    "error") {
  each_version<ListOffsetsRequest>([](std::int16_t version) {
    Story story;
    for (const TimestampMs timestamp : {-1, -2}) CHECK(story.list_offset(timestamp, {}, version).offset == 0);
    for (const TimestampMs timestamp : {-3, 0, 5}) {
      if (version < 7 && timestamp == -3) continue;
      INFO("timestamp ", timestamp);
      const auto found = story.list_offset(timestamp, {}, version);
      CHECK(found.error_code == ErrorCode::none);
      CHECK(found.offset == -1);
      CHECK(found.timestamp == -1);
      CHECK(found.leader_epoch == -1);
    }
  });
}

TEST_CASE("special times are served from the version that has them, and unknown ones refused") {
  each_version<ListOffsetsRequest>([](std::int16_t version) {
    Story story;
    story.produce(batch_of({"a"}, {}, 9));
    const std::pair<TimestampMs, int> served_from[] = {{-1, 1}, {-2, 1}, {-3, 7}, {-4, 8}, {-5, 9}};
    for (const auto& row : served_from) {
      INFO("timestamp ", row.first);
      CHECK(story.list_offset(row.first, {}, version).error_code ==
            (version >= row.second ? ErrorCode::none : ErrorCode::unsupported_version));
    }
    if (version >= 8) CHECK(story.list_offset(-4, {}, version).offset == 0);
    if (version >= 9) CHECK(story.list_offset(-5, {}, version).offset == -1);
    for (const TimestampMs timestamp : {TimestampMs{-6}, TimestampMs{-99}})
      CHECK(story.list_offset(timestamp, {}, version).error_code == ErrorCode::unsupported_version);
  });
}

TEST_CASE("a partition that ListOffsets names twice is refused, in one row") {
  each_version<ListOffsetsRequest>([](std::int16_t version) {
    Story story({}, 2);
    ListOffsetsRequest request = list_offsets_request(-1);
    request.topics[0].partitions.push_back({0, no_leader_epoch, -2, 1, {}});
    request.topics[0].partitions.push_back({1, no_leader_epoch, -1, 1, {}});
    const auto rows = story.ask<ListOffsetsResponse>(request, version).topics[0].partitions;
    REQUIRE(rows.size() == 2);
    CHECK(rows[0].error_code == ErrorCode::invalid_request);
    CHECK(rows[1].error_code == ErrorCode::none);
  });
}

TEST_CASE("what does not exist has no offsets, in every version") {
  each_version<ListOffsetsRequest>([](std::int16_t version) {
    Story story;
    for (const Place& place : {Place{"missing", 0}, Place{"t", 1}, Place{"t", -1}}) {
      const auto row = story.list_offset(-1, place, version);
      CHECK(row.error_code == ErrorCode::unknown_topic_or_partition);
      CHECK(row.offset == -1);
      CHECK(row.timestamp == -1);
    }
    if (version < 2) return;
    ListOffsetsRequest odd = list_offsets_request(-1);
    odd.isolation_level = 7;
    CHECK(story.ask<ListOffsetsResponse>(odd, version).topics[0].partitions[0].error_code ==
          ErrorCode::invalid_request);
  });
}

TEST_CASE("behaviour 26: a leader epoch above the broker's is unknown to ListOffsets") {
  for (std::int16_t version = 4; version <= 10; ++version) {
    Story story;
    const auto with_epoch = [&](LeaderEpoch epoch) {
      return story.ask<ListOffsetsResponse>(list_offsets_request(-1, {}, epoch), version)
          .topics[0]
          .partitions[0]
          .error_code;
    };
    CHECK(with_epoch(0) == ErrorCode::none);
    CHECK(with_epoch(1) == ErrorCode::unknown_leader_epoch);
  }
}

}  // namespace mini::broker
