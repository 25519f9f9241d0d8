// kill -9 between any two statements of the database, two hundred times, compared with a model.
//
// Each life is a process of its own. It resumes where the database and the group say, as the program does,
// and is killed at its n-th moment: before a statement of SQLite's, or before or after the group is told.
// Half way the topic is made anew: another log under the same name, read from its beginning.
#include <doctest/doctest.h>
#include <sqlite3.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <fstream>
#include <set>
#include <sstream>

#include "alert_consumer/jsonl_sink.h"
#include "alert_consumer/pipeline.h"
#include "alert_consumer/resume.h"
#include "tests/alert_consumer/readings.h"

using namespace mini::alerts;
using mini::test::Folder;

namespace {

constexpr int lives = 200;
constexpr std::int64_t records_of_a_log = 700;
constexpr std::int32_t partitions = 2;
constexpr std::int64_t batch_records = 7;

int moments_left = 0;  // until this process dies; the tests' own process has none

void moment() {
  if (moments_left > 0 && --moments_left == 0) kill(getpid(), SIGKILL);
}

int before_statement(unsigned, void*, void*, void*) {
  moment();
  return 0;
}

int watch_statements(sqlite3* db, const char**, const sqlite3_api_routines*) {
  return sqlite3_trace_v2(db, SQLITE_TRACE_STMT, before_statement, nullptr);
}

// Record `offset` of a partition, by arithmetic: hot, hot and dry, no JSON, or ordinary.
std::string value_at(const std::string& log, std::int32_t partition, std::int64_t offset) {
  if (offset % 11 == 3) return "no json " + std::to_string(offset);
  const bool hot = offset % 3 == partition, dry = offset % 5 == 0;
  return R"({"sensor_id": "s)" + std::to_string(partition) + R"(", "timestamp": "2026-07-01T00:00:0)" +
         std::to_string(offset % 10) + R"(Z", "status": ")" + log + R"(", "seq": )" + std::to_string(offset) +
         R"(, "temperature": )" + (hot ? "41" : "20") + R"(, "humidity": )" + (dry ? "5" : "50") + "}";
}

// The group's memory: a file that is replaced as a whole.
struct Group {
  const Folder& folder;

  std::string name(std::int32_t partition) const { return "group-" + std::to_string(partition); }
  std::optional<Committed> committed(std::int32_t partition) const {
    Committed committed;
    std::istringstream text(folder.text_of(name(partition)));
    if (!(text >> committed.offset >> committed.topic_id)) return std::nullopt;
    return committed;
  }
  void commit(const Position& position) const {
    moment();
    const std::string file = name(position.partition);
    folder.write(file + ".new", std::to_string(position.next_offset) + " " + position.topic_id);
    rename(folder.file(file + ".new").c_str(), folder.file(file).c_str());
    moment();
  }
};

Pipeline open_pipeline(const Folder& folder, std::vector<Position>& stored) {
  auto store = std::get<Store>(Store::open(folder.file("alerts.db")));
  stored = std::get<std::vector<Position>>(store.positions());
  std::vector<std::unique_ptr<Sink>> sinks;
  sinks.push_back(
      std::make_unique<JsonlSink>("r.jsonl", std::get<AppendFile>(AppendFile::open(folder.file("r.jsonl")))));
  return {std::move(store), std::move(sinks)};
}

// One life of the consumer, from opening the file to the end of the log, unless it is killed.
void live(const Folder& folder, const Log& log) {
  std::vector<Position> stored;
  Pipeline pipeline = open_pipeline(folder, stored);
  const Group group{folder};
  std::int64_t next[partitions];
  for (std::int32_t p = 0; p < partitions; ++p) {
    const auto told = group.committed(p);
    const Resume resume = resume_at(stored, log, p, told);
    next[p] = resume.offset ? *resume.offset : told ? told->offset : 0;
  }
  while (next[0] < records_of_a_log || next[1] < records_of_a_log) {
    std::vector<std::string> values;
    std::vector<IncomingRecord> records;
    values.reserve(partitions * batch_records);
    for (std::int32_t p = 0; p < partitions; ++p)
      for (std::int64_t i = 0; i < batch_records && next[p] < records_of_a_log; ++i, ++next[p])
        records.push_back({p, next[p], {}, values.emplace_back(value_at(log.topic_id, p, next[p]))});
    const auto result = pipeline.write(mini::test::judge(records, UtcSeconds{}, log));
    for (const Position& position : std::get<Stored>(result).positions) group.commit(position);
  }
}

