#include "alert_consumer/store.h"

#include <doctest/doctest.h>
#include <sqlite3.h>

#include <filesystem>

#include "alert_consumer/schema.h"
#include "tests/alert_consumer/readings.h"

using namespace mini::alerts;
using namespace std::chrono_literals;

namespace {

const UtcSeconds noon = std::chrono::sys_days(std::chrono::year(2026) / 7 / 1) + 12h;

class Files : public mini::test::Folder {
 public:
  std::string path() const { return file("alerts.db"); }
};

Store open(const Files& files) {
  auto opened = Store::open(files.path());
  if (auto* error = std::get_if<StoreError>(&opened)) FAIL(error->message);
  return std::move(std::get<Store>(opened));
}

Written write(Store& store, const Batch& batch) {
  auto result = store.write(batch);
  if (auto* error = std::get_if<StoreError>(&result)) FAIL(error->message);
  return std::get<Written>(result);
}

std::vector<Position> positions(Store& store) { return std::get<std::vector<Position>>(store.positions()); }

// Offsets `from` to `to` of one partition: every third reading is hot, every fifth is no JSON.
Batch readings(std::int64_t from, std::int64_t to, std::string_view topic_id = "log-1") {
  std::vector<IncomingRecord> records;
  for (std::int64_t offset = from; offset < to; ++offset)
    records.push_back({0, offset, "s",
                       offset % 5 == 0   ? "no json"
                       : offset % 3 == 0 ? R"({"temperature": 41})"
                                         : R"({"temperature": 21})"});
  return mini::test::judge(records, noon, {std::string(topic_id), "readings"});
}

Batch one_alert(UtcSeconds when, std::int64_t offset, std::string_view value = R"({"temperature": 41})") {
  return mini::test::judge({{0, offset, "s", value}}, when);
}

}  // namespace

TEST_CASE("an alert is stored with every column") {
  Files files;
  Store store = open(files);
  CHECK(write(store,
              one_alert(noon, 7, R"({"sensor_id": "ws_1", "timestamp": "T", "value": {"humidity": 10.5}})"))
            .alerts.size() == 1);
  CHECK(files.ask("SELECT * FROM alert_log") ==
        "2026-07-01 12:00:00|ws_1|LOW_HUMIDITY|WARNING|humidity 10.5 is below 20|humidity|10.5|20.0|0|log-1|"
        "readings|0|7|T");
}

TEST_CASE("a batch that comes again, whole or in part, adds nothing") {
  Files files;
  {
    Store store = open(files);
    CHECK(write(store, readings(0, 60)).alerts.size() == 16);
    const Written again = write(store, readings(0, 60));
    CHECK(again.alerts.empty());
    CHECK(again.dead_letters.empty());
  }
  Store store = open(files);  // the program was killed before it committed to the group
  CHECK(write(store, readings(30, 90)).alerts.size() == 8);
  CHECK(files.ask("SELECT COUNT(*), COUNT(DISTINCT \"offset\") FROM alert_log") == "24|24");
  CHECK(files.ask("SELECT COUNT(*), COUNT(DISTINCT \"offset\") FROM dead_letter") == "18|18");
  CHECK(positions(store) == std::vector<Position>{{"log-1", "readings", 0, 90}});
}

TEST_CASE("cuts at every point and restarts leave what one straight run leaves") {
  Files straight, cut;
  Store store = open(straight);
  write(store, readings(0, 40));
  for (std::int64_t stop = 1; stop < 40; ++stop) {
    Store life = open(cut);
    const auto stored = positions(life);
    // Resumes a little before what is stored, as after a lost commit.
    const std::int64_t from = stored.empty() ? 0 : std::max<std::int64_t>(0, stored[0].next_offset - 3);
    write(life, readings(from, stop + 1));
  }
  for (const char* sql : {"SELECT alert_type, \"offset\" FROM alert_log ORDER BY 2",
                          "SELECT reason, \"offset\" FROM dead_letter ORDER BY 2", "SELECT * FROM consumed"})
    CHECK(straight.ask(sql) == cut.ask(sql));
  CHECK(cut.ask("SELECT next_offset FROM consumed") == "40");
}

