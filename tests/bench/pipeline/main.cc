#include <sqlite3.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <unordered_map>

#include "alert_consumer/store.h"
#include "tests/bench/load/measure.h"

// bench-pipeline ours|loop|rows --events FILE --folder FOLDER: JSON readings to SQLite rows, one thread;
// prints one line of JSON. The same rows of fact_weather_reading, dim_time and alert_log are made by
//   ours   the alert consumer's own judge and store: its rules, its dead letters, its offsets in step
//   loop   nlohmann/json, and prepared statements by hand
//   rows   the statements alone, with values that were parsed before
namespace mini::bench {
namespace {

using namespace alerts;

constexpr std::size_t batch_max = 2500;  // readings in a transaction
constexpr std::string_view topic_id = "AAAAAAAAAAAAAAAAAAAAAA", topic = "sensor_data";

using Lines = std::vector<std::string>;

Lines lines_of(const std::string& path) {
  std::ifstream in(path);
  Lines lines;
  for (std::string line; std::getline(in, line);) lines.push_back(std::move(line));
  if (lines.empty()) throw std::runtime_error(path + " has no events");
  return lines;
}

Store open_store(const std::string& path) {
  auto opened = Store::open(path);
  if (const auto* error = std::get_if<StoreError>(&opened)) throw std::runtime_error(error->message);
  return std::get<Store>(std::move(opened));
}

void ours(const Lines& lines, const std::string& path) {
  const RuleSet rules(default_rules());
  Judge judge(rules);
  Store store = open_store(path);
  for (std::size_t first = 0; first < lines.size(); first += batch_max) {
    std::vector<IncomingRecord> records;
    for (std::size_t i = first; i < std::min(lines.size(), first + batch_max); ++i)
      records.push_back({0, static_cast<std::int64_t>(i), "key", lines[i]});
    const Batch batch = judge.evaluate({std::string(topic_id), std::string(topic)}, records, UtcSeconds{});
    if (const auto written = store.write(batch); const auto* error = std::get_if<StoreError>(&written))
      throw std::runtime_error(error->message);
  }
}

// What a reading's rows are made of.
struct Values {
  std::string sensor_id, timestamp, wind_direction;
  std::int64_t seq = 0;
  double temperature = 0, humidity = 0, pressure = 0, wind_speed = 0, rainfall = 0, signal = 0, quality = 0;
};

Values values_of(const std::string& line) {
  const auto event = nlohmann::json::parse(line);
  const auto& value = event["value"];
  return {event["sensor_id"],   event["timestamp"],       value["wind_direction"], event["seq"],
          value["temperature"], value["humidity"],        value["pressure"],       value["wind_speed"],
          value["rainfall"],    event["signal_strength"], event["reading_quality"]};
}

// Prepared statements, bound by hand, in the tables that the store has made.
class Rows {
 public:
  explicit Rows(const std::string& path) {
    open_store(path);
    sqlite3_open(path.c_str(), &db_);
    run("PRAGMA journal_mode=WAL");
    run("PRAGMA synchronous=FULL");  // as the store has it
    fact_ = prepare("INSERT INTO fact_weather_reading VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)");
    time_ =
        prepare("INSERT INTO dim_time (ts_utc,year,month,day,hour,minute,weekday) VALUES (?,2026,1,1,1,1,1)");
    alert_ = prepare(
        "INSERT INTO alert_log VALUES "
        "('2026-01-01 00:00:00',?,'HIGH_TEMP','WARNING','m','temperature',?,1,0,?,?,0,?,?)");
  }
  ~Rows() {
    for (sqlite3_stmt* each : {fact_, time_, alert_}) sqlite3_finalize(each);
    sqlite3_close(db_);
  }
  Rows(const Rows&) = delete;

  void begin() { run("BEGIN"); }
  void commit() { run("COMMIT"); }
  void add(const Values& values, std::int64_t offset) {
    text(fact_, 1, topic_id);
    sqlite3_bind_int64(fact_, 2, 0);
    sqlite3_bind_int64(fact_, 3, offset);
    sqlite3_bind_int64(fact_, 4, time_id(values.timestamp));
    text(fact_, 5, values.sensor_id);
    sqlite3_bind_int64(fact_, 6, 1);
    sqlite3_bind_int64(fact_, 7, 1);
    sqlite3_bind_int64(fact_, 8, values.seq);
    const double before[] = {values.temperature, values.humidity, values.pressure, values.wind_speed};
    for (int i = 0; i < 4; ++i) sqlite3_bind_double(fact_, 9 + i, before[i]);
    text(fact_, 13, values.wind_direction);
    const double after[] = {values.rainfall, values.signal, values.quality};
    for (int i = 0; i < 3; ++i) sqlite3_bind_double(fact_, 14 + i, after[i]);
    step(fact_);
    if (values.temperature > 40) alert(values, offset * 2);
    if (values.humidity < 20) alert(values, offset * 2 + 1);
  }

