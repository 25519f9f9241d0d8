#include "protocol/records/record.h"

#include <doctest/doctest.h>

#include <limits>

#include "tests/support/bytes.h"
#include "tests/support/records.h"

using namespace mini;
using namespace mini::protocol;
using mini::test::OwnedHeader;
using mini::test::OwnedRecord;
using mini::test::records_in;
using mini::test::sealed;
using Status = RecordReader::Status;

namespace {

constexpr std::size_t plenty = 1 << 20;

Bytes counted(const Bytes& payload, std::int32_t record_count) {
  BatchHeader header;
  header.record_count = record_count;
  header.last_offset_delta = record_count - 1;
  return sealed(payload, header);
}

Status status_of(const Bytes& bytes, std::size_t size_max = plenty) {
  const auto batch = BatchView::parse(bytes);
  REQUIRE(batch);
  Bytes room;
  RecordReader records(*batch, room, size_max);
  while (records.next()) {
  }
  CHECK_FALSE(records.next());
  return records.status();
}

}  // namespace

TEST_CASE("every codec gives back every record: null is not empty, headers keep order, repeats and nulls") {
  const std::string binary("\0z\xff", 3);
  const HeaderView headers[] = {
      {"trace", "1"}, {"trace", "2"}, {"trace", std::nullopt}, {"", ""}, {"a", binary}};
  for (std::int8_t codec = 0; codec <= 4; ++codec) {
    CAPTURE(codec);
    BatchBuilder builder({.codec = static_cast<Codec>(codec), .base_offset = 100});
    builder.add({.timestamp = 50, .key = "k", .value = "v"});
    builder.add({.timestamp = 40, .key = std::nullopt, .value = std::nullopt});
    builder.add({.timestamp = 60, .key = "", .value = "", .headers = headers});
    CHECK(records_in(builder.build()) ==
          std::vector<OwnedRecord>{
              {100, 50, "k", "v", {}},
              {101, 40, std::nullopt, std::nullopt, {}},
              {102,
               60,
               "",
               "",
               {{"trace", "1"}, {"trace", "2"}, {"trace", std::nullopt}, {"", ""}, {"a", binary}}},
          });
  }
}

TEST_CASE("room serves for one batch after another") {
  Bytes room = mini::test::bytes_of("left from before");
  for (const Codec codec : {Codec::gzip, Codec::snappy, Codec::lz4, Codec::zstd}) {
    CAPTURE(name_of(codec));
    const Bytes bytes = test::batch_of({"a", "b"}, {.codec = codec});
    RecordReader records(*BatchView::parse(bytes), room, plenty);
    CHECK(records.next()->value == "a");
    CHECK(records.next()->value == "b");
    CHECK_FALSE(records.next());
    CHECK(records.status() == Status::ok);
  }
}

TEST_CASE("an uncompressed batch is read in place") {
  const Bytes bytes = test::batch_of({"word"});
  Bytes room;
  RecordReader records(*BatchView::parse(bytes), room, 0);
  const auto record = records.next();
  REQUIRE(record);
  const auto* at = reinterpret_cast<const std::uint8_t*>(record->value->data());
  CHECK(at > bytes.data());
  CHECK(at < bytes.data() + bytes.size());
  CHECK(room.capacity() == 0);
}

TEST_CASE("a batch that compaction emptied has no records and keeps its last offset") {
  BatchHeader header;
  header.base_offset = 10;
  header.last_offset_delta = 4;
  for (std::int16_t attributes = 0; attributes <= 4; ++attributes) {
    CAPTURE(attributes);
    header.attributes = attributes;
    const Bytes bytes = sealed(Bytes{}, header);
    CHECK(status_of(bytes) == Status::ok);
    CHECK(records_in(bytes).empty());
    CHECK(BatchView::parse(bytes)->header().next_offset() == 15);
  }
}

