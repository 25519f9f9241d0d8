#include <algorithm>
#include <set>

#include "protocol/records/builder.h"
#include "protocol/records/validate.h"
#include "protocol/wire/crc32c.h"
#include "tests/fuzz/fuzz_target.h"

// Record batches, the records inside them and the codecs. The first byte chooses: 0 is a batch as it is, 1 a
// batch whose checksum is made right first, 2 to 6 a stream of one codec.
namespace mini::test {
namespace {

using namespace protocol;

constexpr std::size_t inflated_size_max = std::size_t{1} << 18;
constexpr std::uint8_t first_codec = 2;
constexpr std::size_t codecs = 5;

std::size_t decoded = 0;
std::set<int> kinds;  // 0-4: a codec's records; 5-9: a codec's stream; 10: a batch that is taken

void read_records(const BatchView& batch) {
  Bytes room;
  RecordReader reader(batch, room, inflated_size_max);
  std::int32_t count = 0;
  while (const auto record = reader.next()) {
    ++count;
    HeaderReader headers(*record);
    std::int32_t header_count = 0;
    while (headers.next()) ++header_count;
    must(header_count == record->header_count, "checked headers can be walked");
  }
  must(room.size() <= inflated_size_max, "no more is inflated than allowed");
  if (reader.status() != RecordReader::Status::ok) return;
  must(count == batch.header().record_count, "as many records as announced");
  ++decoded;
  kinds.insert(static_cast<int>(batch.header().codec()));
}

void judge(BytesView bytes) {
  const Verdict verdict =
      judge_produced(Records(Slice(bytes)), {.inflated_size_max = inflated_size_max, .now = 1700000000000});
  must(failed(verdict.error) != verdict.batch.has_value(), "a verdict is an error or a batch");
  if (!verdict.batch) return;
  must(verdict.batch->crc_matches(), "a batch that is taken has a right checksum");
  kinds.insert(10);
}

void try_batch(BytesView bytes) {
  const auto batch = BatchView::parse(bytes);
  judge(bytes);
  if (!batch) return;
  must(batch->bytes().size() <= bytes.size(), "a batch lies within its bytes");
  batch->crc_matches();
  read_records(*batch);
}

void with_right_checksum(BytesView input) {
  Bytes bytes(input.begin(), input.end());
  const auto batch = BatchView::parse(bytes);
  if (!batch) return;
  const std::uint32_t crc = crc32c(batch->bytes().subspan(batch_crc_covers_from));
  for (int i = 0; i < 4; ++i)
    bytes[17 + static_cast<std::size_t>(i)] = static_cast<std::uint8_t>(crc >> (24 - 8 * i));
  try_batch(bytes);
}

void try_stream(Codec codec, BytesView input) {
  Bytes plain;
  const Inflated inflated = decompress(codec, input, plain, inflated_size_max);
  must(plain.size() <= inflated_size_max, "no more comes out than allowed");
  if (inflated != Inflated::ok) return;
  ++decoded;
  kinds.insert(5 + static_cast<int>(codec));
  Bytes packed;
  compress(codec, plain, packed);
  Bytes again;
  must(decompress(codec, packed, again, plain.size()) == Inflated::ok, "what was compressed can be inflated");
  must(again == plain, "what is inflated is what was compressed");
}

}  // namespace

Reached reached() { return {decoded, kinds.size(), 11}; }

}  // namespace mini::test

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace mini::test;
  if (size == 0) return 0;
  const BytesView input(data + 1, size - 1);
  const std::uint8_t choice = data[0];
  if (choice == 0) try_batch(input);
  if (choice == 1) with_right_checksum(input);
  if (choice >= first_codec && choice < first_codec + codecs)
    try_stream(static_cast<Codec>(choice - first_codec), input);
  return 0;
}
