// The readings' tables, and how an older file gets them.
#include <doctest/doctest.h>

#include "alert_consumer/schema.h"
#include "alert_consumer/store.h"
#include "tests/alert_consumer/readings.h"

using namespace mini::alerts;
using mini::test::Folder;

namespace {

Store open(const Folder& folder) {
  auto opened = Store::open(folder.file("alerts.db"));
  if (auto* error = std::get_if<StoreError>(&opened)) FAIL(error->message);
  return std::move(std::get<Store>(opened));
}

std::string reading(const std::string& sensor, const std::string& more) {
  return R"({"sensor_id": ")" + sensor + R"(", "timestamp": "2026-07-01T14:35:00+02:00", )" + more + "}";
}

std::string columns(const Folder& folder, const std::string& table) {
  return folder.ask("SELECT group_concat(name, ' ') FROM pragma_table_info('" + table + "')");
}

// A file as the first version of this program made it, with a row in each table.
constexpr const char* version_1_file = R"sql(
PRAGMA journal_mode = WAL;
CREATE TABLE alert_log (alert_id INTEGER PRIMARY KEY, alert_ts TEXT NOT NULL, sensor_id TEXT NOT NULL,
  alert_type TEXT NOT NULL, alert_severity TEXT NOT NULL, message TEXT NOT NULL, metric_name TEXT NOT NULL,
  metric_value REAL NOT NULL, threshold_value REAL NOT NULL, is_resolved INTEGER NOT NULL DEFAULT 0,
  topic_id TEXT NOT NULL, topic TEXT NOT NULL, "partition" INTEGER NOT NULL, "offset" INTEGER NOT NULL,
  reading_ts TEXT, UNIQUE (topic_id, "partition", "offset", alert_type)) STRICT;
CREATE INDEX alert_log_by_time ON alert_log (alert_ts, alert_type);
CREATE TABLE dead_letter (topic_id TEXT NOT NULL, topic TEXT NOT NULL, "partition" INTEGER NOT NULL,
  "offset" INTEGER NOT NULL, received_ts TEXT NOT NULL, reason TEXT NOT NULL, payload BLOB,
  PRIMARY KEY (topic_id, "partition", "offset")) STRICT;
CREATE TABLE consumed (topic_id TEXT NOT NULL, topic TEXT NOT NULL, "partition" INTEGER NOT NULL,
  next_offset INTEGER NOT NULL, PRIMARY KEY (topic_id, "partition")) STRICT, WITHOUT ROWID;
INSERT INTO alert_log VALUES (7, '2026-07-01 12:00:00', 'ws_1', 'HIGH_TEMP', 'CRITICAL', 'm', 'temperature', 41.5, 40, 1,
  'log-1', 'readings', 0, 3, 'T');
INSERT INTO dead_letter VALUES ('log-1', 'readings', 0, 4, '2026-07-01 12:00:00', 'not JSON', x'00FF');
INSERT INTO consumed VALUES ('log-1', 'readings', 0, 5);
PRAGMA user_version = 1;
)sql";

}  // namespace

TEST_CASE("the tables have the columns that are promised") {
  Folder folder;
  open(folder);
  CHECK(columns(folder, "alert_log") ==
        "alert_ts sensor_id alert_type alert_severity message metric_name metric_value threshold_value "
        "is_resolved "
        "topic_id topic partition offset reading_ts");
  CHECK(columns(folder, "dim_time") == "time_id ts_utc year month day hour minute weekday");
  CHECK(columns(folder, "dim_sensor") ==
        "sensor_id sensor_type sensor_model manufacturer firmware_version unit");
  CHECK(columns(folder, "dim_location") == "location_id city region country lat lon altitude");
  CHECK(columns(folder, "dim_status") == "status_id status");
  CHECK(columns(folder, "fact_weather_reading") ==
        "topic_id partition offset time_id sensor_id location_id status_id seq temperature humidity pressure "
        "wind_speed "
        "wind_direction rainfall signal_strength reading_quality");
  CHECK(columns(folder, "dead_letter") == "topic_id topic partition offset received_ts reason payload");
  CHECK(columns(folder, "consumed") == "topic_id topic partition next_offset");
}

