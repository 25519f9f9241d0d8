#include "protocol/records/validate.h"

#include <doctest/doctest.h>

#include <functional>
#include <limits>

#include "tests/support/allocation_watch.h"
#include "tests/support/bytes.h"
#include "tests/support/records.h"

using namespace mini;
using namespace mini::protocol;
using mini::test::batch_of;
using mini::test::bytes_of;
using mini::test::noise;

namespace {

constexpr TimestampMs now = 1'700'000'000'000;
constexpr std::int64_t hour_ms = 3'600'000;

Verdict judged(BytesView bytes, JudgeOptions options = {}) {
  if (options.now == 0) options.now = now;
  return judge_produced(Records(Slice(bytes)), options);
}

ErrorCode error_of(BytesView bytes, const JudgeOptions& options = {}) {
  const Verdict verdict = judged(bytes, options);
  CHECK(failed(verdict.error) != verdict.batch.has_value());
  CHECK(failed(verdict.error) != verdict.message.empty());
  return verdict.error;
}

// A batch of three records, for which any lie in the header gets a right checksum.
Bytes forged(const std::function<void(BatchHeader&)>& lie, Codec codec = Codec::none) {
  Bytes bytes = batch_of({"a", "b", "c"}, {.codec = codec}, now);
  BatchHeader header = BatchView::parse(bytes)->header();
  lie(header);
  seal_batch(bytes.data(), bytes.size(), header);
  return bytes;
}

// A batch around any bytes that are said to be `record_count` records.
Bytes around(const Bytes& payload, std::int32_t record_count, Codec codec = Codec::none) {
  BatchHeader header;
  header.attributes = static_cast<std::int16_t>(codec);
  header.record_count = record_count;
  header.last_offset_delta = record_count - 1;
  return mini::test::sealed(payload, header);
}

Bytes packed(const Bytes& payload, std::int32_t record_count, Codec codec) {
  Bytes compressed;
  compress(codec, payload, compressed);
  return around(compressed, record_count, codec);
}

Bytes with_length(std::int32_t length) {
  Bytes bytes = batch_of({"a", "b", "c"});
  for (std::size_t i = 0; i < 4; ++i)
    bytes[8 + i] = static_cast<std::uint8_t>(static_cast<std::uint32_t>(length) >> (24 - 8 * i));
  return bytes;
}

Bytes with_byte(std::size_t at, int value) {
  Bytes bytes = batch_of({"a", "b", "c"});
  bytes[at] = static_cast<std::uint8_t>(value);
  return bytes;
}

Bytes twice(Bytes bytes) {
  bytes.reserve(bytes.size() * 2);
  bytes.insert(bytes.end(), bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(bytes.size()));
  return bytes;
}

// Records without key and value whose offset deltas are these.
Bytes records_with_deltas(std::initializer_list<std::int32_t> deltas) {
  Bytes payload;
  for (const std::int32_t delta : deltas) encode_record({}, delta, 0, payload);
  return payload;
}

// Records at these times; those of even index have a key.
Bytes batch_at(std::initializer_list<TimestampMs> times, Codec codec = Codec::none) {
  BatchBuilder builder({.codec = codec});
  for (const TimestampMs time : times) {
    const std::optional<std::string_view> key = "k";
    builder.add({.timestamp = time, .key = builder.count() % 2 == 0 ? key : std::nullopt, .value = "v"});
  }
  return builder.build();
}

std::vector<std::int32_t> indexes(const Verdict& verdict) {
  std::vector<std::int32_t> found;
  for (const RecordError& bad : verdict.bad_records) {
    CHECK_FALSE(bad.message.empty());
    found.push_back(bad.batch_index);
  }
  return found;
}

struct Row {
  const char* what;
  Bytes bytes;
  ErrorCode error;
};

void check_rows(const std::vector<Row>& rows) {
  for (const Row& row : rows) {
    INFO(row.what);
    CHECK(error_of(row.bytes) == row.error);
  }
}

}  // namespace

