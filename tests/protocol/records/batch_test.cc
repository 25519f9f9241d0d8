#include "protocol/records/batch.h"

#include <doctest/doctest.h>

#include <limits>

#include "tests/support/records.h"

using namespace mini;
using namespace mini::protocol;
using mini::test::batch_of;
using mini::test::values_in;

namespace {

constexpr std::int32_t last_int32 = std::numeric_limits<std::int32_t>::max();

}  // namespace

TEST_CASE("the header says what the batch was built with") {
  const Bytes bytes = batch_of({"a", "b", "c"},
                               {.codec = Codec::lz4,
                                .base_offset = 40,
                                .leader_epoch = 3,
                                .producer_id = 7001,
                                .producer_epoch = 2,
                                .base_sequence = 15,
                                .transactional = true},
                               1'700'000'000'123);
  const auto batch = BatchView::parse(bytes);
  REQUIRE(batch);
  const BatchHeader& header = batch->header();
  CHECK(header.base_offset == 40);
  CHECK(header.last_offset() == 42);
  CHECK(header.next_offset() == 43);
  CHECK(header.size() == bytes.size());
  CHECK(header.partition_leader_epoch == 3);
  CHECK(header.magic == 2);
  CHECK(header.codec() == Codec::lz4);
  CHECK(header.timestamp_type() == TimestampType::create_time);
  CHECK(header.transactional());
  CHECK_FALSE(header.control());
  CHECK(header.base_timestamp == 1'700'000'000'123);
  CHECK(header.max_timestamp == 1'700'000'000'123);
  CHECK(header.has_producer());
  CHECK(header.producer_id == 7001);
  CHECK(header.producer_epoch == 2);
  CHECK(header.base_sequence == 15);
  CHECK(header.last_sequence() == 17);
  CHECK(header.record_count == 3);
  CHECK(batch->crc_matches());
  CHECK(batch->payload().size() == bytes.size() - 61);
}

// Written down by hand from the layout in the header file; the checksum is the sum of what follows it.
TEST_CASE("a batch is these bytes") {
  const Bytes expected = {
      0,    0,    0,    0,    0,    0,    0,    5,                 // base offset
      0,    0,    0,    58,                                        // length
      0,    0,    0,    9,                                         // leader epoch
      2,                                                           // magic
      0,    0,    0,    0,                                         // checksum, left out
      0,    0,                                                     // attributes
      0,    0,    0,    0,                                         // last offset delta
      0,    0,    0,    0,    0,    0,    1,    0,                 // base timestamp
      0,    0,    0,    0,    0,    0,    1,    0,                 // max timestamp
      0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,  // producer id and epoch
      0xff, 0xff, 0xff, 0xff,                                      // base sequence
      0,    0,    0,    1,                                         // record count
      16,                                                          // record: length 8
      0,    0,    0,                                               // attributes, deltas
      2,    'k',                                                   // key
      2,    'v',                                                   // value
      0,                                                           // headers
  };
  BatchBuilder builder({.base_offset = 5, .leader_epoch = 9});
  builder.add({.timestamp = 256, .key = "k", .value = "v"});
  Bytes bytes = builder.build();
  REQUIRE(bytes.size() == expected.size());
  CHECK(BatchView::parse(bytes)->crc_matches());
  std::fill(bytes.begin() + 17, bytes.begin() + 21, std::uint8_t{0});
  CHECK(bytes == expected);
}

TEST_CASE("a batch cut at any byte is not a batch") {
  const Bytes bytes = batch_of({"some", "words"});
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    CAPTURE(size);
    CHECK_FALSE(BatchView::parse(BytesView(bytes).first(size)));
  }
  CHECK(BatchView::parse(bytes));
}

