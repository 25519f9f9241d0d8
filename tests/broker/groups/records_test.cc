#include "broker/groups/records.h"

#include <doctest/doctest.h>

#include "tests/broker/groups/group_story.h"
#include "tests/broker/groups/stored_records.h"

using namespace mini;
using namespace mini::broker;

TEST_CASE("records read back as they were written") {
  const OffsetCommitRecord commit{{"readers", "readings", 3},
                                  OffsetCommitValue{42, 7, "half way", 1'000, -1}};
  CHECK(std::get<OffsetCommitRecord>(stored_and_read(commit)) == commit);
  const OffsetCommitRecord gone{{"readers", "readings", 3}, std::nullopt};
  CHECK(std::get<OffsetCommitRecord>(stored_and_read(gone)) == gone);

  GroupMetadataValue value{.protocol_type = "consumer",
                           .generation = 5,
                           .protocol = "range",
                           .leader = "a-1",
                           .current_state_timestamp = 99,
                           .members = {}};
  value.members.push_back(
      {"a-1", std::nullopt, "a", "/127.0.0.1", 60'000, 10'000, bytes("sub"), bytes("all")});
  value.members.push_back({"b-1", "rack-1", "b", "/::1", 1, 2, {}, {}});
  const GroupMetadataRecord metadata{{"readers"}, value};
  CHECK(std::get<GroupMetadataRecord>(stored_and_read(metadata)) == metadata);
}

TEST_CASE("a commit that names its own retention is stored as version 1, which has no leader epoch") {
  const OffsetCommitValue own{42, 7, "", 1'000, 61'000};
  CHECK(own.version() == 1);
  const auto read = std::get<OffsetCommitRecord>(stored_and_read(OffsetCommitRecord{{"g", "t", 0}, own}));
  CHECK(read.value->expire_timestamp == 61'000);
  CHECK(read.value->leader_epoch == no_leader_epoch);
  CHECK(OffsetCommitValue{}.version() == 3);
}

TEST_CASE("a restart: members of a settled group go on, and who is gone is noticed") {
  Story before, after;
  Person ann{.client = "ann"}, bob{.client = "bob"};
  before.settle({&ann, &bob});
  before.commit(ann, 12);
  for (const GroupRecord& record : before.records) after.groups.replay(stored_and_read(record));
  after.groups.begin(after.now);

  CHECK(after.describe() == before.describe());
  CHECK(after.committed() == 12);
  after.pass(5s);
  CHECK(after.heartbeat(ann) == ErrorCode::none);
  CHECK(after.sync(ann)->assignment == bytes("for ann"));
  CHECK(after.commit(ann, 13) == ErrorCode::none);
  after.pass(5s);
  CHECK(after.heartbeat(bob) == ErrorCode::unknown_member_id);
  CHECK(after.heartbeat(ann) == ErrorCode::rebalance_in_progress);
  CHECK(after.join(ann)->generation_id == 2);
}

TEST_CASE("a static member that came back with another subscription is stored with it") {
  Story before, after;
  Person ann{.client = "ann", .instance = "rack-1"}, bob{.client = "bob", .instance = "rack-2"};
  before.settle({&ann, &bob});
  ann.id.clear();
  ann.topics = {"alerts"};
  before.take(ann, before.join(ann));
  for (const GroupRecord& record : before.records) after.groups.replay(record);
  CHECK(after.describe() == before.describe());
  after.groups.begin(after.now);
  CHECK(after.heartbeat(ann) == ErrorCode::none);
}

TEST_CASE("a restart in the middle of a rebalance falls back to the generation settled before") {
  Story before, after;
  Person ann{.client = "ann"}, bob{.client = "bob"};
  before.settle({&ann});
  const GroupDescription settled = before.describe();
  const Person old = ann;
  const auto newcomer = before.join(bob);
  before.take(ann, before.join(ann));
  before.take(bob, newcomer);
  CHECK(before.state() == GroupState::completing_rebalance);

  for (const GroupRecord& record : before.records) after.groups.replay(record);
  after.groups.begin(after.now);
  CHECK(after.describe() == settled);
  CHECK(after.heartbeat(old) == ErrorCode::none);
  CHECK(after.heartbeat(ann) == ErrorCode::illegal_generation);
  CHECK(after.heartbeat(bob) == ErrorCode::unknown_member_id);
}