// True where it came to the end of the log before its last moment.
bool live_and_die(const Folder& folder, const Log& log, int moments) {
  const pid_t child = fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    moments_left = moments;
    sqlite3_auto_extension(reinterpret_cast<void (*)()>(watch_statements));
    live(folder, log);
    _exit(0);
  }
  int status = 0;
  REQUIRE(waitpid(child, &status, 0) == child);
  if (WIFSIGNALED(status)) REQUIRE(WTERMSIG(status) == SIGKILL);
  if (!WIFSIGNALED(status)) REQUIRE(WEXITSTATUS(status) == 0);
  return !WIFSIGNALED(status);
}

// What has to be there in the end, each thing once; the same texts as the questions below give.
struct Model {
  std::set<std::string> alerts, readings, dead_letters;

  void add(const std::string& log) {
    for (std::int32_t p = 0; p < partitions; ++p)
      for (std::int64_t offset = 0; offset < records_of_a_log; ++offset) {
        const std::string place = log + "|" + std::to_string(p) + "|" + std::to_string(offset);
        const std::string sensor = "s" + std::to_string(p);
        const std::string time = "2026-07-01 00:00:0" + std::to_string(offset % 10);
        if (offset % 11 == 3) {
          dead_letters.insert(place + "|no json " + std::to_string(offset));
          continue;
        }
        const bool hot = offset % 3 == p, dry = offset % 5 == 0;
        if (hot) alerts.insert(place + "|" + sensor + "|HIGH_TEMP|41.0");
        if (dry) alerts.insert(place + "|" + sensor + "|LOW_HUMIDITY|5.0");
        readings.insert(place + "|" + sensor + "|" + time + "|" + log + "|" + std::to_string(offset) +
                        (hot ? "|41.0" : "|20.0") + (dry ? "|5.0" : "|50.0"));
      }
  }
};

// As a set, after making sure that nothing stands twice.
std::set<std::string> rows(const Folder& folder, const std::string& sql) {
  std::istringstream text(folder.ask(sql));
  std::set<std::string> all;
  for (std::string row; std::getline(text, row);) {
    CAPTURE(row);
    REQUIRE(all.insert(row).second);
  }
  return all;
}

void compare(const Folder& folder, const Model& model) {
  const std::string place = "topic_id, \"partition\", \"offset\", ";
  CHECK((rows(folder, "SELECT " + place + "sensor_id, alert_type, metric_value FROM alert_log") ==
         model.alerts));
  CHECK((rows(folder, "SELECT " + place + "CAST(payload AS TEXT) FROM dead_letter") == model.dead_letters));
  CHECK((rows(folder,
              "SELECT " + place +
                  "f.sensor_id, ts_utc, status, seq, temperature, humidity FROM fact_weather_reading f JOIN "
                  "dim_time USING (time_id) JOIN dim_status USING (status_id) JOIN dim_sensor s ON "
                  "s.sensor_id = f.sensor_id") == model.readings));
}

// The file has every reading at least once, and only whole lines.
void compare_file(const Folder& folder, const std::vector<std::string>& logs) {
  std::set<std::string> expected, found;
  for (const std::string& log : logs)
    for (std::int32_t p = 0; p < partitions; ++p)
      for (std::int64_t offset = 0; offset < records_of_a_log; ++offset)
        if (offset % 11 != 3) expected.insert(value_at(log, p, offset));
  std::istringstream text(folder.text_of("r.jsonl"));
  for (std::string line; std::getline(text, line);) found.insert(line);
  CHECK((found == expected));
}

}  // namespace

TEST_CASE("killed between any two statements, two hundred times, the database holds what a model holds") {
  const Folder folder;
  Model model;
  int killed = 0;
  std::vector<std::string> logs;
  for (const std::string log : {"first", "second"}) {
    logs.push_back(log);
    model.add(log);
    // One moment later each time, so that every kind of moment has its turn.
    const int until = killed + lives / 2;
    for (int moments = 1; killed < until; ++moments) {
      CAPTURE(moments);
      if (live_and_die(folder, {log, "readings"}, moments)) break;
      ++killed;
    }
    // What is left of this log, without a kill, unless it was to be read to its end already.
    REQUIRE(live_and_die(folder, {log, "readings"}, 0));
    CAPTURE(log);
    compare(folder, model);
  }
  CHECK(killed == lives);
  compare_file(folder, logs);
  CHECK(folder.ask("SELECT topic_id, \"partition\", next_offset FROM consumed ORDER BY 1, 2") ==
        "first|0|700\nfirst|1|700\nsecond|0|700\nsecond|1|700");
}
