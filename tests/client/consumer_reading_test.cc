#include "tests/client/support/consumer_fixture.h"

// What a consumer reads, besides what its group is about.

using namespace mini::test;
using mini::Error;
using mini::Offset;
using mini::TopicPartition;
using mini::protocol::ListOffsetsRequest;
using Fixture = ConsumerFixture;

namespace {

struct Alone : Fixture {
  Alone() { options.group_id.clear(); }
  void assign(std::vector<TopicPartition> partitions) {
    start();
    machine->assign(partitions, drive->now);
    drive->settle();
  }
};

struct Looked {
  int ends = 0;
  Error error;
  OffsetLookups::Answers found;
  OffsetLookups::Done into() {
    return [this](const Error& e, const OffsetLookups::Answers& f) {
      ++ends;
      error = e;
      found = f;
    };
  }
};

}  // namespace

TEST_CASE_FIXTURE(Alone, "a paused partition gives nothing and asks for nothing, and goes on where it was") {
  assign({{"t", 0}, {"t", 1}});
  REQUIRE(machine->pause({"t", 1}, true));
  CHECK(poll_for(500) == 10);
  CHECK(machine->find({"t", 1})->position <= 0);
  CHECK(machine->paused() == std::vector<TopicPartition>{{"t", 1}});
  log_end = 20;
  CHECK(poll_for(2000) == 10);
  for (const Asked& asked : broker.held)
    if (asked.api == ApiKey::fetch)
      for (const auto& topic : asked.read<FetchRequest>().topics) CHECK(topic.partitions.size() == 1);
  REQUIRE(machine->pause({"t", 1}, false));
  CHECK(poll_for(2000) == 20);
  CHECK(!machine->pause({"u", 0}, true));
}

TEST_CASE_FIXTURE(Alone, "only a poll that takes the last of an answer leaves something to do") {
  options.max_poll_records = 5;
  assign({{"t", 0}});
  machine->polled(drive->now);
  CHECK(!machine->take_stirred());
  REQUIRE(machine->take_records()->count() == 5);
  CHECK(machine->take_stirred());  // the answer's only batch is opened: room for another one
  REQUIRE(machine->take_records()->count() == 5);
  CHECK(!machine->take_stirred());
  CHECK(!machine->take_records());
}

TEST_CASE_FIXTURE(Fixture, "a poll after the commit interval has passed leaves a commit to send") {
  start();
  machine->subscribe({"t"}, drive->now);
  CHECK(poll_for(500) == 20);
  drive->now.monotonic += options.auto_commit_interval_ms;
  machine->polled(drive->now);
  CHECK(machine->take_stirred());
  drive->settle();
  CHECK(broker.count(ApiKey::offset_commit) == 1);
}

TEST_CASE_FIXTURE(Alone,
                  "seeking to the beginning or the end asks the broker, whatever auto.offset.reset says") {
  options.reset_to = ResetTo::none;
  log_end = 0;
  assign({{"t", 0}});
  REQUIRE(machine->seek_to_end({"t", 0}, ResetTo::latest));
  poll_for(200);
  CHECK(!machine->failure());
  CHECK(machine->find({"t", 0})->position == 0);
  log_end = 10;
  CHECK(poll_for(500) == 10);
  REQUIRE(machine->seek_to_end({"t", 0}, ResetTo::earliest));
  drive->settle();
  std::int64_t last = 0;
  for (const Asked& asked : broker.asked)
    if (asked.api == ApiKey::list_offsets)
      last = asked.read<ListOffsetsRequest>().topics.at(0).partitions.at(0).timestamp;
  CHECK(last == beginning_of_partition);
  CHECK(!machine->seek_to_end({"u", 0}, ResetTo::earliest));
}

TEST_CASE_FIXTURE(Alone, "offsets are looked up by time for any partitions, read or not") {
  start();
  Looked looked;
  machine->look_up_times({{{"t", 0}, 1234}, {{"t", 1}, end_of_partition}}, drive->now.monotonic + 5000,
                         looked.into());
  drive->pass(500);
  CHECK(looked.ends == 1);
  CHECK(!looked.error);
  CHECK(looked.found.size() == 2);
  const auto asked = std::find_if(broker.asked.begin(), broker.asked.end(),
                                  [](const Asked& each) { return each.api == ApiKey::list_offsets; });
  REQUIRE(asked != broker.asked.end());
  const auto request = asked->read<ListOffsetsRequest>();
  CHECK(request.topics.at(0).partitions.at(0).timestamp == 1234);
  CHECK(request.topics.at(0).partitions.at(1).timestamp == -1);
}

