#include "tests/client/support/consumer_fixture.h"

using namespace mini::test;
using mini::Error;
using mini::Offset;
using mini::Offsets;
using mini::protocol::OffsetFetchRequest;

namespace {

const auto loading = mini::kafka_error(static_cast<int>(ErrorCode::coordinator_load_in_progress));
const auto unknown_member = mini::kafka_error(static_cast<int>(ErrorCode::unknown_member_id));

struct Committing : ConsumerFixture {
  struct End {
    Error error;
    Offsets committed;
  };
  std::map<Offset, End> ends;  // by the first offset of the commit

  void commit(const Offsets& offsets) {
    machine->commit(
        offsets, drive->now.monotonic + 60'000,
        [this, first = offsets.begin()->second.offset](const Error& error, const Offsets& committed) {
          ends[first] = {error, committed};
        });
    drive->settle();
  }
  // What each OffsetCommit so far said of partition 0.
  std::vector<Offset> commits_of_first() const {
    std::vector<Offset> offsets;
    for (const Asked& each : broker.asked) {
      if (each.api != ApiKey::offset_commit) continue;
      const auto request = each.read<OffsetCommitRequest>();
      for (const auto& topic : request.topics)
        for (const auto& partition : topic.partitions)
          if (partition.partition_index == 0) offsets.push_back(partition.committed_offset);
    }
    return offsets;
  }
  // Answers the oldest commit that is held.
  void answer_commit(ErrorCode error) {
    const auto held = std::find_if(broker.held.begin(), broker.held.end(),
                                   [](const Asked& each) { return each.api == ApiKey::offset_commit; });
    REQUIRE(held != broker.held.end());
    drive->answer_held(ApiKey::offset_commit, commit_answer(*held, error));
  }
};

struct ByHand : Committing {
  ByHand() {
    options.auto_commit = false;
    start();
    machine->assign({{"t", 0}, {"t", 1}}, drive->now);
    poll_for(200);
    hold_commits = true;
  }
};

}  // namespace

// ---- in whose name ----

TEST_CASE_FIXTURE(Committing, "who was expelled commits nothing, neither asked nor by itself") {
  subscribe();
  CHECK(!machine->consumed().empty());
  drive->pass(options.max_poll_interval_ms);
  commit({{{"t", 0}, {3}}});
  CHECK(ends.at(3).error.code == unknown_member);
  CHECK(poll_for(options.auto_commit_interval_ms) > 0);  // expelled, back, and reading
  for (const Asked& each : broker.asked)
    if (each.api == ApiKey::offset_commit) CHECK(each.read<OffsetCommitRequest>().member_id == "m1");
}

TEST_CASE_FIXTURE(Committing, "whom the group has forgotten commits nothing until it is a member again") {
  options.auto_commit = false;
  subscribe();
  heartbeat_error = ErrorCode::unknown_member_id;
  drive->pass(options.heartbeat_interval_ms);
  commit({{{"t", 0}, {3}}});
  CHECK(ends.at(3).error.code == unknown_member);
  heartbeat_error = ErrorCode::none;
  poll_for(200);
  commit({{{"t", 0}, {4}}});
  CHECK(!ends.at(4).error);
  CHECK(commits_of_first() == std::vector<Offset>{4});
}

TEST_CASE_FIXTURE(Committing, "a member to be has nothing to commit yet, and may say so") {
  start();
  machine->subscribe_matching([](const std::string&) { return true; }, drive->now);
  bool ended = false;
  machine->commit({}, drive->now.monotonic + 1000, [&](const Error& error, const Offsets&) {
    ended = true;
    CHECK(!error);
  });
  commit({{{"t", 0}, {3}}});
  CHECK(ended);
  CHECK(ends.at(3).error.code == unknown_member);
}

TEST_CASE_FIXTURE(ByHand, "partitions assigned by hand are committed as no member") {
  hold_commits = false;
  commit({{{"t", 0}, {3}}});
  CHECK(!ends.at(3).error);
  CHECK(broker.asked.back().read<OffsetCommitRequest>().generation_id_or_member_epoch == -1);
}

// ---- in which order ----

