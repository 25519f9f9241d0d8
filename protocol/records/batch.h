#pragma once

#include <optional>

#include "protocol/ids.h"
#include "protocol/records/compression.h"
#include "protocol/wire/bytes.h"

// Record batch v2: the unit in which records travel, are stored and are read (KIP-98, KIP-82).
//
//   offset  size  field                     offset  size  field
//        0     8  base_offset                   27     8  base_timestamp
//        8     4  batch_length (what follows)   35     8  max_timestamp
//       12     4  partition_leader_epoch        43     8  producer_id
//       16     1  magic (2)                     51     2  producer_epoch
//       17     4  crc, of 21 to the end         53     4  base_sequence
//       21     2  attributes                    57     4  record_count
//       23     4  last_offset_delta             61        records, compressed together
//
// Attributes: bits 0-2 codec, 3 timestamp type (1: append time), 4 transactional, 5 control, 6 delete
// horizon. Base offset and leader epoch lie outside the checksum, so that a broker can set them in stored
// bytes.
namespace mini::protocol {

inline constexpr std::size_t batch_header_size = 61;
inline constexpr std::size_t batch_prefix_size = 12;  // base_offset and batch_length
inline constexpr std::size_t batch_crc_covers_from = 21;
inline constexpr std::int8_t current_magic = 2;

enum class TimestampType : std::int8_t { create_time = 0, log_append_time = 1 };

struct BatchHeader {
  Offset base_offset = 0;
  std::int32_t batch_length = 0;
  LeaderEpoch partition_leader_epoch = no_leader_epoch;
  std::int8_t magic = current_magic;
  std::uint32_t crc = 0;
  std::int16_t attributes = 0;
  std::int32_t last_offset_delta = 0;
  TimestampMs base_timestamp = 0;
  TimestampMs max_timestamp = 0;
  ProducerId producer_id = no_producer_id;
  ProducerEpoch producer_epoch = no_producer_epoch;
  std::int32_t base_sequence = -1;
  std::int32_t record_count = 0;

  Offset last_offset() const { return base_offset + last_offset_delta; }
  Offset next_offset() const { return last_offset() + 1; }
  std::size_t size() const { return batch_prefix_size + static_cast<std::size_t>(batch_length); }
  Codec codec() const { return static_cast<Codec>(attributes & 7); }
  TimestampType timestamp_type() const { return static_cast<TimestampType>((attributes >> 3) & 1); }
  bool transactional() const { return (attributes & 0x10) != 0; }
  bool control() const { return (attributes & 0x20) != 0; }
  bool has_producer() const { return producer_id >= 0; }
  // Sequences wrap from 2147483647 to 0.
  std::int32_t last_sequence() const;
};

// A whole batch in memory that somebody else owns. Made only by `parse`, so that its sizes are settled; the
// checksum and the records inside are looked at when asked for.
class BatchView {
 public:
  // The first batch in `bytes`: nothing where fewer than its `size()` bytes are there, its length is
  // impossible or its magic is not 2. What follows it is left alone.
  static std::optional<BatchView> parse(BytesView bytes);

  const BatchHeader& header() const { return header_; }
  BytesView bytes() const { return bytes_; }                               // header and records
  BytesView payload() const { return bytes_.subspan(batch_header_size); }  // the records, maybe compressed
  bool crc_matches() const;

 private:
  BatchHeader header_;
  BytesView bytes_;
};

// Changes in place what a broker may change in a batch; `batch` holds at least the header.
void set_base_offset(std::uint8_t* batch, Offset base_offset);
void set_leader_epoch(std::uint8_t* batch, LeaderEpoch leader_epoch);
// What a client wrote there may be wrong; makes the checksum anew over `size` bytes.
void set_max_timestamp(std::uint8_t* batch, std::size_t size, TimestampMs max_timestamp);
// For LogAppendTime: sets the type bit and the greatest time, and makes the checksum anew over `size` bytes.
void set_append_time(std::uint8_t* batch, std::size_t size, TimestampMs append_time);

}  // namespace mini::protocol