TEST_CASE_FIXTURE(Alone, "a lookup for a partition that does not exist ends at its deadline, once") {
  start();
  Looked looked;
  machine->look_up_times({{{"t", 0}, 0}, {{"t", 7}, 0}}, drive->now.monotonic + 5000, looked.into());
  drive->pass(4999);
  CHECK(looked.ends == 0);
  drive->pass(1);
  CHECK(looked.ends == 1);
  CHECK(looked.error.code == mini::ClientErrc::timed_out);
  machine->look_up_times({{{"gone", 0}, 0}}, never, looked.into());
  machine->abort(drive->now);
  CHECK(looked.ends == 2);
  CHECK(looked.error.code == mini::ClientErrc::closed);
}

TEST_CASE_FIXTURE(Fixture,
                  "a pattern takes the topics that match, but internal ones, and those that come later") {
  broker.topics = {{"t", 1}, {"tu", 1}, {"other", 1}, {"__t", 1}};
  start();
  machine->subscribe_matching(
      [](const std::string& name) { return name.find('t') != std::string::npos && name != "other"; },
      drive->now);
  poll_for(500);
  CHECK(machine->membership().topics() == std::set<std::string, std::less<>>{"t", "tu"});
  CHECK(machine->assignment().size() == 2);
  broker.topics["tv"] = 1;
  broker.topics.erase("t");
  drive->pass(broker.cluster_options().metadata_max_age_ms - 1000);
  poll_for(3000);
  CHECK(machine->assignment() == std::vector<TopicPartition>{{"tu", 0}, {"tv", 0}});
}

TEST_CASE_FIXTURE(
    Fixture,
    "a pattern after a list of topics: what is not in it is given up, what nobody has is waited for") {
  broker.topics = {{"t", 2}, {"u", 1}};
  subscribe();
  REQUIRE(machine->assignment().size() == 2);
  machine->subscribe_matching([](const std::string& name) { return name == "later"; }, drive->now);
  poll_for(500);
  CHECK(machine->assignment().size() == 2);
  broker.topics["later"] = 1;
  drive->pass(broker.cluster_options().metadata_max_age_ms - 1000);
  poll_for(3000);
  CHECK(heard == std::vector<Kind>{Kind::assigned, Kind::revoked, Kind::assigned});
  CHECK(machine->assignment() == std::vector<TopicPartition>{{"later", 0}});
}

TEST_CASE_FIXTURE(Fixture, "the one sentence about max.poll.interval.ms is said once, and names it") {
  subscribe();
  CHECK(machine->take_notices().empty());
  drive->pass(2 * options.max_poll_interval_ms);
  const auto notices = machine->take_notices();
  REQUIRE(notices.size() == 1);
  CHECK(notices[0].find("max.poll.interval.ms = 300000") != std::string::npos);
  CHECK(notices[0].find("group g") != std::string::npos);
  CHECK(machine->take_notices().empty());
}

TEST_CASE_FIXTURE(Fixture, "where the interval does not count nobody leaves for want of a poll") {
  options.poll_interval_counts = false;
  subscribe();
  drive->pass(24 * 3'600'000);
  CHECK(broker.count(ApiKey::leave_group) == 0);
  CHECK(generation == 1);
}

TEST_CASE_FIXTURE(Fixture, "closing does not wait long for a coordinator that does not answer") {
  subscribe();
  poll_for(200);
  broker.script = [](const Asked&) { return Reaction::hold(); };
  SUBCASE("it is silent") {}
  SUBCASE("it is gone") {
    broker.reachable = false;
    for (const LinkId link : broker.links()) {
      broker.close(link);
      machine->lost(link, "gone", drive->now);
    }
  }
  const TimeMs begin = drive->now.monotonic;
  machine->begin_close(drive->now, begin + 30'000);
  while (!machine->closed() && drive->now.monotonic < begin + 40'000) drive->pass(100);
  CHECK(machine->closed());
  CHECK(drive->now.monotonic - begin <= 30'000);
  if (!broker.reachable) CHECK(drive->now.monotonic - begin <= close_patience_ms + 100);
}
