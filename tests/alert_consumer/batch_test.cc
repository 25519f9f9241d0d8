#include "alert_consumer/batch.h"

#include <doctest/doctest.h>

#include "tests/alert_consumer/readings.h"

using namespace mini::alerts;
using namespace std::chrono_literals;

namespace {

IncomingRecord record(std::int32_t partition, std::int64_t offset, std::optional<std::string_view> value,
                      std::optional<std::string_view> key = {}) {
  return {partition, offset, key, value};
}

}  // namespace

TEST_CASE("a batch holds the alerts, what could not be read, and where each partition goes on") {
  const std::vector<IncomingRecord> records{
      record(0, 7, R"({"sensor_id": "a", "timestamp": "T", "value": {"temperature": 41}})"),
      record(1, 3, R"({"temperature": 20})"),
      record(0, 8, "no json"),
      record(0, 10, std::nullopt),
  };
  const Batch batch = mini::test::judge(records, UtcSeconds(5s));
  CHECK(batch.records == 4);
  CHECK(batch.now == UtcSeconds(5s));
  REQUIRE(batch.alerts.size() == 1);
  CHECK(batch.alerts[0].place == Place{0, 7});
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
  const Batch batch = mini::test::judge(records);
  CHECK(batch.alerts.at(0).sensor_id == "key-1");
  CHECK(batch.alerts.at(1).sensor_id == "unknown");
}

TEST_CASE("a key that is no text makes a sensor's name that every reader can take") {
  const std::string key("a\xFF\xC3z", 4);
  CHECK(mini::test::judge({record(0, 0, R"({"temperature": 41})", key)}).alerts.at(0).sensor_id == "a\?\?z");
  CHECK(mini::test::judge({record(0, 0, R"({"temperature": 41})", "G\xC3\xAEza")}).alerts.at(0).sensor_id ==
        "Gîza");
}

TEST_CASE("a reading happened when it says so, else when its record was written, else now") {
  const auto when_of = [](std::string_view value, std::optional<UtcSeconds> timestamp) {
    return mini::test::judge({{0, 0, {}, value, timestamp}}, UtcSeconds(9s)).readings.at(0).when;
  };
  CHECK(when_of(R"({"timestamp": "1970-01-01T00:00:05Z"})", UtcSeconds(7s)) == UtcSeconds(5s));
  CHECK(when_of(R"({"timestamp": "yesterday"})", UtcSeconds(7s)) == UtcSeconds(7s));
  CHECK(when_of("{}", std::nullopt) == UtcSeconds(9s));
}

TEST_CASE("a value of ten megabytes is set aside with its beginning, not kept") {
  const std::string large(10'000'000, 'x');
  const Batch batch = mini::test::judge({record(0, 0, large)});
  REQUIRE(batch.dead_letters.size() == 1);
  CHECK(batch.dead_letters[0].payload->size() == kept_bytes_max);
  CHECK(batch.dead_letters[0].reason ==
        "a value of 10000000 bytes is too large for a reading; of FNV-1a hash 082d4c17bd878525, its "
        "beginning is kept");
}
