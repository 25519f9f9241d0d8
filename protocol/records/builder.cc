#include "protocol/records/builder.h"

#include <algorithm>
#include <cassert>
#include <cstring>

#include "protocol/wire/crc32c.h"

namespace mini::protocol {
namespace {

std::size_t text_size(std::optional<std::string_view> text) {
  return text ? varint_size(static_cast<std::int64_t>(text->size())) + text->size() : varint_size(-1);
}

// Writes to memory whose size the caller has reckoned before.
class Pen {
 public:
  explicit Pen(std::uint8_t* at) : at_(at) {}
  const std::uint8_t* at() const { return at_; }

  void int8(std::int8_t value) { *at_++ = static_cast<std::uint8_t>(value); }
  void int16(std::int16_t value) { put(__builtin_bswap16(static_cast<std::uint16_t>(value))); }
  void int32(std::int32_t value) { uint32(static_cast<std::uint32_t>(value)); }
  void uint32(std::uint32_t value) { put(__builtin_bswap32(value)); }
  void int64(std::int64_t value) { put(__builtin_bswap64(static_cast<std::uint64_t>(value))); }

  // The zigzag varints of 32 and of 64 bits look alike.
  void varint(std::int64_t value) {
    std::uint64_t rest = zigzag(value);
    for (; rest >= 0x80; rest >>= 7) *at_++ = static_cast<std::uint8_t>(rest | 0x80);
    *at_++ = static_cast<std::uint8_t>(rest);
  }
  void text(std::optional<std::string_view> text) {
    if (!text) return varint(-1);
    varint(static_cast<std::int64_t>(text->size()));
    if (!text->empty()) std::memcpy(at_, text->data(), text->size());
    at_ += text->size();
  }

 private:
  template <class T>
  void put(T value) {
    std::memcpy(at_, &value, sizeof(value));
    at_ += sizeof(value);
  }

