#include "alert_consumer/report.h"

#include <doctest/doctest.h>

#include <algorithm>

using namespace mini::alerts;

namespace {

// So many readings, hot where asked for; all of it new.
struct Polled {
  Batch batch;
  Written written;

  Polled(std::int64_t from, std::int64_t count, std::vector<std::int64_t> hot) {
    std::vector<IncomingRecord> records;
    for (std::int64_t i = from; i < from + count; ++i) {
      const bool is_hot = std::find(hot.begin(), hot.end(), i) != hot.end();
      records.push_back({"log", "t", 0, i, "s", is_hot ? R"({"temperature": 41})" : R"({"temperature": 1})"});
    }
    batch = evaluate(records, default_rules(), {});
    for (const RaisedAlert& raised : batch.alerts) written.alerts.push_back(&raised);
  }
};

const std::string alert = "[CRITICAL] HIGH_TEMP s: temperature 41 is above 40\n";

}  // namespace

TEST_CASE("a line for each alert, and at each full hundred the alerts so far") {
  Report report(false);
  const Polled first(0, 99, {5});
  CHECK(report.lines(first.batch, first.written) == alert);
  const Polled second(99, 251, {99, 100, 349});
  CHECK(report.lines(second.batch, second.written) ==
        alert + "Processed 100 messages | 2 alerts\n" + alert +
            "Processed 200 messages | 3 alerts\nProcessed 300 messages | 3 alerts\n" + alert);
  CHECK(report.totals() == "Messages processed: 350\nAlerts generated: 4\n");
}

TEST_CASE("what was stored before is not told again, though its messages are counted") {
  Report report(false);
  const Polled again(0, 100, {1, 2});
  CHECK(report.lines(again.batch, {}) == "Processed 100 messages | 0 alerts\n");
}

TEST_CASE("the first messages that cannot be read are named, all are counted") {
  Report report(false);
  std::vector<IncomingRecord> records;
  for (std::int64_t i = 0; i < 15; ++i) records.push_back({"log", "t", 2, i, {}, "?"});
  const Batch batch = evaluate(records, default_rules(), {});
  Written written;
  for (const DeadLetter& letter : batch.dead_letters) written.dead_letters.push_back(&letter);
  const std::string lines = report.lines(batch, written);
  CHECK(lines.substr(0, lines.find('\n')) == "Set aside t-2 @ 0: not JSON at byte 1");
  CHECK(std::count(lines.begin(), lines.end(), '\n') == 11);
  CHECK(report.totals() ==
        "Messages processed: 15\nAlerts generated: 0\nMessages set aside as unreadable: 15\n");
}

TEST_CASE("no record paints on the terminal") {
  CHECK(printable("a\033[2Jb\x7F\n") == "a?[2Jb??");
  CHECK(printable("\xC2\x9B"
                  "31m") == "?31m");
  CHECK(printable("Gîza") == "Gîza");
  CHECK(printable(std::string(10'000, 'x')).size() == 200);
}