TEST_CASE("an older batch does not take the position back") {
  Files files;
  Store store = open(files);
  write(store, readings(0, 50));
  write(store, readings(10, 20));
  CHECK(positions(store).at(0).next_offset == 50);
}

TEST_CASE("a log made anew under the same name is another log") {
  Files files;
  Store store = open(files);
  write(store, readings(0, 30, "log-1"));
  CHECK(write(store, readings(0, 30, "log-2")).alerts.size() == 8);
  CHECK(positions(store) ==
        std::vector<Position>{{"log-1", "readings", 0, 30}, {"log-2", "readings", 0, 30}});
}

TEST_CASE("when a part of the batch cannot be stored, nothing of it is") {
  for (const std::string table :
       {"alert_log", "dead_letter", "consumed", "fact_weather_reading", "dim_time"}) {
    CAPTURE(table);
    Files files;
    Store store = open(files);
    REQUIRE(files.ask("CREATE TRIGGER no BEFORE INSERT ON " + table +
                      " BEGIN SELECT RAISE(ABORT, 'planted'); END") == "");
    const auto result = store.write(readings(0, 30));
    REQUIRE(std::holds_alternative<StoreError>(result));
    CHECK(std::get<StoreError>(result).message == "planted");
    CHECK_FALSE(std::get<StoreError>(result).retriable);
    CHECK(files.ask("SELECT (SELECT COUNT(*) FROM alert_log) + (SELECT COUNT(*) FROM dead_letter) + "
                    "(SELECT COUNT(*) FROM consumed) + (SELECT COUNT(*) FROM fact_weather_reading) + "
                    "(SELECT COUNT(*) FROM dim_time) + (SELECT COUNT(*) FROM dim_sensor)") == "0");
    REQUIRE(files.ask("DROP TRIGGER no") == "");
    CHECK(write(store, readings(0, 30)).alerts.size() == 8);  // the same call, later
  }
}

TEST_CASE("a file that somebody holds locked is an error that may pass, and the same call succeeds later") {
  Files files;
  Store store = open(files);
  store.set_patience(0ms);
  sqlite3* other = nullptr;
  REQUIRE(sqlite3_open(files.path().c_str(), &other) == SQLITE_OK);
  REQUIRE(sqlite3_exec(other, "BEGIN IMMEDIATE", nullptr, nullptr, nullptr) == SQLITE_OK);
  const auto result = store.write(readings(0, 30));
  REQUIRE(std::holds_alternative<StoreError>(result));
  CHECK(std::get<StoreError>(result).retriable);
  sqlite3_close(other);
  CHECK(write(store, readings(0, 30)).alerts.size() == 8);
  CHECK(positions(store).at(0).next_offset == 30);
}

TEST_CASE("text that looks like SQL is text") {
  Files files;
  Store store = open(files);
  const std::string evil = "'); DROP TABLE alert_log; --";
  const std::string reading = R"({"sensor_id": ")" + evil + R"(", "temperature": 41})";
  const std::vector<IncomingRecord> records{{0, 0, evil, reading}, {0, 1, evil, evil}};
  write(store, mini::test::judge(records, noon, {evil, evil}));
  CHECK(files.ask("SELECT sensor_id, topic_id, topic FROM alert_log") == evil + "|" + evil + "|" + evil);
  CHECK(files.ask("SELECT topic, CAST(payload AS TEXT) FROM dead_letter") == evil + "|" + evil);
  CHECK(positions(store).at(0).topic_id == evil);
}

TEST_CASE("a dead letter keeps every byte, and tells an empty value from none") {
  Files files;
  Store store = open(files);
  const std::string bytes("\0\xFF'\n", 4);
  const std::vector<IncomingRecord> records{{0, 0, {}, bytes}, {0, 1, {}, ""}, {0, 2, {}, std::nullopt}};
  CHECK(write(store, mini::test::judge(records, noon)).dead_letters.size() == 3);
  CHECK(files.ask("SELECT hex(payload), payload IS NULL, reason FROM dead_letter ORDER BY \"offset\"") ==
        "00FF270A|0|not JSON at byte 1\n|0|not JSON at byte 1\n|1|no value");
  CHECK(files.ask("SELECT received_ts FROM dead_letter LIMIT 1") == "2026-07-01 12:00:00");
}

