#include "tests/client/support/consumer_fixture.h"

using namespace mini::test;
using mini::Error;
using mini::Offset;
using mini::Offsets;
using mini::TopicPartition;
using Fixture = ConsumerFixture;

TEST_CASE_FIXTURE(Fixture, "a member joins, leads, is assigned and reads from the beginning") {
  subscribe();
  CHECK(poll_for(500) <= 20);
  CHECK(machine->assignment().size() == 2);
  CHECK(machine->consumed() == Offsets{{{"t", 0}, {10}}, {{"t", 1}, {10}}});
  CHECK(broker.count(ApiKey::join_group) == 2);  // the first one told it its member id
  CHECK(heard == std::vector<Kind>{Kind::assigned});
}

TEST_CASE_FIXTURE(Fixture, "a committed offset is where it goes on") {
  committed = 7;
  subscribe();
  CHECK(broker.count(ApiKey::list_offsets) == 0);
  std::size_t records = 0;
  for (const auto& [partition, offset] : machine->consumed())
    records += static_cast<std::size_t>(offset.offset);
  CHECK(records == 20);
}

TEST_CASE_FIXTURE(Fixture, "heartbeats are sent in time, also while nobody polls") {
  subscribe();
  const std::size_t before = broker.count(ApiKey::heartbeat);
  drive->pass(30'000);
  CHECK(broker.count(ApiKey::heartbeat) - before == 10);
}

TEST_CASE_FIXTURE(Fixture,
                  "in a rebalance partitions are given up in poll, committed before, and joined for again") {
  subscribe();
  poll_for(200);
  const std::size_t joins = broker.count(ApiKey::join_group);
  heartbeat_error = ErrorCode::rebalance_in_progress;
  drive->pass(10'000);
  CHECK(broker.count(ApiKey::join_group) == joins);  // the user has yet to hear of it
  CHECK(machine->assignment().size() == 2);
  heartbeat_error = ErrorCode::none;
  poll_for(200);
  CHECK(heard == std::vector<Kind>{Kind::assigned, Kind::revoked, Kind::assigned});
  CHECK(broker.count(ApiKey::join_group) == joins + 1);
  std::size_t commit_at = 0;
  std::size_t join_at = 0;
  for (std::size_t i = 0; i < broker.asked.size(); ++i) {
    if (broker.asked[i].api == ApiKey::offset_commit) commit_at = i;
    if (broker.asked[i].api == ApiKey::join_group) join_at = i;
  }
  CHECK(commit_at > 0);
  CHECK(commit_at < join_at);
}

namespace {

// A member of a group of cooperative members, with partitions 0 to 3 of which it has `first`.
struct Cooperative : Fixture {
  Cooperative() {
    broker.topics["t"] = 4;
    options.assignors = {find_assignor("cooperative-sticky")};
    chosen = "cooperative-sticky";
    assigned = std::set<int>{0, 1, 2};
    subscribe();
    told.clear();
  }
  void rebalance(std::set<int> next) {
    assigned = std::move(next);
    heartbeat_error = ErrorCode::rebalance_in_progress;
    drive->pass(options.heartbeat_interval_ms);
    heartbeat_error = ErrorCode::none;
    poll_for(500);
  }
  mini::protocol::ConsumerProtocolSubscription said() const {
    return *mini::protocol::decode_subscription(joined.protocols.at(0).metadata);
  }
};

}  // namespace

TEST_CASE_FIXTURE(Cooperative,
                  "a cooperative member keeps reading what it keeps, and hears of the difference") {
  const Offset before = machine->find({"t", 0})->position;
  CHECK(before == 10);
  const int joins = generation;
  rebalance({0, 1, 3});
  CHECK(told == std::vector<std::pair<Kind, std::set<int>>>{
                    {Kind::revoked, {2}}, {Kind::assigned, {3}}, {Kind::assigned, {}}});
  CHECK(generation == joins + 2);                  // a second time, so that somebody gets what it gave up
  CHECK(machine->find({"t", 0})->position == 10);  // neither looked for nor read again
  CHECK(said().generation_id == generation - 1);
  REQUIRE(said().owned_partitions.size() == 1);
  CHECK(said().owned_partitions[0].partitions == std::vector<std::int32_t>{0, 1, 3});
}

TEST_CASE_FIXTURE(Cooperative, "where nothing has to be given up a cooperative member joins once") {
  const int joins = generation;
  rebalance({0, 1, 2, 3});
  CHECK(told == std::vector<std::pair<Kind, std::set<int>>>{{Kind::assigned, {3}}});
  CHECK(generation == joins + 1);
}

TEST_CASE_FIXTURE(Cooperative,
                  "a cooperative member that was forgotten has lost everything and claims nothing") {
  heartbeat_error = ErrorCode::unknown_member_id;
  drive->pass(options.heartbeat_interval_ms);
  heartbeat_error = ErrorCode::none;
  poll_for(500);
  CHECK(told ==
        std::vector<std::pair<Kind, std::set<int>>>{{Kind::lost, {0, 1, 2}}, {Kind::assigned, {0, 1, 2}}});
  CHECK(said().owned_partitions.empty());
}

TEST_CASE_FIXTURE(Cooperative,
                  "a rebalance that comes while the user hears of the last one is joined afterwards") {
  assigned = std::set<int>{0, 3};
  heartbeat_error = ErrorCode::rebalance_in_progress;
  drive->pass(options.heartbeat_interval_ms);  // joined again: what it gives up waits for a poll
  assigned = std::set<int>{0, 1};
  drive->pass(2 * options.heartbeat_interval_ms);
  heartbeat_error = ErrorCode::none;
  poll_for(500);
  CHECK(told.front() == std::pair<Kind, std::set<int>>{Kind::revoked, {1, 2}});
  CHECK(machine->assignment() == std::vector<TopicPartition>{{"t", 0}, {"t", 1}});
  for (const auto& [kind, partitions] : told) CHECK(kind != Kind::lost);
}

TEST_CASE_FIXTURE(Cooperative, "a topic that is not subscribed to any more is given up before the join") {
  broker.topics["u"] = 1;
  machine->subscribe({"u"}, drive->now);
  assigned = std::set<int>{};
  poll_for(500);
  CHECK(told.front() == std::pair<Kind, std::set<int>>{Kind::revoked, {0, 1, 2}});
  CHECK(said().owned_partitions.empty());
  CHECK(said().topics == std::vector<std::string>{"u"});
}

TEST_CASE_FIXTURE(Fixture, "a member offers all its assignors, and is eager unless all are cooperative") {
  subscribe();
  REQUIRE(joined.protocols.size() == 2);
  CHECK(joined.protocols[0].name == "range");
  CHECK(joined.protocols[1].name == "cooperative-sticky");
  chosen = "cooperative-sticky";
  heartbeat_error = ErrorCode::rebalance_in_progress;
  drive->pass(options.heartbeat_interval_ms);
  heartbeat_error = ErrorCode::none;
  poll_for(500);
  CHECK(heard == std::vector<Kind>{Kind::assigned, Kind::revoked, Kind::assigned});
}

TEST_CASE_FIXTURE(Fixture, "a sticky member tells what it had, and has it again") {
  options.assignors = {find_assignor("sticky")};
  chosen = "sticky";
  subscribe();
  heartbeat_error = ErrorCode::rebalance_in_progress;
  drive->pass(options.heartbeat_interval_ms);
  heartbeat_error = ErrorCode::none;
  poll_for(500);
  mini::protocol::JoinGroupResponse::JoinGroupResponseMember self;
  self.metadata = joined.protocols.at(0).metadata;
  const GroupMember said = read_member(self, *find_assignor("sticky"));
  CHECK(said.owned == std::vector<TopicPartition>{{"t", 0}, {"t", 1}});
  CHECK(said.generation == generation - 1);
}

TEST_CASE_FIXTURE(Fixture, "a group that chose what this member never offered bars it") {
  chosen = "consistent";
  subscribe();
  CHECK(machine->failure().detail.find("consistent") != std::string::npos);
}

TEST_CASE_FIXTURE(Fixture, "a member that the group has forgotten loses its partitions and joins anew") {
  subscribe();
  heartbeat_error = ErrorCode::unknown_member_id;
  drive->pass(3000);
  heartbeat_error = ErrorCode::none;
  poll_for(200);
  CHECK(heard == std::vector<Kind>{Kind::assigned, Kind::lost, Kind::assigned});
  CHECK(generation == 2);
}

TEST_CASE_FIXTURE(Fixture, "what a heartbeat learns too late does not start a join over that is under way") {
  for (const ErrorCode late : {ErrorCode::unknown_member_id, ErrorCode::illegal_generation,
                               ErrorCode::rebalance_in_progress, ErrorCode::fenced_instance_id}) {
    Fixture each;
    each.subscribe();
    each.heartbeat_error = ErrorCode::rebalance_in_progress;
    each.drive->pass(each.options.heartbeat_interval_ms);  // a rebalance; the user has yet to hear of it
    each.hold_heartbeats = true;
    each.drive->pass(each.options.heartbeat_interval_ms);
    const std::size_t joins = each.broker.count(ApiKey::join_group);
    each.poll();  // the JoinGroup leaves behind the heartbeat that is not answered yet
    CHECK(each.broker.count(ApiKey::join_group) == joins + 1);
    HeartbeatResponse answer;
    answer.error_code = late;
    each.drive->answer_held(ApiKey::heartbeat, answer);
    each.poll_for(500);
    CHECK(each.broker.count(ApiKey::join_group) == joins + 1);
    CHECK(each.machine->assignment().size() == 2);
    CHECK(each.heard == std::vector<Kind>{Kind::assigned, Kind::revoked, Kind::assigned});
  }
}

TEST_CASE_FIXTURE(
    Fixture, "without poll for max.poll.interval.ms it leaves, says why, and comes back with the next poll") {
  subscribe();
  drive->pass(options.max_poll_interval_ms);
  CHECK(broker.count(ApiKey::leave_group) == 1);
  CHECK(machine->last_problem().find("max.poll.interval.ms") != std::string::npos);
  poll_for(200);
  CHECK(heard == std::vector<Kind>{Kind::assigned, Kind::lost, Kind::assigned});
  CHECK(machine->last_problem().empty());
}

TEST_CASE_FIXTURE(Fixture, "a static member does not leave when it is closed") {
  options.group_instance_id = "fixed";
  subscribe();
  machine->begin_close(drive->now, never);
  drive->settle();
  CHECK(machine->closed());
  CHECK(broker.count(ApiKey::leave_group) == 0);
}

TEST_CASE_FIXTURE(Fixture, "closing commits what was given out, then leaves") {
  subscribe();
  poll_for(200);
  machine->begin_close(drive->now, never);
  drive->settle();
  CHECK(machine->closed());
  CHECK(broker.count(ApiKey::leave_group) == 1);
  std::size_t commits = 0;
  for (const Asked& asked : broker.asked)
    if (asked.api == ApiKey::offset_commit) {
      ++commits;
      const auto request = asked.read<OffsetCommitRequest>();
      for (const auto& partition : request.topics.at(0).partitions) CHECK(partition.committed_offset == 10);
    }
  CHECK(commits == 1);
}

TEST_CASE_FIXTURE(Fixture,
                  "positions are committed every auto.commit.interval.ms, from poll only, when they moved") {
  subscribe();
  poll_for(200);
  drive->pass(20'000);
  CHECK(broker.count(ApiKey::offset_commit) == 0);
  poll();
  CHECK(broker.count(ApiKey::offset_commit) == 1);
  drive->pass(5000);
  poll();
  CHECK(broker.count(ApiKey::offset_commit) == 1);
}

TEST_CASE_FIXTURE(
    Fixture, "a commit is made again while the coordinator moves, and fails where its generation is over") {
  options.auto_commit = false;
  subscribe();
  commit_error = ErrorCode::not_coordinator;
  std::vector<Error> ends;
  const auto commit = [&] {
    machine->commit({{{"t", 0}, {5}}}, drive->now.monotonic + 10'000,
                    [&](const Error& error, const Offsets&) { ends.push_back(error); });
  };
  commit();
  drive->pass(1000);
  CHECK(ends.empty());
  CHECK(broker.count(ApiKey::find_coordinator) > 1);
  commit_error = ErrorCode::none;
  drive->pass(1000);
  REQUIRE(ends.size() == 1);
  CHECK(!ends[0]);
  commit_error = ErrorCode::illegal_generation;
  commit();
  drive->pass(1000);
  REQUIRE(ends.size() == 2);
  CHECK(ends[1].code == mini::kafka_error(22));
}

TEST_CASE_FIXTURE(Fixture, "a commit nobody answers ends at its deadline") {
  options.auto_commit = false;
  coordinator_error = ErrorCode::coordinator_not_available;
  start();
  std::vector<Error> ends;
  machine->commit({{{"t", 0}, {5}}}, drive->now.monotonic + 5000,
                  [&](const Error& error, const Offsets&) { ends.push_back(error); });
  drive->pass(4999);
  CHECK(ends.empty());
  drive->pass(1);
  REQUIRE(ends.size() == 1);
  CHECK(ends[0].code == mini::ClientErrc::timed_out);
}

TEST_CASE_FIXTURE(Fixture, "what bars a member for good is thrown from poll") {
  join_error = ErrorCode::group_authorization_failed;
  subscribe();
  CHECK(machine->failure().code == mini::kafka_error(30));
  const std::size_t joins = broker.count(ApiKey::join_group);
  poll_for(5000);
  CHECK(broker.count(ApiKey::join_group) == joins);
}

TEST_CASE_FIXTURE(Fixture, "partitions assigned by hand need no group") {
  options.group_id.clear();
  start();
  machine->assign({{"t", 1}}, drive->now);
  CHECK(poll_for(500) == 10);
  CHECK(broker.count(ApiKey::find_coordinator) == 0);
  REQUIRE(machine->seek({"t", 1}, 8));
  CHECK(poll_for(500) == 2);
  CHECK(!machine->seek({"t", 0}, 8));
}

TEST_CASE_FIXTURE(Fixture, "null records in an answer are no records") {
  options.group_id.clear();
  log_end = 0;
  null_records = true;
  start();
  machine->assign({{"t", 0}}, drive->now);
  drive->settle();
  log_end = 10;
  CHECK(poll_for(2000) <= 10);
  CHECK(!machine->failure());
}

TEST_CASE_FIXTURE(Fixture, "an offset out of range goes by auto.offset.reset") {
  options.group_id.clear();
  start();
  machine->assign({{"t", 0}}, drive->now);
  poll_for(200);
  machine->seek({"t", 0}, 99);
  fetch_error = ErrorCode::offset_out_of_range;
  log_end = 200;
  poll_for(100);
  fetch_error = ErrorCode::none;
  CHECK(poll_for(1000) == 200);  // from the beginning again
}

TEST_CASE_FIXTURE(Fixture, "with auto.offset.reset none the want of an offset is an error") {
  options.group_id.clear();
  options.reset_to = ResetTo::none;
  start();
  machine->assign({{"t", 0}}, drive->now);
  drive->settle();
  CHECK(machine->failure().code == mini::ClientErrc::no_offset);
  machine->seek({"t", 0}, 3);
  CHECK(!machine->failure());
  CHECK(poll_for(200) == 7);
}

TEST_CASE_FIXTURE(Fixture, "a topic that grows is shared out again") {
  subscribe();
  broker.topics["t"] = 3;
  drive->pass(broker.cluster_options().metadata_max_age_ms - 1000);
  poll_for(5000);
  CHECK(machine->assignment().size() == 3);
}

TEST_CASE_FIXTURE(Fixture,
                  "so it is where the static leader came back to an assignment that stands") {  // KIP-814
  options.group_instance_id = "fixed";
  skip_assignment = true;
  assigned = std::set<int>{0, 1};
  subscribe();
  CHECK(machine->assignment().size() == 2);
  for (const Asked& asked : broker.asked)
    if (asked.api == ApiKey::sync_group) CHECK(asked.read<SyncGroupRequest>().assignments.empty());
  skip_assignment = false;
  assigned.reset();
  broker.topics["t"] = 3;
  drive->pass(broker.cluster_options().metadata_max_age_ms - 1000);
  poll_for(5000);
  CHECK(machine->assignment().size() == 3);
}
