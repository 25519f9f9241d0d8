#include "alert_consumer/report.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>

#include "tests/alert_consumer/readings.h"

using namespace mini::alerts;

namespace {

// So many readings, hot where asked for; all of it new.
struct Polled {
  Batch batch;
  Stored stored;

  Polled(std::int64_t from, std::int64_t count, std::vector<std::int64_t> hot) {
    std::vector<IncomingRecord> records;
    for (std::int64_t i = from; i < from + count; ++i) {
      const bool is_hot = std::find(hot.begin(), hot.end(), i) != hot.end();
      records.push_back({0, i, "s", is_hot ? R"({"temperature": 41})" : R"({"temperature": 1})"});
    }
    batch = mini::test::judge(records);
    for (const RaisedAlert& raised : batch.alerts) stored.written.alerts.push_back(&raised);
  }
};

const std::string alert = "[CRITICAL] HIGH_TEMP s: temperature 41 is above 40\n";

}  // namespace

TEST_CASE("a line for each alert, and at each full hundred the alerts so far") {
  Report report(ReportStyle{});
  const Polled first(0, 99, {5});
  CHECK(report.lines(first.batch, first.stored) == alert);
  const Polled second(99, 251, {99, 100, 349});
  CHECK(report.lines(second.batch, second.stored) ==
        alert + "Processed 100 messages | 2 alerts\n" + alert +
            "Processed 200 messages | 3 alerts\nProcessed 300 messages | 3 alerts\n" + alert);
  CHECK(report.totals() == "Messages processed: 350\nAlerts generated: 4\n");
}

TEST_CASE("what was stored before is not told again, though its messages are counted") {
  Report report(ReportStyle{});
  const Polled again(0, 100, {1, 2});
  CHECK(report.lines(again.batch, {}) == "Processed 100 messages | 0 alerts\n");
}

TEST_CASE("the first messages that cannot be read are named, all are counted") {
  Report report(ReportStyle{});
  std::vector<IncomingRecord> records;
  for (std::int64_t i = 0; i < 15; ++i) records.push_back({2, i, {}, "?"});
  const Batch batch = mini::test::judge(records);
  Stored stored;
  for (const DeadLetter& letter : batch.dead_letters) stored.written.dead_letters.push_back(&letter);
  const std::string lines = report.lines(batch, stored);
  CHECK(lines.substr(0, lines.find('\n')) == "Set aside readings-2 @ 0: not JSON at byte 1");
  CHECK(std::count(lines.begin(), lines.end(), '\n') == 11);
  CHECK(report.totals() ==
        "Messages processed: 15\nAlerts generated: 0\nMessages set aside as unreadable: 15\n");
}

TEST_CASE("without a database what cannot be read is left out, not set aside") {
  Report report({.database = false});
  const std::vector<IncomingRecord> records{{2, 7, {}, "?"}};
  const Batch batch = mini::test::judge(records);
  Stored stored;
  stored.written.dead_letters.push_back(&batch.dead_letters.front());
  CHECK(report.lines(batch, stored) == "Left out readings-2 @ 7: not JSON at byte 1\n");
  CHECK(report.totals() ==
        "Messages processed: 1\nAlerts generated: 0\nMessages left out as unreadable: 1\n");
}

TEST_CASE("what is lost on the way to a file is told to everybody") {
  for (const ReportStyle& style : {ReportStyle{}, ReportStyle{.database = false, .quiet = true}}) {
    Stored stored;
    stored.notes = "Saved 10 records\n";
    stored.warnings = "Left out of r.csv: b, for which it has no column\n";
    CHECK(Report(style).lines({}, stored) == stored.warnings);
  }
}

TEST_CASE("no record paints on the terminal") {
  CHECK(printable("a\033[2Jb\x7F\n") == "a?[2Jb??");
  CHECK(printable("\xC2\x9B"
                  "31m") == "?31m");
  CHECK(printable("Gîza") == "Gîza");
  CHECK(printable(std::string(10'000, 'x')).size() == 200);
}

TEST_CASE("a line for a hundred tells how many records were waiting just then") {
  Report report(ReportStyle{});
  Polled polled(0, 250, {});
  polled.batch.lag = 1000;
  CHECK(report.lines(polled.batch, polled.stored) ==
        "Processed 100 messages | 0 alerts | lag 1150\nProcessed 200 messages | 0 alerts | lag 1050\n");
}

TEST_CASE("without a database each reading and each write to a file is a line of a log") {
  setenv("TZ", "UTC", 1);
  Report report({.database = false});
  const std::vector<IncomingRecord> records{{0, 0, {}, R"({"Timestamp": "2004-03-10 18:00:00"})"},
                                            {0, 1, {}, "{}"}};
  const Batch batch = mini::test::judge(records, *event_time("2025-04-08T21:02:00Z"));
  Stored stored;
  stored.notes = "Saved 10 records with header\n";
  CHECK(
      report.lines(batch, stored) ==
      "2025-04-08 21:02:00 - INFO - Consumed: 2004-03-10 18:00:00\n2025-04-08 21:02:00 - INFO - Consumed: -\n"
      "2025-04-08 21:02:00 - INFO - Saved 10 records with header\n");
}

TEST_CASE("quiet: only the totals, and what went wrong") {
  Report report({.database = false, .quiet = true});
  const Polled polled(0, 250, {5});
  CHECK(report.lines(polled.batch, polled.stored) == "");
  CHECK(report.totals() == "Messages processed: 250\nAlerts generated: 1\n");
}