TEST_CASE("a good batch of every codec is taken, and the verdict looks at the very bytes that came") {
  for (std::int8_t codec = 0; codec <= 4; ++codec) {
    CAPTURE(codec);
    const Bytes bytes = batch_of({"a", "b"}, {.codec = static_cast<Codec>(codec)}, now);
    const Verdict verdict = judged(bytes);
    REQUIRE(verdict.error == ErrorCode::none);
    CHECK(verdict.batch->bytes().data() == bytes.data());
    CHECK(verdict.batch->bytes().size() == bytes.size());
    CHECK(verdict.bad_records.empty());
    CHECK(verdict.message.empty());
  }
}

TEST_CASE("judging an uncompressed batch takes no memory") {
  const Bytes bytes = batch_of({"a", "b", "c", "d"}, {}, now);
  const Records records = mini::test::records_field(bytes);
  const mini::test::AllocationWatch watch;
  const Verdict verdict = judge_produced(records, {.now = now});
  CHECK(watch.total() == 0);
  CHECK(verdict.error == ErrorCode::none);
}

TEST_CASE("no batch at all is an invalid record") {
  CHECK(judge_produced(Records::null(), {}).error == ErrorCode::invalid_record);
  CHECK(judge_produced(Records(), {}).error == ErrorCode::invalid_record);
  CHECK(error_of(Bytes{}) == ErrorCode::invalid_record);
}

TEST_CASE("what is not one whole batch of magic 2 is refused") {
  const auto size = static_cast<std::int32_t>(batch_of({"a", "b", "c"}).size());
  check_rows({
      {"two batches", twice(batch_of({"a"})), ErrorCode::invalid_record},
      {"magic 0", with_byte(16, 0), ErrorCode::invalid_record},
      {"magic 1", with_byte(16, 1), ErrorCode::invalid_record},
      {"magic 3", with_byte(16, 3), ErrorCode::corrupt_message},
      {"magic -1", with_byte(16, -1), ErrorCode::corrupt_message},
      {"length 13", with_length(13), ErrorCode::corrupt_message},
      {"length 0", with_length(0), ErrorCode::corrupt_message},
      {"length -1", with_length(-1), ErrorCode::corrupt_message},
      {"length -2^31", with_length(std::numeric_limits<std::int32_t>::min()), ErrorCode::corrupt_message},
      {"length of 60 bytes in all", with_length(48), ErrorCode::corrupt_message},
      {"one byte more than present", with_length(size - 12 + 1), ErrorCode::corrupt_message},
      {"length 2^31-1", with_length(std::numeric_limits<std::int32_t>::max()), ErrorCode::corrupt_message},
      {"a checksum wrong by one bit", with_byte(20, with_byte(0, 0)[20] ^ 1), ErrorCode::corrupt_message},
  });
}

TEST_CASE("a lie in the header is refused though the checksum is right") {
  check_rows({
      {"base offset 5", forged([](auto& h) { h.base_offset = 5; }), ErrorCode::invalid_record},
      {"base offset -1", forged([](auto& h) { h.base_offset = -1; }), ErrorCode::invalid_record},
      {"control bit", forged([](auto& h) { h.attributes = 0x20; }), ErrorCode::invalid_record},
      {"record count 0", forged([](auto& h) { h.record_count = 0; }), ErrorCode::invalid_record},
      {"record count -1", forged([](auto& h) { h.record_count = -1; }), ErrorCode::invalid_record},
      {"record count -2^31",
       forged([](auto& h) { h.record_count = std::numeric_limits<std::int32_t>::min(); }),
       ErrorCode::invalid_record},
      {"count 3, last offset delta 7", forged([](auto& h) { h.last_offset_delta = 7; }),
       ErrorCode::invalid_record},
      {"last offset delta -1", forged([](auto& h) { h.last_offset_delta = -1; }), ErrorCode::invalid_record},
      {"count 0 and last offset delta -1",
       forged([](auto& h) { h.record_count = 0, h.last_offset_delta = -1; }), ErrorCode::invalid_record},
      {"four announced, three there", forged([](auto& h) { h.record_count = 4, h.last_offset_delta = 3; }),
       ErrorCode::invalid_record},
      {"two announced, three there", forged([](auto& h) { h.record_count = 2, h.last_offset_delta = 1; }),
       ErrorCode::invalid_record},
      {"append time bit", forged([](auto& h) { h.attributes = 0x08; }), ErrorCode::invalid_timestamp},
      {"producer id without a sequence", forged([](auto& h) { h.producer_id = 5, h.producer_epoch = 0; }),
       ErrorCode::invalid_record},
      {"producer id and a sequence",
       forged([](auto& h) { h.producer_id = 5, h.producer_epoch = 0, h.base_sequence = 0; }),
       ErrorCode::none},
      {"codec 5", forged([](auto& h) { h.attributes = 5; }), ErrorCode::unsupported_compression_type},
      {"codec 6", forged([](auto& h) { h.attributes = 6; }), ErrorCode::unsupported_compression_type},
      {"codec 7", forged([](auto& h) { h.attributes = 7; }), ErrorCode::unsupported_compression_type},
      {"any leader epoch", forged([](auto& h) { h.partition_leader_epoch = 77; }), ErrorCode::none},
      {"another max timestamp", forged([](auto& h) { h.max_timestamp = 1; }), ErrorCode::none},
  });
}

