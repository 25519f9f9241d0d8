#include "client/consumer/partition_buffer.h"

#include <doctest/doctest.h>

#include "protocol/records/builder.h"

using namespace mini::client;
using mini::ConsumerRecord;
using mini::Offset;
using mini::Records;
using mini::protocol::BatchBuilder;
using mini::protocol::Bytes;
using mini::protocol::BytesView;
using mini::protocol::Codec;
using mini::protocol::Slice;

namespace {

Bytes batch(Offset base, int count, Codec codec = Codec::none) {
  BatchBuilder builder({.codec = codec, .base_offset = base});
  for (int i = 0; i < count; ++i) {
    const std::string value = "v" + std::to_string(base + i);
    const mini::protocol::HeaderView headers[] = {{"h", value}, {"null", std::nullopt}};
    builder.add({.timestamp = 1000 + base + i, .key = "k", .value = value, .headers = headers});
  }
  return builder.build();
}

Bytes joined(std::initializer_list<Bytes> parts) {
  Bytes all;
  for (const Bytes& part : parts) all.insert(all.end(), part.begin(), part.end());
  return all;
}

Slice shared(Bytes bytes) {
  const auto owner = std::make_shared<const Bytes>(std::move(bytes));
  return Slice(BytesView(*owner), owner);
}

struct Fixture {
  PartitionBuffer buffer{{"t", 4}};
  Offset position = 0;

  std::vector<Offset> take(std::size_t max, mini::Error* error = nullptr) {
    auto taken = std::make_shared<FetchedRecords>();
    const mini::Error problem = buffer.take(max, position, *taken);
    if (error) *error = problem;
    std::vector<Offset> offsets;
    for (const ConsumerRecord& record : Records(taken)) {
      CHECK(record.topic == "t");
      CHECK(record.partition == 4);
      CHECK(*record.value == "v" + std::to_string(record.offset));
      CHECK(record.timestamp.time_since_epoch().count() == 1000 + record.offset);
      std::string headers;
      for (const auto& header : record.headers)
        headers += std::string(header.key) + (header.value ? "=" : "!");
      CHECK(headers == "h=null!");
      offsets.push_back(record.offset);
    }
    CHECK(offsets.size() == taken->count());
    return offsets;
  }
};

}  // namespace

TEST_CASE_FIXTURE(Fixture, "records come out in order, in portions, across batches and codecs") {
  const auto added =
      buffer.add(shared(joined({batch(0, 3), batch(3, 2, Codec::zstd), batch(5, 1, Codec::gzip)})), 0, true);
  CHECK(!added.error);
  CHECK(added.next_offset == 6);
  CHECK(take(2) == std::vector<Offset>{0, 1});
  CHECK(position == 2);
  CHECK(take(2) == std::vector<Offset>{2, 3});
  CHECK(take(10) == std::vector<Offset>{4, 5});
  CHECK(buffer.empty());
  CHECK(take(10).empty());
}

TEST_CASE_FIXTURE(Fixture, "what lies before the position is skipped, never given out twice") {
  position = 2;
  CHECK(buffer.add(shared(joined({batch(0, 4)})), 2, true).next_offset == 4);
  CHECK(take(10) == std::vector<Offset>{2, 3});
  const auto old = buffer.add(shared(joined({batch(0, 2), batch(2, 2)})), 4, true);
  CHECK(old.next_offset == 4);
  CHECK(take(10).empty());
}

TEST_CASE_FIXTURE(Fixture, "a batch cut at any byte is left for the next fetch") {
  const Bytes first = batch(0, 2);
  const Bytes second = batch(2, 2);
  for (std::size_t size = 1; size < second.size(); ++size) {
    PartitionBuffer fresh({"t", 4});
    Bytes cut = joined({first, second});
    cut.resize(first.size() + size);
    const auto added = fresh.add(shared(cut), 0, true);
    CHECK(!added.error);
    CHECK(added.next_offset == 2);
  }
}

TEST_CASE_FIXTURE(Fixture, "records outlive the buffer they came from") {
  auto taken = std::make_shared<FetchedRecords>();
  {
    PartitionBuffer gone({"t", 4});
    gone.add(shared(batch(0, 3, Codec::lz4)), 0, true);
    CHECK(!gone.take(10, position, *taken));
  }
  const Records records(taken);
  taken.reset();
  CHECK(records.size() == 3);
  CHECK(*(*std::next(records.begin(), 2)).value == "v2");
}

TEST_CASE_FIXTURE(Fixture,
                  "a wrong checksum stops the partition with its offset, and what came before is read") {
  Bytes bytes = batch(5, 2), wrong = batch(7, 2);
  wrong.back() ^= 1;
  bytes.insert(bytes.end(), wrong.begin(), wrong.end());
  position = 5;
  CHECK(!buffer.add(shared(bytes), 5, true).error);
  auto taken = std::make_shared<FetchedRecords>();
  const mini::Error error = buffer.take(10, position, *taken);
  CHECK(error.code == mini::kafka_error(2));
  CHECK(error.detail.find("offset 7") != std::string::npos);
  CHECK(taken->count() == 2);
  CHECK(position == 7);
}

TEST_CASE_FIXTURE(Fixture,
                  "a batch that a wrong bit makes end before the position is told, not fetched for ever") {
  Bytes bytes = batch(100, 10);
  bytes[26] = 1;  // the last offset's delta: it seems to end at 101
  position = 105;
  const auto added = buffer.add(shared(bytes), 105, true);
  CHECK(!added.error);
  CHECK(buffer.chunks() == 1);
  auto taken = std::make_shared<FetchedRecords>();
  CHECK(buffer.take(10, position, *taken).code == mini::kafka_error(2));
}

