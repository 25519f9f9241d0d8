#include "protocol/records/record.h"

namespace mini::protocol {
namespace {

// A length and that many bytes; -1 is null. Anything below is an error. Inlined, like all that reads a
// record: the reader's position then stays in a register from its first byte to its last.
[[gnu::always_inline]] inline std::optional<std::string_view> nullable_text(Reader& in) {
  const std::int32_t size = in.varint();
  if (size == -1) return std::nullopt;
  if (size < 0) in.fail();
  return as_text(in.take(static_cast<std::size_t>(size)));
}

HeaderView read_one_header(Reader& in) {
  HeaderView header;
  const std::int32_t key_size = in.varint();
  if (key_size < 0) in.fail();
  header.key = as_text(in.take(static_cast<std::size_t>(key_size)));
  header.value = nullable_text(in);
  return header;
}

[[gnu::always_inline]] inline void read_headers(Reader& in, BytesView body, RecordView& record) {
  constexpr std::size_t header_size_min = 2;
  record.header_count = in.varint();
  record.headers_bytes = {};
  if (record.header_count == 0) return;
  if (record.header_count < 0 ||
      static_cast<std::size_t>(record.header_count) > in.remaining() / header_size_min)
    return in.fail();
  record.headers_bytes = body.subspan(in.position());
  for (std::int32_t i = 0; i < record.header_count; ++i) read_one_header(in);
}

// Wraps instead of overflowing: any two numbers may come from outside.
std::int64_t sum(std::int64_t a, std::int64_t b) {
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(a) + static_cast<std::uint64_t>(b));
}

// Nothing unless the fields fill `body` exactly.
[[gnu::always_inline]] inline bool read_record(BytesView body, const BatchHeader& batch, RecordView& record) {
  Reader in(body);
  in.int8();  // attributes: none are in use
  const std::int64_t timestamp_delta = in.varlong();
  record.offset_delta = in.varint();
  record.key = nullable_text(in);
  record.value = nullable_text(in);
  read_headers(in, body, record);
  const bool append_time = batch.timestamp_type() == TimestampType::log_append_time;
  record.timestamp = append_time ? batch.max_timestamp : sum(batch.base_timestamp, timestamp_delta);
  record.offset = sum(batch.base_offset, record.offset_delta);
  return in.ok() && in.at_end();
}

}  // namespace

std::optional<HeaderView> HeaderReader::next() {
  if (left_ <= 0) return std::nullopt;
  --left_;
  return read_one_header(in_);
}

RecordReader::RecordReader(const BatchView& batch, Bytes& room, std::size_t size_max)
    : header_(batch.header()), in_(batch.payload()), left_(batch.header().record_count) {
  const Codec codec = header_.codec();
  if (codec > Codec::zstd) {
    status_ = Status::unsupported_codec;
    return;
  }
  const bool emptied_by_compaction = left_ == 0 && batch.payload().empty();
  if (codec == Codec::none || emptied_by_compaction) return;
  room.clear();
  const Inflated inflated = decompress(codec, batch.payload(), room, size_max);
  if (inflated == Inflated::too_large) status_ = Status::too_large;
  if (inflated == Inflated::broken) status_ = Status::broken_stream;
  in_ = Reader(room);
}

std::optional<RecordView> RecordReader::next() {
  std::optional<RecordView> record(std::in_place);
  if (!next(*record)) record.reset();
  return record;
}

bool RecordReader::next(RecordView& record) {
  if (status_ != Status::ok) return false;
  if (left_ <= 0) return finish(left_ == 0 && in_.at_end() ? Status::ok : Status::broken);
  --left_;
  const std::int32_t size = in_.varint();
  if (size < 0) return finish(Status::broken);
  const BytesView body = in_.take(static_cast<std::size_t>(size));
  if (!in_.ok() || !read_record(body, header_, record)) return finish(Status::broken);
  return true;
}

bool RecordReader::finish(Status status) {
  status_ = status;
  return false;
}

}  // namespace mini::protocol
