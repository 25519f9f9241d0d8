#include "protocol/records/validate.h"

#include <cassert>
#include <cstddef>
#include <limits>
#include <utility>

// The order of the steps is the real broker's: what cannot be walked at all, then size and checksum, then the
// batch header, then record by record.
namespace mini::protocol {
namespace {

constexpr std::int32_t batch_length_min = 14;  // the header of the oldest format

struct Refusal {
  ErrorCode error = ErrorCode::none;
  const char* message = "";
};
constexpr Refusal accepted{};

constexpr Refusal corrupt(const char* message) { return {ErrorCode::corrupt_message, message}; }
constexpr Refusal invalid(const char* message) { return {ErrorCode::invalid_record, message}; }

// What must be so before the bytes can be called one batch of a format.
Refusal check_framing(BytesView bytes) {
  Reader in(bytes);
  in.int64();  // base offset
  const std::int32_t length = in.int32();
  if (!in.ok() || length < batch_length_min) return corrupt("The length of the record batch is impossible.");
  in.int32();  // leader epoch
  const std::int8_t magic = in.int8();
  if (!in.ok() || magic < 0 || magic > current_magic)
    return corrupt("The magic byte of the batch is unknown.");
  if (batch_prefix_size + static_cast<std::size_t>(length) > bytes.size())
    return corrupt("The record batch is cut short.");
  if (magic != current_magic) return invalid("Only record batches of magic 2 are taken.");
  if (batch_prefix_size + static_cast<std::size_t>(length) < batch_header_size)
    return corrupt("The record batch is shorter than its header.");
  return accepted;
}

// KIP-110: zstd needs Produce 7, so that no old consumer is surprised.
Refusal check_whole(const BatchView& batch, std::size_t present, const JudgeOptions& options) {
  const BatchHeader& header = batch.header();
  if (header.size() != present) return invalid("More than one record batch was sent for one partition.");
  if (header.codec() == Codec::zstd && !options.zstd_allowed)
    return {ErrorCode::unsupported_compression_type, "Produce before version 7 cannot carry zstd."};
  if (header.base_offset != 0) return invalid("The base offset of a produced batch must be 0.");
  if (header.size() > options.batch_size_max)
    return {ErrorCode::message_too_large, "The record batch is larger than max.message.bytes."};
  if (!batch.crc_matches()) return corrupt("The checksum of the record batch is wrong.");
  if (header.codec() > Codec::zstd)
    return {ErrorCode::unsupported_compression_type, "The codec of the record batch is unknown."};
  return accepted;
}

Refusal check_header(const BatchHeader& header) {
  if (header.last_offset_delta < 0) return invalid("The last offset delta of the batch is negative.");
  if (header.record_count <= 0) return invalid("The record count of the batch is not positive.");
  if (header.last_offset_delta != header.record_count - 1)
    return invalid("The record count of the batch does not fit its last offset delta.");
  if (header.control()) return invalid("Clients cannot write control records.");
  if (header.has_producer() && header.base_sequence < 0)
    return invalid("A batch with a producer id needs a sequence number.");
  if (header.timestamp_type() == TimestampType::log_append_time)
    return {ErrorCode::invalid_timestamp, "Only the broker sets the append time."};
  return accepted;
}

Refusal refusal_of(RecordReader::Status status) {
  switch (status) {
    case RecordReader::Status::ok: return accepted;
    case RecordReader::Status::broken: return invalid("The records do not lie in the batch as it says.");
    case RecordReader::Status::broken_stream: return corrupt("The compressed records cannot be read.");
    case RecordReader::Status::too_large:
      return {ErrorCode::message_too_large, "The records are too large once decompressed."};
    case RecordReader::Status::unsupported_codec: break;  // refused before
  }
  return {ErrorCode::unsupported_compression_type, "The codec of the record batch is unknown."};
}

// The times a record may carry. One that carries none passes; so does any where the broker sets its own.
class TimeWindow {
 public:
  explicit TimeWindow(const JudgeOptions& options) {
    constexpr TimestampMs last = std::numeric_limits<TimestampMs>::max();
    if (options.timestamp_type == TimestampType::log_append_time) return;
    assert(options.now >= 0 && options.timestamp_before_max_ms >= 0 && options.timestamp_after_max_ms >= 0);
    if (options.timestamp_before_max_ms != last) earliest_ = options.now - options.timestamp_before_max_ms;
    if (options.timestamp_after_max_ms < last - options.now)
      latest_ = options.now + options.timestamp_after_max_ms;
  }
  bool admits(TimestampMs timestamp) const {
    return timestamp == no_timestamp || (timestamp >= earliest_ && timestamp <= latest_);
  }