TEST_CASE("a record whose lengths do not add up is invalid, compressed or not") {
  const struct {
    const char* what;
    Bytes payload;
    ErrorCode error;
  } rows[] = {
      {"the smallest record", {12, 0, 0, 0, 1, 1, 0}, ErrorCode::none},
      {"record length one too great", {14, 0, 0, 0, 1, 1, 0}, ErrorCode::invalid_record},
      {"record length one too small", {10, 0, 0, 0, 1, 1, 0}, ErrorCode::invalid_record},
      {"record length -1", {1, 0, 0, 0, 1, 1, 0}, ErrorCode::invalid_record},
      {"a byte behind the fields", {14, 0, 0, 0, 1, 1, 0, 0}, ErrorCode::invalid_record},
      {"a byte behind the records", {12, 0, 0, 0, 1, 1, 0, 0}, ErrorCode::invalid_record},
      {"header count -1", {12, 0, 0, 0, 1, 1, 1}, ErrorCode::invalid_record},
      {"header count beyond what is there", {12, 0, 0, 0, 1, 1, 4}, ErrorCode::invalid_record},
      {"header key length -1", {16, 0, 0, 0, 1, 1, 2, 1, 1}, ErrorCode::invalid_record},
      {"offset delta 1 first", {12, 0, 0, 2, 1, 1, 0}, ErrorCode::invalid_record},
  };
  for (const auto& row : rows)
    for (std::int8_t number = 0; number <= 4; ++number) {
      const auto codec = static_cast<Codec>(number);
      INFO(row.what);
      CAPTURE(name_of(codec));
      CHECK(error_of(packed(row.payload, 1, codec)) == row.error);
    }
}

TEST_CASE("offsets inside a batch are dense") {
  for (const Codec codec : {Codec::none, Codec::gzip}) {
    CAPTURE(name_of(codec));
    CHECK(error_of(packed(records_with_deltas({0, 1, 2}), 3, codec)) == ErrorCode::none);
    CHECK(error_of(packed(records_with_deltas({0, 2, 1}), 3, codec)) == ErrorCode::invalid_record);
    CHECK(error_of(packed(records_with_deltas({0, 0, 1}), 3, codec)) == ErrorCode::invalid_record);
    CHECK(error_of(packed(records_with_deltas({0, 1, 3}), 3, codec)) == ErrorCode::invalid_record);
    CHECK(error_of(packed(records_with_deltas({0, -1, 2}), 3, codec)) == ErrorCode::invalid_record);
  }
}