TEST_CASE_FIXTURE(Fixture, "nobody looks at checksums where check.crcs says so") {
  Bytes bytes = batch(7, 2);
  bytes[17] ^= 1;  // of the checksum itself
  position = 7;
  buffer.add(shared(bytes), 7, false);
  auto taken = std::make_shared<FetchedRecords>();
  CHECK(!buffer.take(10, position, *taken));
  CHECK(taken->count() == 2);
}

TEST_CASE_FIXTURE(Fixture, "records that make no sense are an error, whatever the header says") {
  const Bytes whole = batch(0, 2);
  for (std::size_t at = 0; at < whole.size(); ++at)
    for (const int change : {0x01, 0x80, 0xff}) {
      Bytes bytes = whole;
      bytes[at] = static_cast<std::uint8_t>(bytes[at] ^ change);
      PartitionBuffer fresh({"t", 4});
      fresh.add(shared(bytes), 0, false);  // not told apart by the checksum
      FetchedRecords taken;
      Offset from = 0;
      fresh.take(100, from, taken);
      CHECK(taken.count() <= 2);
    }
}

TEST_CASE_FIXTURE(Fixture, "a record count of two thousand million reserves nothing and ends in an error") {
  Bytes bytes = batch(0, 1);
  for (const std::size_t at : {23, 57}) {  // last offset delta, record count
    bytes[at] = 0x7f;
    bytes[at + 1] = bytes[at + 2] = bytes[at + 3] = 0xff;
  }
  buffer.add(shared(bytes), 0, false);
  mini::Error error;
  CHECK(take(10, &error) == std::vector<Offset>{0});
  CHECK(error.code == mini::kafka_error(2));
}

TEST_CASE_FIXTURE(Fixture, "a compressed batch that is a bomb is refused") {
  Bytes bomb(mini::protocol::batch_header_size);
  const Bytes zeros(inflated_size_max + 1);
  mini::protocol::compress(Codec::zstd, zeros, bomb);
  mini::protocol::BatchHeader header;
  header.attributes = static_cast<std::int16_t>(Codec::zstd);
  header.record_count = 1;
  mini::protocol::seal_batch(bomb.data(), bomb.size(), header);
  buffer.add(shared(bomb), 0, true);
  mini::Error error;
  CHECK(take(10, &error).empty());
  CHECK(error.detail.find("inflates to more than") != std::string::npos);
}

TEST_CASE_FIXTURE(Fixture, "control batches are passed over") {
  const Bytes marker =
      mini::protocol::build_control_batch(mini::protocol::ControlType::commit, 1, 0, 1, 0, 0);
  CHECK(buffer.add(shared(joined({batch(0, 1), marker, batch(2, 1)})), 0, true).next_offset == 3);
  CHECK(take(10) == std::vector<Offset>{0, 2});
  CHECK(position == 3);
}

TEST_CASE_FIXTURE(Fixture, "read_committed: what was aborted is passed over, what was committed is not") {
  const auto of = [](Offset base, mini::ProducerId producer, bool transactional) {
    BatchBuilder builder({.base_offset = base, .producer_id = producer, .transactional = transactional});
    for (int i = 0; i < 2; ++i) {
      const std::string value = "v" + std::to_string(base + i);
      const mini::protocol::HeaderView headers[] = {{"h", value}, {"null", std::nullopt}};
      builder.add({.timestamp = 1000 + base + i, .key = "k", .value = value, .headers = headers});
    }
    return builder.build();
  };
  const auto marker = [](Offset at, mini::ProducerId producer, bool commit) {
    using mini::protocol::ControlType;
    return mini::protocol::build_control_batch(commit ? ControlType::commit : ControlType::abort, producer, 0,
                                               at, 0, 0);
  };
  const Bytes bytes = joined({of(0, 7, true), of(2, 8, true), of(4, 7, false), marker(6, 7, false),
                              marker(7, 8, true), of(8, 7, true), marker(10, 7, true), of(11, 9, true)});
  CHECK(!buffer.add(shared(bytes), 0, true, {{9, 11}, {7, 0}}).error);
  CHECK(take(100) == std::vector<Offset>{2, 3, 4, 5, 8, 9});
  CHECK(position == 13);
  PartitionBuffer all({"t", 4});
  all.add(shared(bytes), 0, true);  // nothing is said to be aborted: only the markers are passed over
  FetchedRecords taken;
  Offset from = 0;
  CHECK(!all.take(100, from, taken));
  CHECK(taken.count() == 10);
}

TEST_CASE("records can be had by partition, and keep their memory on their own") {
  auto taken = std::make_shared<FetchedRecords>();
  for (const int partition : {1, 0}) {
    PartitionBuffer each({"t", partition});
    each.add(shared(joined({batch(0, 2), batch(2, 2)})), 0, true);
    Offset from = 0;
    CHECK(!each.take(100, from, *taken));
  }
  Records all(taken);
  CHECK(all.partitions() == std::vector<mini::TopicPartition>{{"t", 0}, {"t", 1}});
  const Records one = all.records({"t", 1});
  CHECK(all.records({"u", 1}).empty());
  all = {};
  taken.reset();
  CHECK(one.size() == 4);
  Offset next = 0;
  for (const ConsumerRecord& record : one) {
    CHECK(record.partition == 1);
    CHECK(record.offset == next++);
  }
}
