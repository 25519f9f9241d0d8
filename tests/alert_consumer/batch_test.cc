#include "alert_consumer/batch.h"

#include <doctest/doctest.h>

using namespace mini::alerts;
using namespace std::chrono_literals;

namespace {

IncomingRecord record(std::int32_t partition, std::int64_t offset, std::optional<std::string_view> value,
                      std::optional<std::string_view> key = {}) {
  return {"log-1", "readings", partition, offset, key, value};
}

}  // namespace

TEST_CASE("a batch holds the alerts, what could not be read, and where each partition goes on") {
  const std::vector<IncomingRecord> records{
      record(0, 7, R"({"sensor_id": "a", "timestamp": "T", "value": {"temperature": 41}})"),
      record(1, 3, R"({"temperature": 20})"),
      record(0, 8, "no json"),
      record(0, 10, std::nullopt),
  };
  const Batch batch = evaluate(records, default_rules(), UtcSeconds(5s));
  CHECK(batch.records == 4);
  CHECK(batch.now == UtcSeconds(5s));
  REQUIRE(batch.alerts.size() == 1);
  CHECK(batch.alerts[0].record == RecordId{"log-1", "readings", 0, 7});
  CHECK(batch.alerts[0].sensor_id == "a");
  CHECK(batch.alerts[0].reading_ts == "T");
  REQUIRE(batch.dead_letters.size() == 2);
  CHECK(batch.dead_letters[0].payload == "no json");
  CHECK(batch.dead_letters[1].reason == "no value");
  CHECK_FALSE(batch.dead_letters[1].payload);
  CHECK(batch.consumed == std::vector<Position>{{"log-1", "readings", 0, 11}, {"log-1", "readings", 1, 4}});
}

TEST_CASE("a reading that names no sensor goes by its key") {
  const std::string_view hot = R"({"temperature": 41})";
  const std::vector<IncomingRecord> records{record(0, 0, hot, "key-1"), record(0, 1, hot)};
  const Batch batch = evaluate(records, default_rules(), {});
  CHECK(batch.alerts.at(0).sensor_id == "key-1");
  CHECK(batch.alerts.at(1).sensor_id == "unknown");
}

TEST_CASE("times are written as SQLite writes them") {
  CHECK(utc_text(UtcSeconds(0s)) == "1970-01-01 00:00:00");
  CHECK(utc_text(std::chrono::sys_days(std::chrono::year(2026) / 7 / 1) + 23h + 5min + 9s) ==
        "2026-07-01 23:05:09");
}
