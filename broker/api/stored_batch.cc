#include "broker/api/stored_batch.h"

#include <cassert>
#include <limits>

#include "protocol/records/builder.h"

namespace mini::broker {

using protocol::BatchView;
using protocol::Codec;

namespace {

Codec codec_of(CompressionType wanted, Codec produced) {
  switch (wanted) {
    case CompressionType::producer: return produced;
    case CompressionType::uncompressed: return Codec::none;
    case CompressionType::gzip: return Codec::gzip;
    case CompressionType::snappy: return Codec::snappy;
    case CompressionType::lz4: return Codec::lz4;
    case CompressionType::zstd: return Codec::zstd;
  }
  return produced;
}

void copy_record(protocol::BatchBuilder& builder, const protocol::RecordView& record) {
  std::vector<protocol::HeaderView> headers;
  protocol::HeaderReader reader(record);
  while (auto header = reader.next()) headers.push_back(*header);
  builder.add({record.timestamp, record.key, record.value, headers});
}

protocol::Bytes rebuilt(const BatchView& batch, Codec codec) {
  const protocol::BatchHeader& header = batch.header();
  protocol::BatchOptions options;
  options.codec = codec;
  options.leader_epoch = header.partition_leader_epoch;
  options.timestamp_type = header.timestamp_type();
  options.producer_id = header.producer_id;
  options.producer_epoch = header.producer_epoch;
  options.base_sequence = header.base_sequence;
  protocol::BatchBuilder builder(options);
  protocol::Bytes room;
  // The judge has inflated this batch within its bound already.
  protocol::RecordReader records(batch, room, std::numeric_limits<std::int32_t>::max());
  while (auto record = records.next()) copy_record(builder, *record);
  return std::move(builder).build();
}

protocol::Bytes corrected(const BatchView& batch, TimestampMs max_timestamp) {
  protocol::Bytes bytes(batch.bytes().begin(), batch.bytes().end());
  protocol::set_max_timestamp(bytes.data(), bytes.size(), max_timestamp);
  return bytes;
}

}  // namespace

StoredBatch::StoredBatch(const protocol::Verdict& accepted, const TopicSettings& topic)
    : view_(*accepted.batch) {
  const protocol::BatchHeader& header = view_.header();
  const Codec codec = codec_of(topic.compression_type, header.codec());
  const bool keeps_times = topic.message_timestamp_type == TimestampType::create_time;
  if (codec != header.codec())
    bytes_ = rebuilt(view_, codec);
  else if (keeps_times && header.max_timestamp != accepted.max_timestamp)
    bytes_ = corrected(view_, accepted.max_timestamp);
  else
    return;
  const auto parsed = BatchView::parse(bytes_);
  assert(parsed);
  view_ = *parsed;
}

}  // namespace mini::broker