  std::uint8_t* at_;
};

std::int16_t attributes_of(const BatchOptions& options) {
  const int type = options.timestamp_type == TimestampType::log_append_time ? 0x08 : 0;
  const int transaction = (options.transactional ? 0x10 : 0) | (options.control ? 0x20 : 0);
  return static_cast<std::int16_t>(static_cast<int>(options.codec) | type | transaction);
}

BatchHeader header_of(const BatchOptions& options) {
  BatchHeader header;
  header.base_offset = options.base_offset;
  header.partition_leader_epoch = options.leader_epoch;
  header.attributes = attributes_of(options);
  header.producer_id = options.producer_id;
  header.producer_epoch = options.producer_epoch;
  header.base_sequence = options.base_sequence;
  return header;
}

}  // namespace

std::size_t record_content_size(const NewRecord& record) {
  std::size_t size = text_size(record.key) + text_size(record.value);
  size += varint_size(static_cast<std::int64_t>(record.headers.size()));
  for (const HeaderView& header : record.headers) size += text_size(header.key) + text_size(header.value);
  return size;
}

std::size_t record_size(const NewRecord& record, std::int32_t offset_delta, TimestampMs base_timestamp) {
  const std::int64_t delta = timestamp_delta(record.timestamp, base_timestamp);
  return record_size(record_body_size(record_content_size(record), offset_delta, delta));
}

void encode_record(const NewRecord& record, std::int32_t offset_delta, TimestampMs base_timestamp,
                   Bytes& out) {
  const std::int64_t delta = timestamp_delta(record.timestamp, base_timestamp);
  const std::size_t body = record_body_size(record_content_size(record), offset_delta, delta);
  const std::size_t before = out.size();
  out.resize(before + record_size(body));
  encode_record(record, offset_delta, delta, body, out.data() + before);
}

std::uint8_t* encode_record(const NewRecord& record, std::int32_t offset_delta, std::int64_t delta,
                            std::size_t body_size, std::uint8_t* at) {
  Pen pen(at);
  pen.varint(static_cast<std::int64_t>(body_size));
  pen.int8(0);  // attributes: none are in use
  pen.varint(delta);
  pen.varint(offset_delta);
  pen.text(record.key);
  pen.text(record.value);
  pen.varint(static_cast<std::int64_t>(record.headers.size()));
  for (const HeaderView& header : record.headers) {
    pen.text(header.key);
    pen.text(header.value);
  }
  assert(pen.at() == at + record_size(body_size));
  return at + record_size(body_size);
}

void seal_batch(std::uint8_t* batch, std::size_t size, const BatchHeader& header) {
  const BytesView whole[] = {BytesView(batch, size)};
  seal_batch(batch, whole, header);
}

void seal_batch(std::uint8_t* batch, std::span<const BytesView> pieces, const BatchHeader& header) {
  assert(!pieces.empty() && pieces[0].data() == batch && pieces[0].size() >= batch_header_size);
  std::size_t size = 0;
  for (const BytesView piece : pieces) size += piece.size();
  Pen pen(batch);
  pen.int64(header.base_offset);
  pen.int32(static_cast<std::int32_t>(size - batch_prefix_size));
  pen.int32(header.partition_leader_epoch);
  pen.int8(header.magic);
  Pen crc_place = pen;
  pen.uint32(0);
  pen.int16(header.attributes);
  pen.int32(header.last_offset_delta);
  pen.int64(header.base_timestamp);
  pen.int64(header.max_timestamp);
  pen.int64(header.producer_id);
  pen.int16(header.producer_epoch);
  pen.int32(header.base_sequence);
  pen.int32(header.record_count);
  std::uint32_t crc = crc32c(pieces[0].subspan(batch_crc_covers_from));
  for (const BytesView piece : pieces.subspan(1)) crc = crc32c(piece, crc);
  crc_place.uint32(crc);
}

void BatchBuilder::add(const NewRecord& record) {
  if (count_ == 0) base_timestamp_ = max_timestamp_ = record.timestamp;
  max_timestamp_ = std::max(max_timestamp_, record.timestamp);
  encode_record(record, count_, base_timestamp_, records_);
  ++count_;
}

Bytes BatchBuilder::build() const {
  Bytes batch;
  batch.reserve(size_estimate());
  batch.resize(batch_header_size);
  compress(options_.codec, records_, batch);
  BatchHeader header = header_of(options_);
  header.last_offset_delta = count_ - 1;
  header.base_timestamp = base_timestamp_;
  header.max_timestamp = max_timestamp_;
  header.record_count = count_;
  seal_batch(batch.data(), batch.size(), header);
  return batch;
}

Bytes build_control_batch(ControlType type, ProducerId id, ProducerEpoch epoch, Offset base_offset,
                          TimestampMs timestamp, std::int32_t coordinator_epoch) {
  const std::int16_t version = 0;
  char key[4];
  char value[6];
  Pen key_pen(reinterpret_cast<std::uint8_t*>(key));
  key_pen.int16(version);
  key_pen.int16(static_cast<std::int16_t>(type));
  Pen value_pen(reinterpret_cast<std::uint8_t*>(value));
  value_pen.int16(version);
  value_pen.int32(coordinator_epoch);
  BatchBuilder builder({.base_offset = base_offset,
                        .producer_id = id,
                        .producer_epoch = epoch,
                        .transactional = true,
                        .control = true});
  builder.add({.timestamp = timestamp,
               .key = std::string_view(key, sizeof(key)),
               .value = std::string_view(value, sizeof(value))});
  return builder.build();
}

std::optional<ControlType> control_type(const RecordView& record) {
  if (!record.key) return std::nullopt;
  Reader in(as_bytes(*record.key));
  const std::int16_t version = in.int16();
  const std::int16_t type = in.int16();
  if (!in.ok() || version < 0 || (type != 0 && type != 1)) return std::nullopt;
  return static_cast<ControlType>(type);
}

}  // namespace mini::protocol