TEST_CASE("the query for the last hour counts an alert a minute old and not one two hours old") {
  Files files;
  Store store = open(files);
  const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  write(store, one_alert(now - 2h, 0));
  write(store, one_alert(now - 1min, 1));
  write(store, one_alert(now - 1min, 2, R"({"humidity": 5})"));
  CHECK(files.ask("SELECT alert_type, COUNT(*) FROM alert_log WHERE alert_ts > datetime('now','-1 hour') "
                  "GROUP BY alert_type") == "HIGH_TEMP|1\nLOW_HUMIDITY|1");
}

TEST_CASE("the file is in WAL mode, its tables are strict, and it knows its version") {
  Files files;
  Store store = open(files);
  CHECK(files.ask("PRAGMA journal_mode") == "wal");
  CHECK(files.ask("PRAGMA user_version") == std::to_string(schema_version));
  CHECK(files.ask(
            "SELECT name, strict FROM pragma_table_list WHERE schema = 'main' AND name NOT LIKE 'sqlite%' "
            "ORDER BY name") ==
        "alert_log|1\nconsumed|1\ndead_letter|1\ndim_location|1\ndim_sensor|1\ndim_status|1\n"
        "dim_time|1\nfact_weather_reading|1");
}

TEST_CASE("a file with another program's alert_log is left alone") {
  Files files;
  files.ask("CREATE TABLE alert_log (alert_ts TEXT); INSERT INTO alert_log VALUES ('theirs')");
  auto opened = Store::open(files.path());
  REQUIRE(std::holds_alternative<StoreError>(opened));
  CHECK(std::get<StoreError>(opened).message == "it holds another program's tables; choose another --db");
  CHECK_FALSE(std::get<StoreError>(opened).retriable);
  CHECK(files.ask("SELECT * FROM alert_log") == "theirs");
}

TEST_CASE("a file of a newer version, or no database at all, is left alone") {
  Files newer;
  { open(newer); }
  newer.ask("PRAGMA user_version = 99");
  auto opened = Store::open(newer.path());
  REQUIRE(std::holds_alternative<StoreError>(opened));
  CHECK(std::get<StoreError>(opened).message == "the file was written by a newer version of this program");
  CHECK(newer.ask("PRAGMA user_version") == "99");

  auto nowhere = Store::open("/nonexistent/alerts.db");
  REQUIRE(std::holds_alternative<StoreError>(nowhere));
  CHECK(std::get<StoreError>(nowhere).message == "unable to open database file");
}

TEST_CASE("a file that was taken away is begun anew instead of filling one that nobody sees") {
  Files files;
  Store store = open(files);
  write(store, readings(0, 30));
  for (const char* name : {"alerts.db", "alerts.db-wal", "alerts.db-shm"})
    std::filesystem::remove(files.file(name));
  const Written written = write(store, readings(30, 60));
  CHECK(written.file_begun_anew);
  CHECK(files.ask("SELECT MIN(\"offset\"), MAX(\"offset\") FROM alert_log") == "33|57");
  CHECK_FALSE(write(store, readings(60, 90)).file_begun_anew);
}

namespace {

// Every connection that is opened while this lives may have so many pages.
int pages_max = 0;
int limit_pages(sqlite3* db, const char**, const sqlite3_api_routines*) {
  const std::string sql = "PRAGMA max_page_count = " + std::to_string(pages_max);
  return sqlite3_exec(db, sql.c_str(), nullptr, nullptr, nullptr);
}

}  // namespace

TEST_CASE("a full disk is an error that may pass; nothing of the batch is there, and later all of it") {
  Files files;
  pages_max = 60;
  sqlite3_auto_extension(reinterpret_cast<void (*)()>(limit_pages));
  Store store = open(files);
  sqlite3_reset_auto_extension();
  std::int64_t next = 0;
  auto result = store.write(readings(next, next + 100));
  while (std::holds_alternative<Written>(result)) {
    next += 100;
    result = store.write(readings(next, next + 100));
  }
  CHECK(std::get<StoreError>(result).retriable);
  CHECK(std::get<StoreError>(result).message == "database or disk is full");
  CHECK(positions(store).at(0).next_offset == next);
  Store roomier = open(files);
  CHECK(write(roomier, readings(next, next + 100)).alerts.size() > 0);
  CHECK(positions(roomier).at(0).next_offset == next + 100);
}