TEST_CASE_FIXTURE(ByHand, "a commit that has to be made again does not overwrite a later one") {
  commit({{{"t", 0}, {10}}});
  commit({{{"t", 0}, {20}}});
  answer_commit(ErrorCode::coordinator_load_in_progress);
  answer_commit(ErrorCode::none);
  CHECK(ends.at(10).error.code == loading);
  CHECK(!ends.at(20).error);
  drive->pass(60'000);
  CHECK(commits_of_first() == std::vector<Offset>{10, 20});
}

TEST_CASE_FIXTURE(ByHand, "nor does it where the later one comes while it waits") {
  commit({{{"t", 0}, {10}}});
  answer_commit(ErrorCode::coordinator_load_in_progress);
  commit({{{"t", 0}, {20}}});
  answer_commit(ErrorCode::none);
  drive->pass(60'000);
  CHECK(ends.at(10).error.code == loading);
  CHECK(commits_of_first() == std::vector<Offset>{10, 20});
}

TEST_CASE_FIXTURE(ByHand, "what no later commit names is committed all the same") {
  commit({{{"t", 0}, {10}}, {{"t", 1}, {11}}});
  commit({{{"t", 0}, {20}}});
  answer_commit(ErrorCode::coordinator_load_in_progress);
  answer_commit(ErrorCode::none);
  hold_commits = false;
  drive->pass(1000);
  CHECK(!ends.at(10).error);
  CHECK(ends.at(10).committed == Offsets{{{"t", 1}, {11}}});
  CHECK(commits_of_first() == std::vector<Offset>{10, 20});
}

TEST_CASE_FIXTURE(ByHand, "a coordinator that moves gets the latest commit last") {
  commit({{{"t", 0}, {10}}});
  coordinator_error = ErrorCode::coordinator_not_available;
  answer_commit(ErrorCode::not_coordinator);
  drive->pass(1000);
  commit({{{"t", 0}, {20}}});
  coordinator_error = ErrorCode::none;
  hold_commits = false;
  drive->pass(2000);
  CHECK(!ends.at(20).error);
  CHECK(commits_of_first().back() == 20);
}

TEST_CASE_FIXTURE(Committing, "what closing commits stands, whatever was to be made again") {
  subscribe();
  poll_for(200);
  hold_commits = true;
  commit({{{"t", 0}, {5}}});
  machine->begin_close(drive->now, drive->now.monotonic + 10'000);
  drive->settle();
  answer_commit(ErrorCode::coordinator_load_in_progress);
  answer_commit(ErrorCode::none);
  CHECK(machine->closed());
  CHECK(commits_of_first() == std::vector<Offset>{5, 10});
}

// ---- reading them ----

TEST_CASE_FIXTURE(Committing, "only stable offsets are read, so it waits for a transaction to end") {
  lookup_error = ErrorCode::unstable_offset_commit;
  committed = 7;
  subscribe();
  CHECK(poll_for(1000) == 0);
  CHECK(!machine->failure());
  const std::size_t asked = broker.count(ApiKey::offset_fetch);
  CHECK(asked > 1);
  lookup_error = ErrorCode::none;
  CHECK(poll_for(2000) > 0);
  CHECK(machine->consumed().at({"t", 0}).offset == 10);
  CHECK(broker.count(ApiKey::list_offsets) == 0);  // it went on at 7
  for (const Asked& each : broker.asked)
    if (each.api == ApiKey::offset_fetch) CHECK(each.read<OffsetFetchRequest>().require_stable);
}

TEST_CASE_FIXTURE(Committing, "a broker that cannot tell stable offsets is asked without") {
  broker.served[ApiKey::offset_fetch] = mini::protocol::range(1, 6);
  start();
  broker.script = [this](const Asked& each) {
    return each.api == ApiKey::offset_fetch ? Reaction::hold() : react(each);
  };
  machine->subscribe({"t"}, drive->now);
  poll_for(200);
  const auto asked = std::find_if(broker.asked.begin(), broker.asked.end(),
                                  [](const Asked& each) { return each.api == ApiKey::offset_fetch; });
  REQUIRE(asked != broker.asked.end());
  CHECK(asked->version == 6);
}
