#include <doctest/doctest.h>

#include <string>

#include "protocol/records/validate.h"
#include "tests/support/bytes.h"
#include "tests/support/records.h"

// Batches that clients we did not write have made, byte for byte.

using namespace mini;
using namespace mini::protocol;
using mini::test::bytes_of_hex;
using mini::test::OwnedRecord;
using mini::test::records_in;

namespace {

struct Captured {
  Codec codec;
  const char* hex;
};

constexpr TimestampMs first_time = 1'700'000'000'123;
const char* const reading = "2.6;1360;150;11.9;1046;166";

const OwnedRecord first_record{
    0, first_time, "station-1", reading, {{"unit", "mg/m3"}, {"unit", std::nullopt}}};

// Java's client 4.2.0: producer 7001 at epoch 2 from sequence 40 on, leader epoch 5.
const Captured from_java[] = {
    {Codec::none,
     "00000000000000000000007a0000000502bf16f61a0000000000020000018bcfe5687b0000018bcfe5687c0000000000"
     "001b5900020000002800000003740000001273746174696f6e2d3134322e363b313336303b3135303b31312e393b3130"
     "34363b3136360408756e69740a6d672f6d3308756e6974010c0002020100000c000104000100"},
    {Codec::gzip,
     "000000000000000000000088000000050255e436610001000000020000018bcfe5687b0000018bcfe5687c0000000000"
     "001b59000200000028000000031f8b08000000000000ff2b616060102a2e492cc9cccfd3353431d233b336343633b036"
     "340562433d4b6b430313a09099190b47695e6609576eba7eae3198c9c8c3c0c4c4c8c0c0c3c0c8c2c0c800001c3ceb1c"
     "49000000"},
    {Codec::snappy,
     "00000000000000000000009100000005024f3af6c40002000000020000018bcfe5687b0000018bcfe5687c0000000000"
     "001b590002000000280000000382534e415050590000000001000000010000004c49f048740000001273746174696f6e"
     "2d3134322e363b313336303b3135303b31312e393b313034363b3136360408756e69740a6d672f6d3308756e6974010c"
     "0002020100000c000104000100"},
    {Codec::lz4,
     "000000000000000000000089000000050220c07ce30003000000020000018bcfe5687b0000018bcfe5687c0000000000"
     "001b590002000000280000000304224d1860408249000080740000001273746174696f6e2d3134322e363b313336303b"
     "3135303b31312e393b313034363b3136360408756e69740a6d672f6d3308756e6974010c0002020100000c0001040001"
     "0000000000"},
    {Codec::zstd,
     "00000000000000000000008600000005027753fc930004000000020000018bcfe5687b0000018bcfe5687c0000000000"
     "001b590002000000280000000328b52ffd0058480200740000001273746174696f6e2d3134322e363b313336303b3135"
     "303b31312e393b313034363b3136360408756e69740a6d672f6d3308756e6974010c0002020100000c00010400010001"
     "0000"},
};

// kafka-python 2.0.2.
const Captured from_python[] = {
    {Codec::none,
     "0000000000000000000001530000000002f1e7546f0000000000070000018bcfe5687b0000018bcfe56882ffffffffff"
     "ffffffffffffffffff00000008740000001273746174696f6e2d3134322e363b313336303b3135303b31312e393b3130"
     "34363b3136360408756e69740a6d672f6d3308756e697401400002020134322e363b313336303b3135303b31312e393b"
     "313034363b31363600400004040134322e363b313336303b3135303b31312e393b313034363b31363600400006060134"
     "322e363b313336303b3135303b31312e393b313034363b31363600400008080134322e363b313336303b3135303b3131"
     "2e393b313034363b3136360040000a0a0134322e363b313336303b3135303b31312e393b313034363b3136360040000c"
     "0c0134322e363b313336303b3135303b31312e393b313034363b3136360040000e0e0134322e363b313336303b313530"
     "3b31312e393b313034363b31363600"},
    {Codec::gzip,
     "00000000000000000000009e0000000002a4bf4fd00001000000070000018bcfe5687b0000018bcfe56882ffffffffff"
     "ffffffffffffffffff000000081f8b08002657016b02ff2b616060102a2e492cc9cccfd3353431d233b336343633b036"
     "340562433d4b6b430313a09099190b47695e6609576eba7eae3198c9e8c0c0c4c48847078303030b0b01056c6c041470"
     "701050c0c54540010f0f01057c7c78150000eb2ca73322010000"},
    {Codec::snappy,
     "0000000000000000000000b7000000000233fc1f4d0002000000070000018bcfe5687b0000018bcfe56882ffffffffff"
     "ffffffffffffffffff0000000882534e4150505900000000010000000100000072a202f043740000001273746174696f"
     "6e2d3134322e363b313336303b3135303b31312e393b313034363b3136360408756e69740a6d672f6d3308756e697401"
     "400002020134322e365a32001000400004047a21000406067a21000408087a2100040a0a7a2100040c0c7a2100040e0e"
     "722100"},
    {Codec::lz4,
     "0000000000000000000000b8000000000255e79e910003000000070000018bcfe5687b0000018bcfe56882ffffffffff"
     "ffffffffffffffffff0000000804224d18684022010000000000009470000000f126740000001273746174696f6e2d31"
     "34322e363b313336303b3135303b31312e393b313034363b3136360408756e69740a6d672f6d330b006f014000020201"
     "3200085f004000040421000c2f060621000c2f080821000c2f0a0a21000c2f0c0c21000c2f0e0e210005503b31363600"
     "00000000"},
    {Codec::zstd,
     "0000000000000000000000980000000002fbd7c48b0004000000070000018bcfe5687b0000018bcfe56882ffffffffff"
     "ffffffffffffffffff0000000828b52ffd602200ed0200a244111790a53a2a815bb1998f93b9ea763fed5f7758ed76bb"
     "d6646b29951242e718a35049290a89938540a68eb380ccee795f3b03d8cfed38b775e765c63b3107b1034d1854b50308"
     "00e0c6a0c1a0c1a0c1a0c14435baaa50ca428102"},
};

void check_taken(const Bytes& bytes, const Captured& captured) {
  const Verdict verdict = judge_produced(test::records_field(bytes), {.now = first_time});
  CHECK(verdict.error == ErrorCode::none);
  REQUIRE(verdict.batch);
  CHECK(verdict.batch->header().codec() == captured.codec);
}

}  // namespace

