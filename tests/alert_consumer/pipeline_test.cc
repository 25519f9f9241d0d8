#include "alert_consumer/pipeline.h"

#include <doctest/doctest.h>

#include "alert_consumer/csv_sink.h"
#include "alert_consumer/worker.h"
#include "tests/alert_consumer/readings.h"

using namespace mini::alerts;
using namespace std::chrono_literals;
using mini::test::Folder;

namespace {

// Fails as often as it is told to, and writes down what came.
class Balky : public Sink {
 public:
  Balky(std::vector<std::string>& events, int failures, bool retriable = true)
      : events_(events), failures_(failures), retriable_(retriable) {}

  void add(const Batch& batch) override { events_.push_back("add " + std::to_string(batch.records)); }
  std::optional<SinkError> flush(bool) override {
    if (failures_-- > 0) return SinkError{"planted", retriable_};
    events_.push_back("flushed");
    return std::nullopt;
  }

 private:
  std::vector<std::string>& events_;
  int failures_;
  bool retriable_;
};

std::optional<Store> open(const Folder& folder) {
  auto opened = Store::open(folder.file("alerts.db"));
  if (auto* error = std::get_if<StoreError>(&opened)) FAIL(error->message);
  return std::move(std::get<Store>(opened));
}

std::vector<std::unique_ptr<Sink>> only(std::unique_ptr<Sink> sink) {
  std::vector<std::unique_ptr<Sink>> sinks;
  sinks.push_back(std::move(sink));
  return sinks;
}

Batch hot(std::int64_t from, std::int64_t to) {
  static const std::string value = R"({"temperature": 41})";
  std::vector<IncomingRecord> records;
  for (; from < to; ++from) records.push_back({0, from, "s", value});
  return mini::test::judge(records);
}

std::unique_ptr<Sink> csv(const Folder& folder) {
  return std::make_unique<CsvSink>("r.csv", std::get<AppendFile>(AppendFile::open(folder.file("r.csv"))), 10);
}

using Positions = std::vector<Position>;

}  // namespace

TEST_CASE("a file is flushed before the position is stored, and a retry adds nothing to it") {
  Folder folder;
  std::vector<std::string> events;
  Pipeline pipeline(open(folder), only(std::make_unique<Balky>(events, 2)));
  const Batch batch = hot(0, 3);
  for (int attempt = 0; attempt < 2; ++attempt) {
    const auto result = pipeline.write(batch);
    REQUIRE(std::holds_alternative<SinkError>(result));
    CHECK(std::get<SinkError>(result).sentence == "planted");
    CHECK(folder.ask("SELECT COUNT(*) FROM consumed") == "0");
  }
  const auto result = pipeline.write(batch);
  REQUIRE(std::holds_alternative<Stored>(result));
  CHECK(std::get<Stored>(result).positions == Positions{{"log-1", "readings", 0, 3}});
  CHECK(events == std::vector<std::string>{"add 3", "flushed"});
}

TEST_CASE("while rows of a file are held back no position is stored, but alerts are") {
  Folder folder;
  Pipeline pipeline(open(folder), only(csv(folder)));
  CHECK(std::get<Stored>(pipeline.write(hot(0, 6))).positions.empty());
  CHECK(folder.ask("SELECT COUNT(*) FROM alert_log") == "6");
  CHECK(folder.ask("SELECT COUNT(*) FROM consumed") == "0");
  CHECK(std::get<Stored>(pipeline.write(hot(6, 10))).positions == Positions{{"log-1", "readings", 0, 10}});
  CHECK(std::get<Stored>(pipeline.write(hot(10, 12))).positions.empty());
  CHECK(folder.ask("SELECT next_offset FROM consumed") == "10");
  CHECK(std::get<Stored>(pipeline.finish({})).positions == Positions{{"log-1", "readings", 0, 12}});
  CHECK(folder.ask("SELECT next_offset FROM consumed") == "12");
}

TEST_CASE("without a database the group's position waits for the file all the same") {
  Folder folder;
  Pipeline pipeline(std::nullopt, only(csv(folder)));
  const Batch batch = hot(0, 6);
  const auto stored = std::get<Stored>(pipeline.write(batch));
  CHECK(stored.positions.empty());
  CHECK(stored.written.alerts.size() == 6);
  CHECK(std::get<Stored>(pipeline.finish({})).positions == Positions{{"log-1", "readings", 0, 6}});
}

