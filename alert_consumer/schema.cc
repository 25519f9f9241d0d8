#include "alert_consumer/schema.h"

#include <sqlite3.h>

#include <array>

namespace mini::alerts {
namespace {

constexpr const char* version_1 = R"sql(
CREATE TABLE alert_log (
  alert_id        INTEGER PRIMARY KEY,
  alert_ts        TEXT    NOT NULL,  -- when it was raised: UTC, YYYY-MM-DD HH:MM:SS
  sensor_id       TEXT    NOT NULL,
  alert_type      TEXT    NOT NULL,
  alert_severity  TEXT    NOT NULL,
  message         TEXT    NOT NULL,
  metric_name     TEXT    NOT NULL,
  metric_value    REAL    NOT NULL,
  threshold_value REAL    NOT NULL,
  is_resolved     INTEGER NOT NULL DEFAULT 0,
  topic_id        TEXT    NOT NULL,
  topic           TEXT    NOT NULL,
  "partition"     INTEGER NOT NULL,
  "offset"        INTEGER NOT NULL,
  reading_ts      TEXT,              -- the event's own time, as it was written
  UNIQUE (topic_id, "partition", "offset", alert_type)
) STRICT;
CREATE INDEX alert_log_by_time ON alert_log (alert_ts, alert_type);

CREATE TABLE dead_letter (
  topic_id    TEXT    NOT NULL,
  topic       TEXT    NOT NULL,
  "partition" INTEGER NOT NULL,
  "offset"    INTEGER NOT NULL,
  received_ts TEXT    NOT NULL,
  reason      TEXT    NOT NULL,
  payload     BLOB,
  PRIMARY KEY (topic_id, "partition", "offset")
) STRICT;

CREATE TABLE consumed (
  topic_id    TEXT    NOT NULL,
  topic       TEXT    NOT NULL,
  "partition" INTEGER NOT NULL,
  next_offset INTEGER NOT NULL,
  PRIMARY KEY (topic_id, "partition")
) STRICT, WITHOUT ROWID;
)sql";

// Readings get a star of their own, and alerts lose a number of their own that nothing used.
constexpr const char* version_2 = R"sql(
ALTER TABLE alert_log RENAME TO alert_log_1;
DROP INDEX alert_log_by_time;
CREATE TABLE alert_log (
  alert_ts        TEXT    NOT NULL,  -- when it was raised: UTC, YYYY-MM-DD HH:MM:SS
  sensor_id       TEXT    NOT NULL,
  alert_type      TEXT    NOT NULL,
  alert_severity  TEXT    NOT NULL,
  message         TEXT    NOT NULL,
  metric_name     TEXT    NOT NULL,
  metric_value    REAL    NOT NULL,
  threshold_value REAL    NOT NULL,
  is_resolved     INTEGER NOT NULL DEFAULT 0,
  topic_id        TEXT    NOT NULL,
  topic           TEXT    NOT NULL,
  "partition"     INTEGER NOT NULL,
  "offset"        INTEGER NOT NULL,
  reading_ts      TEXT,              -- the event's own time, as it was written
  UNIQUE (topic_id, "partition", "offset", alert_type)
) STRICT;
INSERT INTO alert_log
  SELECT alert_ts, sensor_id, alert_type, alert_severity, message, metric_name, metric_value, threshold_value,
         is_resolved, topic_id, topic, "partition", "offset", reading_ts
  FROM alert_log_1 ORDER BY alert_id;
DROP TABLE alert_log_1;
CREATE INDEX alert_log_by_time ON alert_log (alert_ts, alert_type);

CREATE TABLE dim_time (
  time_id INTEGER PRIMARY KEY,
  ts_utc  TEXT    NOT NULL UNIQUE,  -- YYYY-MM-DD HH:MM:SS
  year    INTEGER NOT NULL,
  month   INTEGER NOT NULL,
  day     INTEGER NOT NULL,
  hour    INTEGER NOT NULL,
  minute  INTEGER NOT NULL,
  weekday INTEGER NOT NULL          -- Monday is 0
) STRICT;

CREATE TABLE dim_sensor (           -- what was said last of a sensor
  sensor_id        TEXT PRIMARY KEY NOT NULL,
  sensor_type      TEXT,
  sensor_model     TEXT,
  manufacturer     TEXT,
  firmware_version TEXT,
  unit             TEXT
) STRICT;

CREATE TABLE dim_location (
  location_id INTEGER PRIMARY KEY,
  city        TEXT,
  region      TEXT,
  country     TEXT,
  lat         REAL,
  lon         REAL,
  altitude    REAL
) STRICT;
CREATE INDEX dim_location_by_place ON dim_location (lat, lon, city);

CREATE TABLE dim_status (
  status_id INTEGER PRIMARY KEY,
  status    TEXT NOT NULL UNIQUE
) STRICT;

CREATE TABLE fact_weather_reading (
  topic_id        TEXT    NOT NULL,
  "partition"     INTEGER NOT NULL,
  "offset"        INTEGER NOT NULL,
  time_id         INTEGER NOT NULL REFERENCES dim_time,
  sensor_id       TEXT    NOT NULL REFERENCES dim_sensor,
  location_id     INTEGER REFERENCES dim_location,
  status_id       INTEGER REFERENCES dim_status,
  seq             INTEGER,
  temperature     REAL,
  humidity        REAL,
  pressure        REAL,
  wind_speed      REAL,
  wind_direction  TEXT,
  rainfall        REAL,
  signal_strength REAL,
  reading_quality REAL,
  PRIMARY KEY (topic_id, "partition", "offset")
) STRICT, WITHOUT ROWID;
)sql";

constexpr std::array steps{version_1, version_2};

constexpr const char* tables_of_ours =
    "SELECT COUNT(*) FROM sqlite_schema WHERE name IN ('alert_log', 'dead_letter', 'consumed', 'dim_time', "
    "'dim_sensor', 'dim_location', 'dim_status', 'fact_weather_reading')";

int version_of(Connection& connection) {
  Statement ask(connection, "PRAGMA user_version");
  return ask.ready() && ask.step() == SQLITE_ROW ? static_cast<int>(ask.whole(0)) : -1;
}

// A file without our stamp that has tables under our names is somebody else's.
bool is_foreign(Connection& connection, int version) {
  Statement ask(connection, tables_of_ours);
  return version == 0 && ask.ready() && ask.step() == SQLITE_ROW && ask.whole(0) > 0;
}

int run_steps(Connection& connection, int version) {
  for (auto step = static_cast<std::size_t>(version); step < steps.size(); ++step)
    if (const int code = connection.execute(steps[step]); code != SQLITE_OK) return code;
  const std::string stamp = "PRAGMA user_version = " + std::to_string(schema_version);
  return connection.execute(stamp.c_str());
}

}  // namespace

const int schema_version = static_cast<int>(steps.size());

int migrate(Connection& connection) {
  // The version is read inside the transaction, so that two programs starting at once do not both build.
  if (const int code = connection.execute("BEGIN IMMEDIATE"); code != SQLITE_OK) return code;
  const int version = version_of(connection);
  int code = version < 0 ? SQLITE_ERROR : version > schema_version ? SQLITE_MISMATCH : SQLITE_OK;
  if (is_foreign(connection, version)) code = SQLITE_CONSTRAINT;
  if (code == SQLITE_OK && version < schema_version) code = run_steps(connection, version);
  if (code == SQLITE_OK) code = connection.execute("COMMIT");
  return code;
}

}  // namespace mini::alerts