TEST_CASE("batches of Java's client are taken and read") {
  for (const Captured& captured : from_java) {
    CAPTURE(name_of(captured.codec));
    const Bytes bytes = bytes_of_hex(captured.hex);
    check_taken(bytes, captured);
    const BatchHeader header = BatchView::parse(bytes)->header();
    CHECK(header.producer_id == 7001);
    CHECK(header.producer_epoch == 2);
    CHECK(header.base_sequence == 40);
    CHECK(header.last_sequence() == 42);
    CHECK(header.partition_leader_epoch == 5);
    CHECK(header.max_timestamp == first_time + 1);
    CHECK(records_in(bytes) == std::vector<OwnedRecord>{
                                   first_record,
                                   {1, first_time + 1, std::nullopt, "", {}},
                                   {2, first_time - 1, "", std::nullopt, {}},
                               });
  }
}

TEST_CASE("batches of kafka-python are taken and read") {
  std::vector<OwnedRecord> expected = {first_record};
  for (int i = 1; i < 8; ++i) expected.push_back({i, first_time + i, std::nullopt, reading, {}});
  for (const Captured& captured : from_python) {
    CAPTURE(name_of(captured.codec));
    const Bytes bytes = bytes_of_hex(captured.hex);
    check_taken(bytes, captured);
    CHECK(records_in(bytes) == expected);
  }
}

TEST_CASE("an uncompressed batch is what Java's client makes of the same records") {
  const HeaderView headers[] = {{"unit", "mg/m3"}, {"unit", std::nullopt}};
  BatchBuilder builder({.leader_epoch = 5, .producer_id = 7001, .producer_epoch = 2, .base_sequence = 40});
  builder.add({.timestamp = first_time, .key = "station-1", .value = reading, .headers = headers});
  builder.add({.timestamp = first_time + 1, .key = std::nullopt, .value = ""});
  builder.add({.timestamp = first_time - 1, .key = "", .value = std::nullopt});
  CHECK(builder.build() == bytes_of_hex(from_java[0].hex));
}
