#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "alert_consumer/event_time.h"
#include "alert_consumer/rules.h"

// What came with one poll, and what follows from it: all of it is stored, or none.
//
//   Judge judge(rules);
//   Batch batch = judge.evaluate(log, records, now);
//   batch.keep_alive = polled;          // the views below look into these bytes
//   store.write(batch);
namespace mini::alerts {

// A topic made anew under an old name is another log.
struct Log {
  std::string topic_id;
  std::string topic;
  bool operator==(const Log&) const = default;
};

struct IncomingRecord {
  std::int32_t partition = 0;
  std::int64_t offset = 0;
  std::optional<std::string_view> key, value;
  std::optional<UtcSeconds> timestamp = {};  // the record's, which is not the event's
};

// Where in its log a record stands.
struct Place {
  std::int32_t partition = 0;
  std::int64_t offset = 0;
  bool operator==(const Place&) const = default;
};

struct StoredReading {
  Place place;
  std::string sensor_id;  // the record's key where the reading names none, else "unknown"
  UtcSeconds when;        // the event's own time; the record's where that cannot be read
  Reading reading;
  std::string_view bytes;  // as it came
};

struct RaisedAlert {
  std::size_t index = 0;  // of its record in the batch
  Place place;
  std::string sensor_id;
  std::optional<std::string> reading_ts;
  Alert alert;
};

struct DeadLetter {
  Place place;
  std::string reason;
  std::optional<std::string_view> payload;  // any bytes; nothing where the record had no value
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
  Log log;
  std::size_t records = 0;
  std::vector<StoredReading> readings;
  std::vector<RaisedAlert> alerts;
  std::vector<DeadLetter> dead_letters;
  std::vector<Position> consumed;   // one of each partition that had records
  std::optional<std::int64_t> lag;  // records behind this batch that wait to be read; unknown to the judge
  std::shared_ptr<const void> keep_alive = {};
};

// Larger values are no readings; of those only the first bytes are kept.
inline constexpr std::size_t reading_bytes_max = 1024 * 1024;
inline constexpr std::size_t kept_bytes_max = 4096;

class Judge {
 public:
  explicit Judge(const RuleSet& rules);  // outlives the judge
  Batch evaluate(const Log& log, std::span<const IncomingRecord> records, UtcSeconds now);

 private:
  void take(Batch& batch, const IncomingRecord& record);

  const RuleSet& rules_;
  ReadingParser parser_;
};

}  // namespace mini::alerts
