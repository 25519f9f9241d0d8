#include "protocol/records/batch.h"

#include <cstring>

#include "protocol/wire/crc32c.h"
#include "protocol/wire/reader.h"

namespace mini::protocol {
namespace {

constexpr std::size_t leader_epoch_at = 12;
constexpr std::size_t crc_at = 17;
constexpr std::size_t attributes_at = 21;
constexpr std::size_t max_timestamp_at = 35;

BatchHeader read_header(BytesView bytes) {
  Reader in(bytes.first(batch_header_size));
  BatchHeader header;
  header.base_offset = in.int64();
  header.batch_length = in.int32();
  header.partition_leader_epoch = in.int32();
  header.magic = in.int8();
  header.crc = in.uint32();
  header.attributes = in.int16();
  header.last_offset_delta = in.int32();
  header.base_timestamp = in.int64();
  header.max_timestamp = in.int64();
  header.producer_id = in.int64();
  header.producer_epoch = in.int16();
  header.base_sequence = in.int32();
  header.record_count = in.int32();
  return header;
}

void put_int32(std::uint8_t* at, std::uint32_t value) {
  value = __builtin_bswap32(value);
  std::memcpy(at, &value, sizeof(value));
}

void put_int64(std::uint8_t* at, std::int64_t value) {
  const std::uint64_t wire = __builtin_bswap64(static_cast<std::uint64_t>(value));
  std::memcpy(at, &wire, sizeof(wire));
}

}  // namespace

std::int32_t BatchHeader::last_sequence() const {
  if (base_sequence < 0) return base_sequence;
  const std::uint32_t sum =
      static_cast<std::uint32_t>(base_sequence) + static_cast<std::uint32_t>(last_offset_delta);
  return static_cast<std::int32_t>(sum & 0x7fffffff);
}

std::optional<BatchView> BatchView::parse(BytesView bytes) {
  if (bytes.size() < batch_header_size) return std::nullopt;
  BatchView batch;
  batch.header_ = read_header(bytes);
  const BatchHeader& header = batch.header_;
  if (header.magic != current_magic || header.batch_length < 0) return std::nullopt;
  if (header.size() < batch_header_size || header.size() > bytes.size()) return std::nullopt;
  batch.bytes_ = bytes.first(header.size());
  return batch;
}

bool BatchView::crc_matches() const { return crc32c(bytes_.subspan(batch_crc_covers_from)) == header_.crc; }

void set_base_offset(std::uint8_t* batch, Offset base_offset) { put_int64(batch, base_offset); }

void set_leader_epoch(std::uint8_t* batch, LeaderEpoch leader_epoch) {
  put_int32(batch + leader_epoch_at, static_cast<std::uint32_t>(leader_epoch));
}

void set_max_timestamp(std::uint8_t* batch, std::size_t size, TimestampMs max_timestamp) {
  put_int64(batch + max_timestamp_at, max_timestamp);
  put_int32(batch + crc_at, crc32c(BytesView(batch, size).subspan(batch_crc_covers_from)));
}

void set_append_time(std::uint8_t* batch, std::size_t size, TimestampMs append_time) {
  batch[attributes_at + 1] |= 0x08;  // the low byte: attributes are big endian
  set_max_timestamp(batch, size, append_time);
}

}  // namespace mini::protocol
