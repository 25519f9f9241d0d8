#include "protocol/records/builder.h"

#include <doctest/doctest.h>

#include <limits>
#include <string>

#include "tests/support/records.h"

using namespace mini;
using namespace mini::protocol;
using mini::test::records_in;

namespace {

RecordView first_of(const Bytes& bytes, Bytes& room) {
  const auto batch = BatchView::parse(bytes);
  REQUIRE(batch);
  const auto record = RecordReader(*batch, room, 1000).next();
  REQUIRE(record);
  return *record;
}

}  // namespace

TEST_CASE("the first timestamp is the base, the greatest is the greatest") {
  BatchBuilder builder({.base_offset = 7});
  for (const TimestampMs timestamp : {500, 900, 100}) builder.add({.timestamp = timestamp, .value = "x"});
  const Bytes bytes = builder.build();
  const BatchHeader header = BatchView::parse(bytes)->header();
  CHECK(header.base_timestamp == 500);
  CHECK(header.max_timestamp == 900);
  CHECK(header.last_offset() == 9);
  std::vector<TimestampMs> read;
  for (const auto& record : records_in(bytes)) read.push_back(record.timestamp);
  CHECK(read == std::vector<TimestampMs>{500, 900, 100});
}

TEST_CASE("the estimate is the size of an uncompressed batch") {
  BatchBuilder builder(BatchOptions{});
  CHECK(builder.size_estimate() == batch_header_size);
  for (int i = 0; i < 300; ++i) {
    builder.add(
        {.timestamp = i * 1000, .key = "key", .value = std::string(static_cast<std::size_t>(i), 'v')});
    REQUIRE(builder.size_estimate() == builder.build().size());
  }
  CHECK(builder.count() == 300);
}

TEST_CASE("a record has the size that was foretold") {
  const HeaderView headers[] = {{"name", "value"}, {"", std::nullopt}};
  const std::string text(70'000, 't');
  const std::optional<std::string_view> texts[] = {
      std::nullopt,
      "",
      "x",
      std::string_view(text).substr(0, 63),
      std::string_view(text).substr(0, 64),
      std::string_view(text).substr(0, 8191),
      std::string_view(text).substr(0, 8192),
      std::string_view(text),
  };
  constexpr TimestampMs far = std::numeric_limits<TimestampMs>::max();
  for (const auto& key : texts)
    for (const auto& value : texts)
      for (const TimestampMs timestamp :
           {TimestampMs{0}, TimestampMs{-1}, TimestampMs{64}, TimestampMs{8192}, far, -far})
        for (const std::int32_t delta : {0, 63, 64, 2'000'000'000}) {
          const NewRecord record{.timestamp = timestamp, .key = key, .value = value, .headers = headers};
          Bytes out = {1, 2, 3};
          encode_record(record, delta, 0, out);
          REQUIRE(out.size() - 3 == record_size(record, delta, 0));
          REQUIRE(out[2] == 3);
        }
}

TEST_CASE("an append time builder marks its batch") {
  const Bytes bytes = test::batch_of({"x"}, {.timestamp_type = TimestampType::log_append_time}, 77);
  CHECK(BatchView::parse(bytes)->header().timestamp_type() == TimestampType::log_append_time);
  CHECK(records_in(bytes)[0].timestamp == 77);
}

TEST_CASE("a control batch ends a producer's transaction") {
  for (const ControlType type : {ControlType::abort, ControlType::commit}) {
    const Bytes bytes = build_control_batch(type, 9000, 4, 1234, 5678, 2);
    const auto batch = BatchView::parse(bytes);
    REQUIRE(batch);
    CHECK(batch->crc_matches());
    const BatchHeader& header = batch->header();
    CHECK(header.control());
    CHECK(header.transactional());
    CHECK(header.base_offset == 1234);
    CHECK(header.last_offset() == 1234);
    CHECK(header.producer_id == 9000);
    CHECK(header.producer_epoch == 4);
    CHECK(header.base_sequence == -1);
    CHECK(header.max_timestamp == 5678);
    Bytes room;
    const RecordView record = first_of(bytes, room);
    CHECK(control_type(record) == type);
    const char kind = static_cast<char>(type);
    CHECK(*record.key == std::string({0, 0, 0, kind}));
    CHECK(*record.value == std::string({0, 0, 0, 0, 0, 2}));
  }
}

TEST_CASE("a record that is no control record has no control type") {
  const std::optional<std::string_view> keys[] = {
      std::nullopt,
      "",
      std::string_view("\0\0\0", 3),
      std::string_view("\0\0\0\2", 4),
      std::string_view("\xff\xff\0\1", 4),
  };
  for (const auto& key : keys) {
    RecordView record;
    record.key = key;
    CHECK_FALSE(control_type(record));
  }
  RecordView later_version;
  later_version.key = std::string_view("\0\1\0\1", 4);
  CHECK(control_type(later_version) == ControlType::commit);
}
