#pragma once

#include <optional>
#include <string_view>

#include "protocol/ids.h"
#include "protocol/records/batch.h"
#include "protocol/wire/reader.h"

// The records inside a batch, decoded one at a time in place.
//
//   Bytes room;                                     // holds them where the batch is compressed
//   RecordReader records(batch, room, size_max);
//   while (auto record = records.next()) use(record->offset, record->key, record->value);
//   if (records.status() != RecordReader::Status::ok) ...
//
// Views point into the batch, or into `room`, which is emptied first and may serve for many batches. A
// record's timestamp is the batch's where that carries the append time.
namespace mini::protocol {

struct HeaderView {
  std::string_view key;
  std::optional<std::string_view> value;
};

struct RecordView {
  Offset offset = 0;
  std::int32_t offset_delta = 0;
  TimestampMs timestamp = no_timestamp;
  std::optional<std::string_view> key;
  std::optional<std::string_view> value;
  std::int32_t header_count = 0;
  BytesView headers_bytes;  // the encoded headers, checked; HeaderReader walks them
};

class HeaderReader {
 public:
  explicit HeaderReader(const RecordView& record) : in_(record.headers_bytes), left_(record.header_count) {}
  std::optional<HeaderView> next();

 private:
  Reader in_;
  std::int32_t left_;
};

class RecordReader {
 public:
  enum class Status {
    ok,
    broken,            // record layout is wrong, or fewer or more records than announced
    broken_stream,     // the compressed stream is wrong, or cut short
    too_large,         // inflates to more than size_max
    unsupported_codec  // codec number 5, 6 or 7
  };

  RecordReader(const BatchView& batch, Bytes& room, std::size_t size_max);
  std::optional<RecordView> next();  // nothing at the end, or once the status is not ok
  bool next(RecordView& record);     // the same into one place, for those who walk many
  Status status() const { return status_; }

 private:
  bool finish(Status status);

  BatchHeader header_;
  Reader in_;
  std::int32_t left_ = 0;
  Status status_ = Status::ok;
};

}  // namespace mini::protocol
