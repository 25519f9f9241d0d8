#pragma once

#include <algorithm>
#include <initializer_list>
#include <string>
#include <vector>

#include "protocol/records/builder.h"
#include "protocol/wire/slice.h"

// Record batches for tests: made from plain words, and read back into values that own their bytes.
//
//   Bytes batch = batch_of({"a", "b"});                        // two values, no keys, time 0
//   Bytes packed = batch_of({"a"}, {.codec = Codec::lz4});
//   CHECK(values_in(batch) == std::vector<std::string>{"a", "b"});
//   for (const OwnedRecord& record : records_in(fetched)) ...  // all batches that lie in the bytes
namespace mini::test {

struct OwnedHeader {
  std::string key;
  std::optional<std::string> value;
  friend bool operator==(const OwnedHeader&, const OwnedHeader&) = default;
};

struct OwnedRecord {
  Offset offset = 0;
  TimestampMs timestamp = 0;
  std::optional<std::string> key = {};
  std::optional<std::string> value = {};
  std::vector<OwnedHeader> headers = {};
  friend bool operator==(const OwnedRecord&, const OwnedRecord&) = default;
};

inline protocol::Bytes batch_of(std::initializer_list<std::string_view> values,
                                const protocol::BatchOptions& options = {}, TimestampMs timestamp = 0) {
  protocol::BatchBuilder builder(options);
  for (const std::string_view value : values) builder.add({.timestamp = timestamp, .value = value});
  return builder.build();
}

// A batch around any bytes that pass for its records; length and checksum are right, the rest is as `header`
// says.
inline protocol::Bytes sealed(protocol::BytesView payload, const protocol::BatchHeader& header) {
  protocol::Bytes batch(protocol::batch_header_size + payload.size());
  std::copy(payload.begin(), payload.end(), batch.begin() + protocol::batch_header_size);
  protocol::seal_batch(batch.data(), batch.size(), header);
  return batch;
}

inline OwnedRecord own(const protocol::RecordView& record) {
  OwnedRecord owned{record.offset, record.timestamp};
  if (record.key) owned.key = std::string(*record.key);
  if (record.value) owned.value = std::string(*record.value);
  protocol::HeaderReader headers(record);
  while (const auto header = headers.next()) {
    owned.headers.push_back({std::string(header->key), {}});
    if (header->value) owned.headers.back().value = std::string(*header->value);
  }
  return owned;
}

// The whole batches that `bytes` begin with.
inline std::vector<protocol::BatchView> batches_in(protocol::BytesView bytes) {
  std::vector<protocol::BatchView> batches;
  while (const auto batch = protocol::BatchView::parse(bytes)) {
    batches.push_back(*batch);
    bytes = bytes.subspan(batch->bytes().size());
  }
  return batches;
}

// The records of those batches, up to the first that cannot be read.
inline std::vector<OwnedRecord> records_in(protocol::BytesView bytes) {
  constexpr std::size_t inflated_size_max = 256 * 1024 * 1024;
  std::vector<OwnedRecord> records;
  protocol::Bytes room;
  for (const protocol::BatchView& batch : batches_in(bytes)) {
    protocol::RecordReader reader(batch, room, inflated_size_max);
    while (const auto record = reader.next()) records.push_back(own(*record));
    if (reader.status() != protocol::RecordReader::Status::ok) break;
  }
  return records;
}

inline std::vector<OwnedRecord> records_in(const protocol::Records& records) {
  return records_in(records.copy());
}

// A null value reads as "(null)".
inline std::vector<std::string> values_in(protocol::BytesView bytes) {
  std::vector<std::string> values;
  for (const OwnedRecord& record : records_in(bytes)) values.push_back(record.value.value_or("(null)"));
  return values;
}

// `bytes` as the value of a `records` field; the caller keeps them.
inline protocol::Records records_field(protocol::BytesView bytes) {
  return protocol::Records(protocol::Slice(bytes));
}

}  // namespace mini::test