 private:
  TimestampMs earliest_ = std::numeric_limits<TimestampMs>::min();
  TimestampMs latest_ = std::numeric_limits<TimestampMs>::max();
};

// Looks at the records one by one and fills in what the verdict says of them.
class Inspection {
 public:
  Inspection(const JudgeOptions& options, Verdict& verdict)
      : options_(options), window_(options), verdict_(verdict) {}

  Refusal walk(const BatchView& batch) {
    Bytes room;  // takes memory only where the batch is compressed
    RecordReader records(batch, room, options_.inflated_size_max);
    RecordView record;
    verdict_.inflated_size = room.size();
    for (std::int32_t index = 0; records.next(record); ++index) {
      if (record.offset_delta != index) return invalid("The offsets inside the batch are not dense.");
      look_at(record);
    }
    if (records.status() != RecordReader::Status::ok) return refusal_of(records.status());
    return found_;
  }

 private:
  void look_at(const RecordView& record) {
    if (record.offset_delta == 0 || record.timestamp > verdict_.max_timestamp) {
      verdict_.max_timestamp = record.timestamp;
      verdict_.max_timestamp_delta = record.offset_delta;
    }
    if (options_.keys_required && !record.key) {
      list(record, "Key is missing.");
      if (!failed(found_.error)) found_ = invalid("A compacted topic takes no record without a key.");
    }
    if (!window_.admits(record.timestamp)) {
      list(record, "Bad timestamp.");
      found_ = {ErrorCode::invalid_timestamp, "A timestamp lies outside the window that the topic allows."};
    }
  }

  void list(const RecordView& record, const char* message) {
    std::vector<RecordError>& bad = verdict_.bad_records;
    const bool listed = !bad.empty() && bad.back().batch_index == record.offset_delta;
    if (!listed && bad.size() < options_.bad_records_listed_max)
      bad.push_back({record.offset_delta, message});
  }

  const JudgeOptions& options_;
  const TimeWindow window_;
  Verdict& verdict_;
  Refusal found_ = accepted;
};

Refusal judge(BytesView bytes, const JudgeOptions& options, Verdict& verdict) {
  if (const Refusal refusal = check_framing(bytes); failed(refusal.error)) return refusal;
  const auto batch = BatchView::parse(bytes);
  assert(batch && "check_framing saw to it");
  if (const Refusal refusal = check_whole(*batch, bytes.size(), options); failed(refusal.error))
    return refusal;
  if (const Refusal refusal = check_header(batch->header()); failed(refusal.error)) return refusal;
  if (const Refusal refusal = Inspection(options, verdict).walk(*batch); failed(refusal.error))
    return refusal;
  // KIP-32: the broker's time is the same for all, so the first record is the first of the greatest.
  if (options.timestamp_type == TimestampType::log_append_time) {
    verdict.max_timestamp = options.now;
    verdict.max_timestamp_delta = 0;
  }
  verdict.batch = batch;
  return accepted;
}

}  // namespace

Verdict judge_produced(const Records& records, const JudgeOptions& options) {
  Verdict verdict;
  const bool nothing = records.is_null() || records.size() == 0;
  const Refusal refusal = nothing ? invalid("No record batch was sent for the partition.")
                                  : judge(records.view(), options, verdict);
  verdict.error = refusal.error;
  verdict.message = refusal.message;
  return verdict;
}

}  // namespace mini::protocol