TEST_CASE("every record without a key is listed where keys are required") {
  for (const Codec codec : {Codec::none, Codec::lz4}) {
    CAPTURE(name_of(codec));
    const Bytes bytes = batch_at({now, now, now, now, now}, codec);
    CHECK(judged(bytes).error == ErrorCode::none);
    const Verdict verdict = judged(bytes, {.keys_required = true});
    CHECK(verdict.error == ErrorCode::invalid_record);
    CHECK(indexes(verdict) == std::vector<std::int32_t>{1, 3});
    CHECK_FALSE(verdict.batch);
  }
  BatchBuilder empty_key(BatchOptions{});
  empty_key.add({.timestamp = now, .key = "", .value = std::nullopt});
  CHECK(error_of(empty_key.build(), {.keys_required = true}) == ErrorCode::none);
}

TEST_CASE("every record whose time lies outside the window is listed") {
  const Bytes bytes = batch_at({now - 101, now - 100, now, now + 200, now + 201, no_timestamp});
  const JudgeOptions window{.timestamp_before_max_ms = 100, .timestamp_after_max_ms = 200};
  const Verdict verdict = judged(bytes, window);
  CHECK(verdict.error == ErrorCode::invalid_timestamp);
  CHECK(indexes(verdict) == std::vector<std::int32_t>{0, 4});
}

TEST_CASE("by default any old time is taken, and the future up to an hour") {
  constexpr auto least = std::numeric_limits<TimestampMs>::min();
  constexpr auto greatest = std::numeric_limits<TimestampMs>::max();
  const struct {
    TimestampMs timestamp;
    ErrorCode error;
  } rows[] = {
      {0, ErrorCode::none},
      {least, ErrorCode::none},
      {no_timestamp, ErrorCode::none},
      {now + hour_ms, ErrorCode::none},
      {now + hour_ms + 1, ErrorCode::invalid_timestamp},
      {greatest, ErrorCode::invalid_timestamp},
  };
  for (const auto& row : rows) {
    CAPTURE(row.timestamp);
    CHECK(error_of(batch_at({row.timestamp})) == row.error);
  }
  CHECK(error_of(batch_at({greatest}), {.timestamp_after_max_ms = greatest}) == ErrorCode::none);
}

TEST_CASE("a topic with append time does not look at the records' times") {
  const Bytes bytes = batch_at({5, now + 100 * hour_ms, 7});
  const Verdict verdict = judged(bytes, {.timestamp_type = TimestampType::log_append_time});
  CHECK(verdict.error == ErrorCode::none);
  CHECK(verdict.max_timestamp == now);
  CHECK(verdict.max_timestamp_delta == 0);
}

TEST_CASE("a bad time outranks a missing key, and no record is listed twice") {
  const Bytes bytes = batch_at({now, now + 2 * hour_ms, now + 2 * hour_ms, now});
  const Verdict verdict = judged(bytes, {.keys_required = true});
  CHECK(verdict.error == ErrorCode::invalid_timestamp);
  CHECK(indexes(verdict) == std::vector<std::int32_t>{1, 2, 3});
}

TEST_CASE("the list of bad records has a limit") {
  const std::int32_t count = static_cast<std::int32_t>(bad_records_max) + 10;
  BatchBuilder builder({.codec = Codec::zstd});
  for (std::int32_t i = 0; i < count; ++i) builder.add({.timestamp = now});
  const Verdict verdict = judged(builder.build(), {.keys_required = true});
  CHECK(verdict.error == ErrorCode::invalid_record);
  CHECK(verdict.bad_records.size() == bad_records_max);
}

TEST_CASE("the verdict names the first record with the greatest time") {
  const struct {
    std::vector<TimestampMs> times;
    Offset delta;
  } rows[] = {{{5}, 0}, {{5, 5, 5}, 0}, {{1, 9, 9, 3}, 1}, {{3, 2, 4}, 2}, {{-5, -7}, 0}, {{-7, -5, -1}, 2}};
  for (const auto& row : rows) {
    CAPTURE(row.times.size());
    BatchBuilder builder(BatchOptions{});
    for (const TimestampMs time : row.times) builder.add({.timestamp = time});
    const Bytes bytes = builder.build();
    const Verdict verdict = judged(bytes);
    REQUIRE(verdict.error == ErrorCode::none);
    CHECK(verdict.max_timestamp_delta == row.delta);
    CHECK(verdict.max_timestamp == row.times[static_cast<std::size_t>(row.delta)]);
  }
}

