#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "alert_consumer/rules.h"

// What came with one poll, and what follows from it: all of it is stored, or none.
//
//   Batch batch = evaluate(records, default_rules(), now);
//   store.write(batch);
namespace mini::alerts {

using UtcSeconds = std::chrono::sys_seconds;

// Where a record stands: the log (a topic made anew under an old name is another log), and its place there.
struct RecordId {
  std::string topic_id;
  std::string topic;
  std::int32_t partition = 0;
  std::int64_t offset = 0;
  bool operator==(const RecordId&) const = default;
};

struct IncomingRecord {
  std::string_view topic_id, topic;
  std::int32_t partition = 0;
  std::int64_t offset = 0;
  std::optional<std::string_view> key, value;
};

struct RaisedAlert {
  std::size_t index = 0;  // of its record in the batch
  RecordId record;
  std::string sensor_id;  // the record's key where the reading names none, else "unknown"
  std::optional<std::string> reading_ts;
  Alert alert;
};

struct DeadLetter {
  RecordId record;
  std::string reason;
  std::optional<std::string> payload;  // any bytes; nothing where the record had no value
};

// The next record to read of one partition of one log.
struct Position {
  std::string topic_id;
  std::string topic;
  std::int32_t partition = 0;
  std::int64_t next_offset = 0;
  bool operator==(const Position&) const = default;
};

struct Batch {
  UtcSeconds now{};  // when its alerts were raised
  std::size_t records = 0;
  std::vector<RaisedAlert> alerts;
  std::vector<DeadLetter> dead_letters;
  std::vector<Position> consumed;  // one of each partition that had records
};

Batch evaluate(std::span<const IncomingRecord> records, std::span<const Rule> rules, UtcSeconds now);

std::string utc_text(UtcSeconds when);  // "2026-07-01 12:00:00", as SQLite's datetime() writes it

}  // namespace mini::alerts