TEST_CASE(
    "a reading is a fact that points to its time, sensor, place and status, each of which stands once") {
  Folder folder;
  Store store = open(folder);
  const std::string first =
      reading("ws_1", R"("value": {"temperature": 30.5, "wind_direction": "NW", "rainfall": 0},
    "unit": "C", "metadata": {"city": "Cairo", "lat": 30.04, "altitude": 23}, "status": "OK", "seq": 7,
    "signal_strength": -60, "reading_quality": 0.9)");
  const std::string second = reading("ws_2", R"("humidity": 40, "city": "Cairo", "lat": 30.04, "altitude": 23,
    "status": "SPIKE", "seq": 7.5)");
  const std::string third = reading("ws_1", R"("firmware_version": "2.1", "status": "OK")");
  store.write(mini::test::judge({{0, 0, {}, first}, {0, 1, {}, second}, {0, 2, {}, third}}));
  CHECK(folder.ask("SELECT * FROM dim_time") == "1|2026-07-01 12:35:00|2026|7|1|12|35|2");
  CHECK(folder.ask("SELECT * FROM dim_sensor ORDER BY 1") ==
        "ws_1|NULL|NULL|NULL|2.1|C\nws_2|NULL|NULL|NULL|NULL|NULL");
  CHECK(folder.ask("SELECT * FROM dim_location") == "1|Cairo|NULL|NULL|30.04|NULL|23.0");
  CHECK(folder.ask("SELECT * FROM dim_status") == "1|OK\n2|SPIKE");
  CHECK(folder.ask("SELECT * FROM fact_weather_reading") ==
        "log-1|0|0|1|ws_1|1|1|7|30.5|NULL|NULL|NULL|NW|0.0|-60.0|0.9\n"
        "log-1|0|1|1|ws_2|1|2|NULL|NULL|40.0|NULL|NULL|NULL|NULL|NULL|NULL\n"
        "log-1|0|2|1|ws_1|NULL|1|NULL|NULL|NULL|NULL|NULL|NULL|NULL|NULL|NULL");
}

TEST_CASE("another run finds the rows that are there, and a record that comes again changes nothing") {
  Folder folder;
  const std::string old = reading("ws_1", R"("status": "OK", "city": "Giza", "firmware_version": "1")");
  const std::string newer = reading("ws_1", R"("status": "OK", "city": "Giza", "firmware_version": "2")");
  for (int run = 0; run < 3; ++run) {
    Store store = open(folder);
    store.write(mini::test::judge({{0, 0, {}, old}}));
    store.write(mini::test::judge({{0, 1, {}, newer}}));
  }
  CHECK(folder.ask("SELECT COUNT(*) FROM fact_weather_reading") == "2");
  CHECK(folder.ask("SELECT (SELECT COUNT(*) FROM dim_time), (SELECT COUNT(*) FROM dim_location), "
                   "(SELECT COUNT(*) FROM dim_status)") == "1|1|1");
  CHECK(folder.ask("SELECT firmware_version FROM dim_sensor") == "2");
}

TEST_CASE("ids of a transaction that was taken back are not used again") {
  Folder folder;
  Store store = open(folder);
  folder.ask("CREATE TRIGGER no BEFORE INSERT ON consumed BEGIN SELECT RAISE(ABORT, 'planted'); END");
  const std::string first = reading("ws_1", R"("status": "OK", "city": "Giza")");
  const std::string other =
      R"({"sensor_id": "ws_2", "timestamp": "2026-07-02T00:00:00Z", "status": "STUCK", "city": "Luxor"})";
  CHECK(std::holds_alternative<StoreError>(store.write(mini::test::judge({{0, 0, {}, first}}))));
  folder.ask("DROP TRIGGER no");
  store.write(mini::test::judge({{0, 1, {}, other}, {0, 0, {}, first}}));
  CHECK(folder.ask("SELECT f.sensor_id, ts_utc, city, status FROM fact_weather_reading f JOIN dim_time USING "
                   "(time_id) "
                   "JOIN dim_location USING (location_id) JOIN dim_status USING (status_id) JOIN dim_sensor "
                   "USING (sensor_id) ORDER BY 1") ==
        "ws_1|2026-07-01 12:35:00|Giza|OK\nws_2|2026-07-02 00:00:00|Luxor|STUCK");
}

TEST_CASE("a file of the first version keeps its rows and gets the new tables") {
  Folder folder;
  REQUIRE(folder.ask(version_1_file) == "wal");
  Store store = open(folder);
  CHECK(folder.ask("PRAGMA user_version") == std::to_string(schema_version));
  CHECK(folder.ask("SELECT * FROM alert_log") ==
        "2026-07-01 12:00:00|ws_1|HIGH_TEMP|CRITICAL|m|temperature|41.5|40.0|1|log-1|readings|0|3|T");
  CHECK(folder.ask("SELECT hex(payload) FROM dead_letter") == "00FF");
  const auto positions = store.positions();
  CHECK(std::get<std::vector<Position>>(positions) == std::vector<Position>{{"log-1", "readings", 0, 5}});
  const auto again = store.write(mini::test::judge({{0, 3, {}, R"({"temperature": 41.5})"}}));
  CHECK(std::get<Written>(again).alerts.empty());  // its alert is there already
  CHECK(folder.ask("SELECT COUNT(*) FROM fact_weather_reading") == "1");

  Folder fresh;
  open(fresh);
  const std::string schema =
      "SELECT t.name, t.strict, t.wr, c.name, c.type, c.pk, c.\"notnull\", c.dflt_value FROM "
      "pragma_table_list t, "
      "pragma_table_info(t.name) c WHERE t.schema = 'main' ORDER BY t.name, c.cid";
  CHECK(folder.ask(schema) == fresh.ask(schema));
}