TEST_CASE("records whose lengths do not add up are broken") {
  const struct {
    const char* what;
    Bytes payload;
    std::int32_t record_count;
    Status status;
  } rows[] = {
      {"the smallest record", {12, 0, 0, 0, 1, 1, 0}, 1, Status::ok},
      {"length one too great", {14, 0, 0, 0, 1, 1, 0}, 1, Status::broken},
      {"length one too great, and a byte there", {14, 0, 0, 0, 1, 1, 0, 0}, 1, Status::broken},
      {"length one too small", {10, 0, 0, 0, 1, 1, 0}, 1, Status::broken},
      {"length zero", {0}, 1, Status::broken},
      {"length -1", {1, 0, 0, 0, 1, 1, 0}, 1, Status::broken},
      {"no record, one announced", {}, 1, Status::broken},
      {"one record, two announced", {12, 0, 0, 0, 1, 1, 0}, 2, Status::broken},
      {"one record, none announced", {12, 0, 0, 0, 1, 1, 0}, 0, Status::broken},
      {"negative count", {12, 0, 0, 0, 1, 1, 0}, -1, Status::broken},
      {"key length -2", {12, 0, 0, 0, 3, 1, 0}, 1, Status::broken},
      {"key beyond the record", {12, 0, 0, 0, 100, 1, 0}, 1, Status::broken},
      {"value length -2", {12, 0, 0, 0, 1, 3, 0}, 1, Status::broken},
      {"value beyond the record", {12, 0, 0, 0, 1, 6, 0}, 1, Status::broken},
      {"header count -1", {12, 0, 0, 0, 1, 1, 1}, 1, Status::broken},
      {"header count beyond the record", {12, 0, 0, 0, 1, 1, 2}, 1, Status::broken},
      {"one header", {16, 0, 0, 0, 1, 1, 2, 0, 1}, 1, Status::ok},
      {"header count 2^31-1", {20, 0, 0, 0, 1, 1, 0xfe, 0xff, 0xff, 0xff, 0x0f}, 1, Status::broken},
      {"header key length -1", {16, 0, 0, 0, 1, 1, 2, 1, 1}, 1, Status::broken},
      {"header key beyond the record", {16, 0, 0, 0, 1, 1, 2, 4, 1}, 1, Status::broken},
      {"header value length -2", {16, 0, 0, 0, 1, 1, 2, 0, 3}, 1, Status::broken},
      {"varint without an end",
       {22, 0, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80},
       1,
       Status::broken},
  };
  for (const auto& row : rows) {
    INFO(row.what);
    CHECK(status_of(counted(row.payload, row.record_count)) == row.status);
  }
}

TEST_CASE("what cannot be inflated says why") {
  Bytes bytes = test::batch_of({"some", "words"}, {.codec = Codec::gzip});
  CHECK(status_of(bytes, 3) == Status::too_large);
  bytes[61 + 12] ^= 0xff;
  CHECK(status_of(bytes) == Status::broken_stream);
  for (const int number : {5, 6, 7}) {
    CAPTURE(number);
    bytes[22] = static_cast<std::uint8_t>(number);
    CHECK(status_of(bytes) == Status::unsupported_codec);
  }
}

TEST_CASE("any flipped bit of the records is read without harm") {
  const HeaderView headers[] = {{"h", "1"}, {"i", std::nullopt}};
  BatchBuilder builder(BatchOptions{});
  builder.add({.timestamp = 1, .key = "key", .value = "value", .headers = headers});
  builder.add({.timestamp = 2, .key = "yek", .value = "eulav"});
  const Bytes good = builder.build();
  for (std::size_t at = 57; at < good.size(); ++at)
    for (int bit = 0; bit < 8; ++bit) {
      Bytes bytes = good;
      bytes[at] ^= static_cast<std::uint8_t>(1 << bit);
      CAPTURE(at);
      REQUIRE(records_in(bytes).size() <= 2);
    }
}

TEST_CASE("times and offsets from outside wrap instead of overflowing") {
  BatchHeader header;
  header.base_offset = std::numeric_limits<Offset>::max();
  header.base_timestamp = std::numeric_limits<TimestampMs>::max();
  header.record_count = 1;
  const auto records = records_in(sealed(Bytes{12, 0, 2, 2, 1, 1, 0}, header));
  REQUIRE(records.size() == 1);
  CHECK(records[0].timestamp == std::numeric_limits<TimestampMs>::min());
  CHECK(records[0].offset == std::numeric_limits<Offset>::min());
}