TEST_CASE("impossible lengths and other magics are not a batch") {
  const Bytes good = batch_of({"word"});
  for (const std::int32_t length : {-1, 0, 13, 48, -2147483647 - 1, 2147483647}) {
    CAPTURE(length);
    Bytes bytes = good;
    for (int i = 0; i < 4; ++i)
      bytes[8 + static_cast<std::size_t>(i)] =
          static_cast<std::uint8_t>(static_cast<std::uint32_t>(length) >> (24 - 8 * i));
    CHECK_FALSE(BatchView::parse(bytes));
  }
  for (const int magic : {-1, 0, 1, 3}) {
    CAPTURE(magic);
    Bytes bytes = good;
    bytes[16] = static_cast<std::uint8_t>(magic);
    CHECK_FALSE(BatchView::parse(bytes));
  }
}

TEST_CASE("what follows a batch is left alone") {
  Bytes two = batch_of({"first"});
  const std::size_t first_size = two.size();
  const Bytes second = batch_of({"second", "third"}, {.base_offset = 1});
  two.insert(two.end(), second.begin(), second.end());
  CHECK(BatchView::parse(two)->bytes().size() == first_size);
  CHECK(values_in(two) == std::vector<std::string>{"first", "second", "third"});
}

TEST_CASE("a flipped bit is noticed, save in the base offset and the leader epoch") {
  const Bytes good = batch_of({"a", "b"});
  for (std::size_t at = 0; at < good.size(); ++at)
    for (int bit = 0; bit < 8; ++bit) {
      CAPTURE(at);
      CAPTURE(bit);
      Bytes bytes = good;
      bytes[at] ^= static_cast<std::uint8_t>(1 << bit);
      const auto batch = BatchView::parse(bytes);
      const bool outside_the_checksum = at < 8 || (at >= 12 && at < 16);
      CHECK((batch && batch->crc_matches()) == outside_the_checksum);
    }
}

TEST_CASE("a broker sets base offset and leader epoch without touching the checksum") {
  Bytes bytes = batch_of({"a", "b"});
  const std::uint32_t crc = BatchView::parse(bytes)->header().crc;
  set_base_offset(bytes.data(), 1'000'000'000'007);
  set_leader_epoch(bytes.data(), 12);
  const auto batch = BatchView::parse(bytes);
  CHECK(batch->header().base_offset == 1'000'000'000'007);
  CHECK(batch->header().partition_leader_epoch == 12);
  CHECK(batch->header().crc == crc);
  CHECK(batch->crc_matches());
}

TEST_CASE("the append time is every record's time, whatever they carry themselves") {
  for (const Codec codec : {Codec::none, Codec::zstd}) {
    CAPTURE(name_of(codec));
    Bytes bytes = batch_of({"a", "b"}, {.codec = codec}, 1000);
    set_append_time(bytes.data(), bytes.size(), 5000);
    const auto batch = BatchView::parse(bytes);
    CHECK(batch->crc_matches());
    CHECK(batch->header().timestamp_type() == TimestampType::log_append_time);
    CHECK(batch->header().max_timestamp == 5000);
    CHECK(batch->header().base_timestamp == 1000);
    CHECK(batch->header().codec() == codec);
    for (const auto& record : test::records_in(bytes)) CHECK(record.timestamp == 5000);
  }
}

TEST_CASE("sequences wrap to zero") {
  const struct {
    std::int32_t base_sequence;
    std::int32_t last_offset_delta;
    std::int32_t last_sequence;
  } rows[] = {
      {0, 0, 0},
      {5, 4, 9},
      {last_int32, 0, last_int32},
      {last_int32, 1, 0},
      {last_int32 - 1, 3, 1},
      {last_int32, last_int32, last_int32 - 1},
      {-1, 3, -1},
  };
  for (const auto& row : rows) {
    CAPTURE(row.base_sequence);
    CAPTURE(row.last_offset_delta);
    BatchHeader header;
    header.base_sequence = row.base_sequence;
    header.last_offset_delta = row.last_offset_delta;
    CHECK(header.last_sequence() == row.last_sequence);
  }
}
