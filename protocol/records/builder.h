#pragma once

#include <bit>
#include <span>

#include "protocol/records/record.h"

// Builds one record batch.
//
//   BatchBuilder builder({.codec = Codec::lz4});
//   builder.add({.timestamp = now, .key = "k", .value = "v"});
//   Bytes batch = std::move(builder).build();
//
// The first record's timestamp becomes the base timestamp. Offsets are base_offset, base_offset + 1, ... .
namespace mini::protocol {

struct BatchOptions {
  Codec codec = Codec::none;
  Offset base_offset = 0;
  LeaderEpoch leader_epoch = no_leader_epoch;
  TimestampType timestamp_type = TimestampType::create_time;
  ProducerId producer_id = no_producer_id;
  ProducerEpoch producer_epoch = no_producer_epoch;
  std::int32_t base_sequence = -1;
  bool transactional = false;
  bool control = false;
};

struct NewRecord {
  TimestampMs timestamp = 0;
  std::optional<std::string_view> key = {};
  std::optional<std::string_view> value = {};
  std::span<const HeaderView> headers = {};
};

class BatchBuilder {
 public:
  explicit BatchBuilder(const BatchOptions& options) : options_(options) {}

  void add(const NewRecord& record);
  std::int32_t count() const { return count_; }
  std::size_t size_estimate() const { return batch_header_size + records_.size(); }  // before compression
  Bytes build() const;

 private:
  BatchOptions options_;
  Bytes records_;
  std::int32_t count_ = 0;
  TimestampMs base_timestamp_ = 0;
  TimestampMs max_timestamp_ = no_timestamp;
};

inline std::uint64_t zigzag(std::int64_t value) {
  return (static_cast<std::uint64_t>(value) << 1) ^ static_cast<std::uint64_t>(value >> 63);
}
// Of a zigzag varint; those of 32 and of 64 bits look alike.
inline std::size_t varint_size(std::int64_t value) {
  return (static_cast<std::size_t>(std::bit_width(zigzag(value) | 1)) + 6) / 7;
}

// The exact size of a record inside a batch.
std::size_t record_size(const NewRecord& record, std::int32_t offset_delta, TimestampMs base_timestamp);
// Appends the encoded record to `out`.
void encode_record(const NewRecord& record, std::int32_t offset_delta, TimestampMs base_timestamp,
                   Bytes& out);
// The same for those who encode straight into memory of theirs:
//
//   const std::size_t content = record_content_size(record);              // wherever it will lie
//   const std::size_t body = record_body_size(content, offset_delta, timestamp_delta);
//   if (record_size(body) <= room) at = encode_record(record, offset_delta, timestamp_delta, body, at);
std::size_t record_content_size(const NewRecord& record);  // key, value and headers
inline std::size_t record_body_size(std::size_t content_size, std::int32_t offset_delta,
                                    std::int64_t timestamp_delta) {
  return 1 + varint_size(timestamp_delta) + varint_size(offset_delta) + content_size;
}
inline std::size_t record_size(std::size_t body_size) {  // with its own length in front
  return varint_size(static_cast<std::int64_t>(body_size)) + body_size;
}
std::uint8_t* encode_record(const NewRecord& record, std::int32_t offset_delta, std::int64_t timestamp_delta,
                            std::size_t body_size, std::uint8_t* at);
// From the base timestamp; wraps where the two are too far apart.
inline std::int64_t timestamp_delta(TimestampMs timestamp, TimestampMs base_timestamp) {
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(timestamp) -
                                   static_cast<std::uint64_t>(base_timestamp));
}
// Fills in the 61 bytes of the header of a batch whose records lie behind them: length and checksum are made
// from the bytes; the rest, magic and attributes too, is taken from `header`. The bytes may lie in several
// pieces; the header is the beginning of the first.
void seal_batch(std::uint8_t* batch, std::size_t size, const BatchHeader& header);
void seal_batch(std::uint8_t* batch, std::span<const BytesView> pieces, const BatchHeader& header);

// Control records end a transaction (KIP-98): key {version, type}, value {version, coordinator epoch}.
enum class ControlType : std::int16_t { abort = 0, commit = 1 };
Bytes build_control_batch(ControlType type, ProducerId id, ProducerEpoch epoch, Offset base_offset,
                          TimestampMs timestamp, std::int32_t coordinator_epoch);
std::optional<ControlType> control_type(const RecordView& record);

}  // namespace mini::protocol
