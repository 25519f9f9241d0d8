#pragma once

#include <limits>
#include <string>
#include <vector>

#include "protocol/error_code.h"
#include "protocol/records/record.h"
#include "protocol/wire/slice.h"

// Judges what a producer sent for one partition, as Apache Kafka 4 does, before anything is stored.
//
//   Verdict verdict = judge_produced(records, {.batch_size_max = 1048588, .now = now.wall});
//   if (failed(verdict.error)) answer(verdict);
//   else log.append(*verdict.batch);
//
// Exactly one batch of magic 2 with base offset 0, no control bit, a right checksum, offsets that are dense
// from 0, and records whose lengths add up. Compressed records are inflated through bounded memory to be
// looked at.
namespace mini::protocol {

// How many bad records one answer lists: enough to find what is wrong. Tiny records, compressed, could make
// it as large as their sender likes.
inline constexpr std::size_t bad_records_max = 2'000;

struct JudgeOptions {
  std::size_t batch_size_max = 1048588;                  // the topic's max.message.bytes
  std::size_t inflated_size_max = 100 * 1024 * 1024;     // what is left to the request of its total
  std::size_t bad_records_listed_max = bad_records_max;  // and of the answer's
  TimestampType timestamp_type = TimestampType::create_time;
  TimestampMs now = 0;
  std::int64_t timestamp_before_max_ms = std::numeric_limits<std::int64_t>::max();
  std::int64_t timestamp_after_max_ms = 3600000;
  bool keys_required = false;  // a compacted topic
  bool zstd_allowed = true;    // Produce 7 and later
};

struct RecordError {
  std::int32_t batch_index;  // which record of the batch
  std::string message;
};

struct Verdict {
  ErrorCode error = ErrorCode::none;
  std::string message;                   // one sentence where there is an error
  std::vector<RecordError> bad_records;  // by index; empty where the batch as a whole is at fault
  std::optional<BatchView> batch;        // where there is none
  std::size_t inflated_size = 0;         // what was inflated to come to it, also where there is an error
  // Offset and time of the record with the greatest timestamp (the first of these), where there is no error.
  // The time is told by the records themselves: a client may have put another one in the batch header.
  Offset max_timestamp_delta = 0;
  TimestampMs max_timestamp = no_timestamp;
};

Verdict judge_produced(const Records& records, const JudgeOptions& options);

}  // namespace mini::protocol
