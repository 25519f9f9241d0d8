#include "alert_consumer/store.h"

#include <sqlite3.h>

#include "alert_consumer/schema.h"

namespace mini::alerts {
namespace {

constexpr std::chrono::milliseconds first_patience{5'000};
constexpr int value_bytes_max = 128 * 1024 * 1024;  // more than any broker takes as one record

// FULL: the group's offsets are committed after the transaction, so it has to survive what they survive.
constexpr const char* settings = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL";

bool passes_by_itself(int code) {
  switch (code & 0xFF) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_FULL:
    case SQLITE_IOERR:
    case SQLITE_NOMEM: return true;
    default: return false;
  }
}

}  // namespace

std::variant<Store, StoreError> Store::open(const std::string& path) {
  Store store;
  Connection& connection = store.connection_;
  int code = connection.open(path);
  if (code != SQLITE_OK) return store.error(code);
  store.set_patience(first_patience);
  sqlite3_limit(connection.handle(), SQLITE_LIMIT_LENGTH, value_bytes_max);
  code = connection.execute(settings);
  if (code == SQLITE_OK) code = migrate(connection);
  if (code == SQLITE_MISMATCH)
    return StoreError{"the file was written by a newer version of this program", false};
  if (code != SQLITE_OK || !store.prepare()) return store.error(code);
  return store;
}

bool Store::prepare() {
  insert_alert_ =
      Statement(connection_,
                "INSERT INTO alert_log (alert_ts, sensor_id, alert_type, alert_severity, message, "
                "metric_name, metric_value, threshold_value, topic_id, topic, \"partition\", "
                "\"offset\", reading_ts) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) "
                "ON CONFLICT DO NOTHING");
  insert_dead_letter_ = Statement(connection_,
                                  "INSERT INTO dead_letter (topic_id, topic, \"partition\", \"offset\", "
                                  "received_ts, reason, payload) VALUES (?, ?, ?, ?, ?, ?, ?) "
                                  "ON CONFLICT DO NOTHING");
  set_position_ = Statement(connection_,
                            "INSERT INTO consumed (topic_id, topic, \"partition\", next_offset) "
                            "VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE "
                            "SET next_offset = max(next_offset, excluded.next_offset)");
  select_positions_ = Statement(connection_,
                                "SELECT topic_id, topic, \"partition\", next_offset FROM consumed "
                                "ORDER BY topic, topic_id, \"partition\"");
  return insert_alert_.ready() && insert_dead_letter_.ready() && set_position_.ready() &&
         select_positions_.ready();
}

void Store::set_patience(std::chrono::milliseconds patience) {
  sqlite3_busy_timeout(connection_.handle(), static_cast<int>(patience.count()));
}

std::variant<Written, StoreError> Store::write(const Batch& batch) {
  Written written;
  int code = connection_.execute("BEGIN IMMEDIATE");
  if (code == SQLITE_OK) code = insert(batch, written);
  if (code == SQLITE_OK) code = connection_.execute("COMMIT");
  if (code == SQLITE_OK) return written;
  StoreError why = error(code);
  if (connection_.in_transaction()) connection_.execute("ROLLBACK");
  return why;
}

int Store::insert(const Batch& batch, Written& written) {
  const std::string now = utc_text(batch.now);
  for (const RaisedAlert& raised : batch.alerts) {
    const auto& [_, record, sensor_id, reading_ts, alert] = raised;
    const int code = insert_alert_.run(now, sensor_id, alert.type, name_of(alert.severity), alert.message,
                                       alert.metric, alert.value, alert.threshold, record.topic_id,
                                       record.topic, record.partition, record.offset, reading_ts);
    if (code != SQLITE_DONE) return code;
    if (connection_.changes() > 0) written.alerts.push_back(&raised);
  }
  for (const DeadLetter& letter : batch.dead_letters) {
    const auto& [record, reason, payload] = letter;
    const auto bytes = payload ? std::optional(Blob{*payload}) : std::nullopt;
    const int code = insert_dead_letter_.run(record.topic_id, record.topic, record.partition, record.offset,
                                             now, reason, bytes);
    if (code != SQLITE_DONE) return code;
    if (connection_.changes() > 0) written.dead_letters.push_back(&letter);
  }
  for (const auto& [topic_id, topic, partition, next_offset] : batch.consumed)
    if (const int code = set_position_.run(topic_id, topic, partition, next_offset); code != SQLITE_DONE)
      return code;
  return SQLITE_OK;
}

std::variant<std::vector<Position>, StoreError> Store::positions() {
  std::vector<Position> positions;
  int code = SQLITE_ROW;
  while ((code = select_positions_.step()) == SQLITE_ROW)
    positions.push_back({select_positions_.text(0), select_positions_.text(1),
                         static_cast<std::int32_t>(select_positions_.whole(2)), select_positions_.whole(3)});
  StoreError why = error(code);
  select_positions_.reset();
  if (code != SQLITE_DONE) return why;
  return positions;
}

StoreError Store::error(int code) const { return {connection_.message(), passes_by_itself(code)}; }

}  // namespace mini::alerts