namespace {

// A worker with its words written down.
struct Works {
  std::vector<std::string> said;
  std::vector<UtcSeconds> written;  // when, by their batches
  Worker worker;

  explicit Works(Pipeline pipeline)
      : worker(std::move(pipeline),
               {.written = [this](const Batch& batch, const Stored&) { written.push_back(batch.now); },
                .say = [this](const std::string& line) { said.push_back(line); },
                .now = [] { return *event_time("2026-07-01T14:00:00Z"); },
                .retry_after = 1ms}) {}

  bool give(Batch batch) {
    auto job = std::make_unique<Job>();
    job->batch = std::move(batch);
    return worker.offer(job, 10s);
  }
};

}  // namespace

TEST_CASE("the database's thread stores what it is given, in order, and tells the positions") {
  Folder folder;
  Works works(Pipeline(open(folder), {}));
  std::int64_t told = 0;
  for (std::int64_t i = 0; i < 100; ++i) {
    REQUIRE(works.give(hot(i * 5, i * 5 + 5)));
    while (auto outcome = works.worker.outcome()) {
      CHECK(outcome->positions.at(0).next_offset == told + 5);
      told = outcome->positions.at(0).next_offset;
    }
  }
  works.worker.stop();  // what was given is stored first
  while (auto outcome = works.worker.outcome()) told = outcome->positions.at(0).next_offset;
  CHECK(told == 500);
  CHECK(works.worker.under_way() == 0);
  CHECK(folder.ask("SELECT COUNT(*), MIN(\"offset\"), MAX(\"offset\") FROM alert_log") == "500|0|499");
}

TEST_CASE("trouble that passes is said once and skips nothing") {
  Folder folder;
  std::vector<std::string> events;
  Works works(Pipeline(open(folder), only(std::make_unique<Balky>(events, 5))));
  REQUIRE(works.give(hot(0, 2)));
  const auto outcome = works.worker.outcome(10s);
  REQUIRE(outcome);
  CHECK_FALSE(outcome->problem);
  works.worker.stop();
  CHECK(works.said ==
        std::vector<std::string>{"planted; trying again, nothing is skipped.", "Writing goes on."});
  CHECK(folder.ask("SELECT next_offset FROM consumed") == "2");
}

TEST_CASE("trouble that does not pass ends the thread with its reason; giving up does too") {
  for (const bool retriable : {false, true}) {
    Folder folder;
    std::vector<std::string> events;
    Works works(Pipeline(open(folder), only(std::make_unique<Balky>(events, 1'000'000'000, retriable))));
    if (retriable) works.worker.give_up();
    REQUIRE(works.give(hot(0, 2)));
    const auto outcome = works.worker.outcome(10s);
    REQUIRE(outcome);
    CHECK(outcome->problem.value_or("").substr(0, 7) == "planted");
    CHECK(folder.ask("SELECT COUNT(*) FROM consumed") == "0");
  }
}

TEST_CASE("what is brought out at the end is told with the time at which it was") {
  Works works(Pipeline(std::nullopt, {}));
  auto job = std::make_unique<Job>();
  job->finish = true;
  REQUIRE(works.worker.offer(job, 10s));
  works.worker.stop();
  CHECK(works.written == std::vector{*event_time("2026-07-01T14:00:00Z")});
}

TEST_CASE("a full queue keeps nothing of what is offered, and goes on when there is room") {
  Handover<int, 2> queue;
  auto item = std::make_unique<int>(0);
  for (int i = 1; i <= 2; ++i) {
    item = std::make_unique<int>(i);
    REQUIRE(queue.offer(item, 0ms));
    CHECK_FALSE(item);
  }
  item = std::make_unique<int>(3);
  CHECK_FALSE(queue.offer(item, 0ms));
  REQUIRE(item);
  CHECK(*queue.take(0ms) == 1);
  CHECK(queue.offer(item, 0ms));
  CHECK(*queue.take(0ms) == 2);
  CHECK(*queue.take(0ms) == 3);
  CHECK_FALSE(queue.take(0ms));
}

TEST_CASE("everything that is offered arrives once and in order, whichever thread is faster") {
  Handover<int, 4> queue;
  constexpr int count = 20'000;
  std::thread taker([&] {
    for (int expected = 0; expected < count;)
      if (auto item = queue.take(10s)) REQUIRE(*item == expected++);
  });
  for (int i = 0; i < count; ++i) {
    auto item = std::make_unique<int>(i);
    while (!queue.offer(item, 10s)) continue;
  }
  taker.join();
}