 private:
  void run(const char* sql) {
    if (sqlite3_exec(db_, sql, nullptr, nullptr, nullptr) != SQLITE_OK)
      throw std::runtime_error(sqlite3_errmsg(db_));
  }
  sqlite3_stmt* prepare(const char* sql) {
    sqlite3_stmt* made = nullptr;
    if (sqlite3_prepare_v2(db_, sql, -1, &made, nullptr) != SQLITE_OK)
      throw std::runtime_error(sqlite3_errmsg(db_));
    return made;
  }
  static void text(sqlite3_stmt* statement, int at, std::string_view value) {
    sqlite3_bind_text(statement, at, value.data(), static_cast<int>(value.size()), SQLITE_STATIC);
  }
  void step(sqlite3_stmt* statement) {
    if (sqlite3_step(statement) != SQLITE_DONE) throw std::runtime_error(sqlite3_errmsg(db_));
    sqlite3_reset(statement);
  }
  std::int64_t time_id(const std::string& timestamp) {
    std::int64_t& id = times_[timestamp.substr(0, 19)];
    if (id != 0) return id;
    text(time_, 1, std::string_view(timestamp).substr(0, 19));
    step(time_);
    return id = sqlite3_last_insert_rowid(db_);
  }
  void alert(const Values& values, std::int64_t number) {
    text(alert_, 1, values.sensor_id);
    sqlite3_bind_double(alert_, 2, values.temperature);
    text(alert_, 3, topic_id);
    text(alert_, 4, topic);
    sqlite3_bind_int64(alert_, 5, number);
    text(alert_, 6, values.timestamp);
    step(alert_);
  }

  sqlite3* db_ = nullptr;
  sqlite3_stmt *fact_ = nullptr, *time_ = nullptr, *alert_ = nullptr;
  std::unordered_map<std::string, std::int64_t> times_;
};

template <class Each>
void in_transactions(Rows& rows, std::size_t count, Each each) {
  for (std::size_t first = 0; first < count; first += batch_max) {
    rows.begin();
    for (std::size_t i = first; i < std::min(count, first + batch_max); ++i)
      rows.add(each(i), static_cast<std::int64_t>(i));
    rows.commit();
  }
}

void loop(const Lines& lines, const std::string& path) {
  Rows rows(path);
  in_transactions(rows, lines.size(), [&](std::size_t i) { return values_of(lines[i]); });
}

std::int64_t count_rows(const std::string& path, const char* table) {
  sqlite3* db = nullptr;
  sqlite3_stmt* question = nullptr;
  sqlite3_open(path.c_str(), &db);
  const std::string sql = std::string("SELECT COUNT(*) FROM ") + table;
  sqlite3_prepare_v2(db, sql.c_str(), -1, &question, nullptr);
  const std::int64_t count = sqlite3_step(question) == SQLITE_ROW ? sqlite3_column_int64(question, 0) : -1;
  sqlite3_finalize(question);
  sqlite3_close(db);
  return count;
}

std::map<std::string, double> measure(const std::string& how, const Lines& lines, const std::string& path) {
  std::vector<Values> parsed;
  if (how == "rows")
    for (const std::string& line : lines) parsed.push_back(values_of(line));
  const std::int64_t begun = now_ns();
  if (how == "ours") ours(lines, path);
  if (how == "loop") loop(lines, path);
  if (how == "rows") {
    Rows rows(path);
    in_transactions(rows, lines.size(), [&](std::size_t i) -> const Values& { return parsed[i]; });
  }
  const auto wall = static_cast<double>(now_ns() - begun);
  if (count_rows(path, "fact_weather_reading") != static_cast<std::int64_t>(lines.size()))
    throw std::runtime_error("not every reading has a row");
  return {{"readings_per_s", static_cast<double>(lines.size()) / wall * 1e9},
          {"us_per_reading", wall / 1e3 / static_cast<double>(lines.size())},
          {"alerts", static_cast<double>(count_rows(path, "alert_log"))}};
}

}  // namespace
}  // namespace mini::bench

int main(int argc, char** argv) {
  std::string how, events, folder;
  CLI::App app("JSON readings to SQLite rows; prints what it did as a line of JSON.", "bench-pipeline");
  app.add_option("how", how)->required()->check(CLI::IsMember({"ours", "loop", "rows"}));
  app.add_option("--events", events)->required();
  app.add_option("--folder", folder)->required();
  CLI11_PARSE(app, argc, argv);
  try {
    const auto path = (std::filesystem::path(folder) / (how + ".db")).string();
    for (const char* suffix : {"", "-wal", "-shm"}) std::filesystem::remove(path + suffix);
    mini::bench::print_figures(mini::bench::measure(how, mini::bench::lines_of(events), path));
  } catch (const std::exception& error) {
    std::fprintf(stderr, "bench-pipeline: %s\n", error.what());
    return 1;
  }
}
