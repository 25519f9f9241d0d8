#include "alert_consumer/dimensions.h"

#include <sqlite3.h>

#include <array>

namespace mini::alerts {
namespace {

std::optional<double> number_of(const Reading& reading, Number which) {
  const double number = reading.number(which);
  return is_there(number) ? std::optional(number) : std::nullopt;
}

template <class Map>
typename Map::mapped_type& remember(Map& map, const typename Map::key_type& key) {
  if (map.size() >= Dimensions::remembered_max) map.clear();
  return map[key];
}

// The id that `select` gives, or that of a new row by `insert`. `select` has bound what it needs.
template <class... Values>
int select_or_insert(Statement& select, Statement& insert, std::int64_t& id, const Values&... values) {
  int code = SQLITE_OK;
  if ((code = select.first_whole(id)) != SQLITE_DONE) return code == SQLITE_ROW ? SQLITE_DONE : code;
  if ((code = insert.run(values...)) != SQLITE_DONE) return code;
  id = insert.last_row();
  return code;
}

}  // namespace

bool Dimensions::prepare(Connection& connection) {
  insert_time_ = Statement(connection,
                           "INSERT INTO dim_time (ts_utc, year, month, day, hour, minute, weekday) "
                           "VALUES (?, ?, ?, ?, ?, ?, ?)");
  select_time_ = Statement(connection, "SELECT time_id FROM dim_time WHERE ts_utc = ?");
  insert_location_ = Statement(connection,
                               "INSERT INTO dim_location (city, region, country, lat, lon, altitude) "
                               "VALUES (?, ?, ?, ?, ?, ?)");
  select_location_ = Statement(connection,
                               "SELECT location_id FROM dim_location WHERE city IS ? AND region IS ? AND "
                               "country IS ? AND lat IS ? AND lon IS ? AND altitude IS ?");
  insert_status_ = Statement(connection, "INSERT INTO dim_status (status) VALUES (?)");
  select_status_ = Statement(connection, "SELECT status_id FROM dim_status WHERE status = ?");
  upsert_sensor_ = Statement(
      connection,
      "INSERT INTO dim_sensor (sensor_id, sensor_type, sensor_model, manufacturer, firmware_version, unit) "
      "VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET "
      "sensor_type = coalesce(excluded.sensor_type, sensor_type), "
      "sensor_model = coalesce(excluded.sensor_model, sensor_model), "
      "manufacturer = coalesce(excluded.manufacturer, manufacturer), "
      "firmware_version = coalesce(excluded.firmware_version, firmware_version), "
      "unit = coalesce(excluded.unit, unit)");
  return insert_time_.ready() && select_time_.ready() && insert_location_.ready() &&
         select_location_.ready() && insert_status_.ready() && select_status_.ready() &&
         upsert_sensor_.ready();
}

int Dimensions::find(const StoredReading& stored, Keys& keys) {
  int code = find_time(stored.when, keys.time_id);
  if (code == SQLITE_DONE) code = find_location(stored.reading, keys.location_id);
  if (code == SQLITE_DONE) code = find_status(stored.reading, keys.status_id);
  return code;
}

int Dimensions::find_time(UtcSeconds when, std::int64_t& id) {
  const std::int64_t seconds = when.time_since_epoch().count();
  if (const auto known = times_.find(seconds); known != times_.end()) return id = known->second, SQLITE_DONE;
  const std::string text = utc_text(when);
  const CalendarTime at = calendar_of(when);
  int code = select_time_.bind_all(text);
  if (code == SQLITE_OK)
    code = select_or_insert(select_time_, insert_time_, id, text, at.year, at.month, at.day, at.hour,
                            at.minute, at.weekday);
  if (code == SQLITE_DONE) remember(times_, seconds) = id;
  return code;
}

int Dimensions::find_location(const Reading& reading, std::optional<std::int64_t>& id) {
  const Location location{reading.text(Text::city),        reading.text(Text::region),
                          reading.text(Text::country),     number_of(reading, Number::lat),
                          number_of(reading, Number::lon), number_of(reading, Number::altitude)};
  if (location == Location{}) return SQLITE_DONE;
  if (const auto known = locations_.find(location); known != locations_.end())
    return id = known->second, SQLITE_DONE;
  const auto& [city, region, country, lat, lon, altitude] = location;
  std::int64_t found = 0;
  int code = select_location_.bind_all(city, region, country, lat, lon, altitude);
  if (code == SQLITE_OK)
    code = select_or_insert(select_location_, insert_location_, found, city, region, country, lat, lon,
                            altitude);
  if (code == SQLITE_DONE) id = remember(locations_, location) = found;
  return code;
}

int Dimensions::find_status(const Reading& reading, std::optional<std::int64_t>& id) {
  const auto& status = reading.text(Text::status);
  if (!status) return SQLITE_DONE;
  if (const auto known = statuses_.find(*status); known != statuses_.end())
    return id = known->second, SQLITE_DONE;
  std::int64_t found = 0;
  int code = select_status_.bind_all(*status);
  if (code == SQLITE_OK) code = select_or_insert(select_status_, insert_status_, found, *status);
  if (code == SQLITE_DONE) id = remember(statuses_, *status) = found;
  return code;
}

int Dimensions::describe_sensor(const StoredReading& stored) {
  const Reading& reading = stored.reading;
  const auto known = sensors_.find(stored.sensor_id);
  Sensor sensor = known == sensors_.end() ? Sensor{} : known->second;
  constexpr std::array said{Text::sensor_type, Text::sensor_model, Text::manufacturer, Text::firmware_version,
                            Text::unit};
  bool changed = known == sensors_.end();
  for (std::size_t i = 0; i < said.size(); ++i)
    if (const auto& text = reading.text(said[i]); text && text != sensor[i]) sensor[i] = text, changed = true;
  if (!changed) return SQLITE_DONE;
  const int code =
      upsert_sensor_.run(stored.sensor_id, sensor[0], sensor[1], sensor[2], sensor[3], sensor[4]);
  if (code == SQLITE_DONE) remember(sensors_, stored.sensor_id) = std::move(sensor);
  return code;
}

void Dimensions::forget() {
  times_.clear();
  locations_.clear();
  statuses_.clear();
  sensors_.clear();
}

}  // namespace mini::alerts