TEST_CASE("the whole batch counts for the size limit, to the byte") {
  const Bytes bytes = batch_of({"a", "b"});
  CHECK(error_of(bytes, {.batch_size_max = bytes.size()}) == ErrorCode::none);
  CHECK(error_of(bytes, {.batch_size_max = bytes.size() - 1}) == ErrorCode::message_too_large);

  BatchBuilder at_the_default(BatchOptions{});
  const std::string value(1048588 - 61 - 11, 'x');
  at_the_default.add({.timestamp = now, .value = value});
  const Bytes largest = at_the_default.build();
  REQUIRE(largest.size() == 1048588);
  CHECK(error_of(largest) == ErrorCode::none);
  BatchBuilder one_more(BatchOptions{});
  one_more.add({.timestamp = now, .value = value + "x"});
  CHECK(error_of(one_more.build()) == ErrorCode::message_too_large);
}

TEST_CASE("a bomb is too large") {
  const Bytes zeros(8 << 20, 0);
  for (const Codec codec : {Codec::gzip, Codec::snappy, Codec::lz4, Codec::zstd}) {
    CAPTURE(name_of(codec));
    const Bytes bomb = packed(zeros, 1, codec);
    const mini::test::AllocationWatch watch;
    CHECK(error_of(bomb, {.inflated_size_max = 1 << 20}) == ErrorCode::message_too_large);
    CHECK(watch.largest() <= 1 << 20);
  }
}

TEST_CASE("zstd is refused to a producer that is too old for it") {
  const Bytes bytes = batch_of({"a"}, {.codec = Codec::zstd});
  CHECK(error_of(bytes, {.zstd_allowed = false}) == ErrorCode::unsupported_compression_type);
  CHECK(error_of(batch_of({"a"}, {.codec = Codec::lz4}), {.zstd_allowed = false}) == ErrorCode::none);
}

TEST_CASE("a right checksum over a broken stream is corrupt") {
  for (const Codec codec : {Codec::gzip, Codec::snappy, Codec::lz4, Codec::zstd}) {
    CAPTURE(name_of(codec));
    CHECK(error_of(around(noise(300), 3, codec)) == ErrorCode::corrupt_message);
    CHECK(error_of(around(Bytes{}, 3, codec)) == ErrorCode::corrupt_message);
    Bytes whole;
    compress(codec, records_with_deltas({0, 1, 2}), whole);
    for (std::size_t size = 0; size < whole.size(); ++size) {
      CAPTURE(size);
      const Bytes cut(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));
      CHECK(error_of(around(cut, 3, codec)) == ErrorCode::corrupt_message);
    }
  }
}

TEST_CASE("a batch cut at any byte is corrupt, and nothing at all is invalid") {
  for (const Codec codec : {Codec::none, Codec::gzip}) {
    const Bytes bytes = batch_of({"some", "words"}, {.codec = codec});
    for (std::size_t size = 1; size < bytes.size(); ++size) {
      CAPTURE(size);
      CHECK(error_of(BytesView(bytes).first(size)) == ErrorCode::corrupt_message);
    }
  }
}

TEST_CASE("one flipped bit anywhere is refused, save in the leader epoch") {
  for (const Codec codec : {Codec::none, Codec::snappy}) {
    const Bytes good = batch_of({"a", "b"}, {.codec = codec});
    for (std::size_t at = 0; at < good.size(); ++at)
      for (int bit = 0; bit < 8; ++bit) {
        CAPTURE(at);
        CAPTURE(bit);
        Bytes bytes = good;
        bytes[at] ^= static_cast<std::uint8_t>(1 << bit);
        const bool leader_epoch = at >= 12 && at < 16;
        CHECK(failed(error_of(bytes)) != leader_epoch);
      }
  }
}

TEST_CASE("noise is refused") {
  for (std::uint64_t seed = 1; seed <= 500; ++seed) {
    CAPTURE(seed);
    CHECK(failed(error_of(noise(seed, seed))));
  }
}
