#include "alert_consumer/store.h"

#include <sqlite3.h>
#include <sys/stat.h>

#include <cmath>

#include "alert_consumer/schema.h"

namespace mini::alerts {
namespace {

constexpr std::chrono::milliseconds first_patience{5'000};
constexpr int value_bytes_max = 128 * 1024 * 1024;  // more than any broker takes as one record
constexpr double whole_max = 9e15;                  // up to here a double is exact

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

std::optional<double> number_or_null(double number) {
  return is_there(number) ? std::optional(number) : std::nullopt;
}

std::optional<std::int64_t> whole_or_null(double number) {
  if (!is_there(number) || std::abs(number) > whole_max || number != std::trunc(number)) return std::nullopt;
  return static_cast<std::int64_t>(number);
}

}  // namespace

std::variant<Store, StoreError> Store::open(const std::string& path) {
  Store store;
  store.path_ = path;
  Connection& connection = store.connection_;
  int code = connection.open(path);
  if (code != SQLITE_OK) return store.error(code);
  store.set_patience(first_patience);
  sqlite3_limit(connection.handle(), SQLITE_LIMIT_LENGTH, value_bytes_max);
  code = connection.execute(settings);
  if (code == SQLITE_OK) code = migrate(connection);
  if (code == SQLITE_MISMATCH)
    return StoreError{"the file was written by a newer version of this program", false};
  if (code == SQLITE_CONSTRAINT)
    return StoreError{"it holds another program's tables; choose another --db", false};
  if (code != SQLITE_OK || !store.prepare()) return store.error(code);
  store.identity_ = identity_of(path);
  return store;
}

bool Store::prepare() {
  insert_reading_ =
      Statement(connection_,
                "INSERT INTO fact_weather_reading (topic_id, \"partition\", \"offset\", time_id, sensor_id, "
                "location_id, status_id, seq, temperature, humidity, pressure, wind_speed, wind_direction, "
                "rainfall, signal_strength, reading_quality) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING");
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
  return insert_reading_.ready() && insert_alert_.ready() && insert_dead_letter_.ready() &&
         set_position_.ready() && select_positions_.ready() && dimensions_.prepare(connection_);
}

void Store::set_patience(std::chrono::milliseconds patience) {
  patience_ = patience;
  sqlite3_busy_timeout(connection_.handle(), static_cast<int>(patience.count()));
}

Store::FileIdentity Store::identity_of(const std::string& path) {
  struct stat status {};
  if (stat(path.c_str(), &status) != 0) return {};
  return {static_cast<std::uint64_t>(status.st_dev), static_cast<std::uint64_t>(status.st_ino)};
}

// SQLite goes on writing into a file that was deleted under it, and nobody would ever see the rows.
std::optional<StoreError> Store::stay_in_place(Written& written) {
  if (path_ == ":memory:" || identity_of(path_) == identity_) return std::nullopt;
  auto opened = open(path_);
  if (auto* why = std::get_if<StoreError>(&opened)) return StoreError{why->message, true};
  const auto patience = patience_;
  *this = std::move(std::get<Store>(opened));
  set_patience(patience);
  written.file_begun_anew = true;
  return std::nullopt;
}

std::variant<Written, StoreError> Store::write(const Batch& batch, std::span<const Position> positions) {
  Written written;
  if (auto lost = stay_in_place(written)) return *std::move(lost);
  int code = connection_.execute("BEGIN IMMEDIATE");
  if (code == SQLITE_OK) code = insert(batch, positions, written);
  if (code == SQLITE_OK) code = connection_.execute("COMMIT");
  if (code == SQLITE_OK) return written;
  StoreError why = error(code);
  if (connection_.in_transaction()) connection_.execute("ROLLBACK");
  dimensions_.forget();
  return why;
}

int Store::insert(const Batch& batch, std::span<const Position> positions, Written& written) {
  const std::string now = utc_text(batch.now);
  for (const StoredReading& stored : batch.readings)
    if (const int code = insert_reading(batch.log, stored); code != SQLITE_DONE) return code;
  if (const int code = insert_alerts(batch, now, written); code != SQLITE_DONE) return code;
  if (const int code = insert_dead_letters(batch, now, written); code != SQLITE_DONE) return code;
  for (const auto& [topic_id, topic, partition, next_offset] : positions)
    if (const int code = set_position_.run(topic_id, topic, partition, next_offset); code != SQLITE_DONE)
      return code;
  return SQLITE_OK;
}

int Store::insert_reading(const Log& log, const StoredReading& stored) {
  const Reading& reading = stored.reading;
  Keys keys;
  if (const int code = dimensions_.find(stored, keys); code != SQLITE_DONE) return code;
  const auto metric = [&](std::size_t i) { return number_or_null(reading.metrics[i]); };
  const auto number = [&](Number which) { return number_or_null(reading.number(which)); };
  const int code = insert_reading_.run(log.topic_id, stored.place.partition, stored.place.offset,
                                       keys.time_id, stored.sensor_id, keys.location_id, keys.status_id,
                                       whole_or_null(reading.number(Number::seq)), metric(0), metric(1),
                                       metric(2), metric(3), reading.text(Text::wind_direction), metric(4),
                                       number(Number::signal_strength), number(Number::reading_quality));
  if (code != SQLITE_DONE || connection_.changes() == 0) return code;
  return dimensions_.describe_sensor(stored);
}

int Store::insert_alerts(const Batch& batch, const std::string& now, Written& written) {
  for (const RaisedAlert& raised : batch.alerts) {
    const Alert& alert = raised.alert;
    const int code =
        insert_alert_.run(now, raised.sensor_id, alert.type, name_of(alert.severity), alert.message,
                          alert.metric, alert.value, alert.threshold, batch.log.topic_id, batch.log.topic,
                          raised.place.partition, raised.place.offset, raised.reading_ts);
    if (code != SQLITE_DONE) return code;
    if (connection_.changes() > 0) written.alerts.push_back(&raised);
  }
  return SQLITE_DONE;
}

int Store::insert_dead_letters(const Batch& batch, const std::string& now, Written& written) {
  for (const DeadLetter& letter : batch.dead_letters) {
    const auto bytes = letter.payload ? std::optional(Blob{*letter.payload}) : std::nullopt;
    const int code = insert_dead_letter_.run(batch.log.topic_id, batch.log.topic, letter.place.partition,
                                             letter.place.offset, now, letter.reason, bytes);
    if (code != SQLITE_DONE) return code;
    if (connection_.changes() > 0) written.dead_letters.push_back(&letter);
  }
  return SQLITE_DONE;
}

std::variant<std::vector<Position>, StoreError> Store::positions() {
  Written unused;
  if (auto lost = stay_in_place(unused)) return *std::move(lost);
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
