#include "tests/broker/groups/group_story.h"

using namespace mini;
using namespace mini::broker;

// Behaviours 33 and 35: committed offsets; groups seen from outside.

TEST_CASE("behaviour 33: generation -1 without a member id commits only while the group is empty") {
  Story story;
  const Person outside{.client = "admin"};
  CHECK(story.commit(outside, 5) == ErrorCode::none);
  CHECK(story.state() == GroupState::empty);
  CHECK(story.committed() == 5);

  Person ann{.client = "ann"};
  story.settle({&ann});
  CHECK(story.commit(outside, 6) == ErrorCode::unknown_member_id);
  CHECK(story.committed() == 5);
  CHECK(story.commit(ann, 7) == ErrorCode::none);
  story.leave(ann);
  CHECK(story.commit(ann, 8) == ErrorCode::unknown_member_id);
  CHECK(story.commit(outside, 9) == ErrorCode::none);
  CHECK(story.committed() == 9);
}

TEST_CASE("behaviour 33: what was never committed is not there, and metadata comes back unchanged") {
  Story story;
  CHECK(story.groups.offsets("readers") == nullptr);
  const Person outside{.client = "admin"};
  CHECK(story.commit(outside, 5, "readings", "half way, \xc3\xa9t\xc3\xa9") == ErrorCode::none);
  const CommittedOffsets& offsets = *story.groups.offsets("readers");
  CHECK(offsets.find("readings", 0)->metadata == "half way, \xc3\xa9t\xc3\xa9");
  CHECK(offsets.find("readings", 0)->commit_timestamp == story.now.wall.count());
  CHECK(offsets.find("readings", 1) == nullptr);
  CHECK(offsets.find("other", 0) == nullptr);
}

TEST_CASE("H11: metadata of 4,096 bytes is kept, of 4,097 refused, and the neighbour does not notice") {
  Story story;
  CommitInput input;
  input.group_id = "readers";
  input.offsets = {{"readings", 0, 1, 0, std::string(4'096, 'm')},
                   {"readings", 1, 1, 0, std::string(4'097, 'm')},
                   {"readings", 2, 1, 0, ""}};
  CHECK(story.groups.commit(input, story.now) ==
        std::vector{ErrorCode::none, ErrorCode::offset_metadata_too_large, ErrorCode::none});
  CHECK(story.groups.offsets("readers")->find("readings", 1) == nullptr);
}

TEST_CASE("H13: a generation of a group that does not exist is what the version can say") {
  Story story;
  CommitInput input;
  input.group_id = "readers";
  input.member = {"m-1", std::nullopt, 3};
  input.offsets = {{"readings", 0, 1, 0, ""}};
  CHECK(story.groups.commit(input, story.now).front() == ErrorCode::illegal_generation);
  input.unknown_group = ErrorCode::group_id_not_found;
  CHECK(story.groups.commit(input, story.now).front() == ErrorCode::group_id_not_found);
  CHECK(story.groups.size() == 0);
}

TEST_CASE("H14: an offset is taken as it is") {
  Story story;
  for (const Offset offset : {Offset(-5), Offset(1) << 60}) {
    CHECK(story.commit(Person{.client = "a"}, offset) == ErrorCode::none);
    CHECK(story.committed() == offset);
  }
}

TEST_CASE("P12: among accepted commits the last wins, also when it goes back") {
  Story story;
  Person ann{.client = "ann"};
  story.settle({&ann});
  for (const Offset offset : {10, 20, 5}) CHECK(story.commit(ann, offset) == ErrorCode::none);
  Person late = ann;
  late.generation = 0;
  CHECK(story.commit(late, 30) == ErrorCode::illegal_generation);
  CHECK(story.committed() == 5);
}

TEST_CASE("the empty group id keeps offsets, as Kafka still allows") {
  Story story;
  CHECK(story.commit(Person{.client = "a", .group = ""}, 3) == ErrorCode::none);
  CHECK(story.committed("readings", "") == 3);
}

TEST_CASE("the offsets of a deleted topic go, in all groups") {
  Story story;
  for (const char* group : {"a", "b"}) {
    const Person person{.client = "c", .group = group};
    story.commit(person, 1, "readings");
    story.commit(person, 2, "alerts");
  }
  story.groups.topic_deleted("readings");
  for (const char* group : {"a", "b"}) {
    CHECK(story.committed("readings", group) == no_offset);
    CHECK(story.committed("alerts", group) == 2);
  }
}

// ---- growing old ----

TEST_CASE("offsets of a group without members expire offsets.retention after it became empty") {
  Story story;
  Person ann{.client = "ann"};
  story.settle({&ann});
  story.commit(ann, 5);
  story.pass_with_heartbeats(1h, {&ann});
  story.leave(ann);
  story.pass(24h * 7 - 1s);
  CHECK(story.committed() == 5);
  CHECK(story.state() == GroupState::empty);
  story.pass(10min + 1s);
  CHECK(story.committed() == no_offset);
  CHECK(story.state() == GroupState::dead);
  CHECK(story.groups.size() == 0);
  CHECK_FALSE(story.timers.next_deadline());
}

TEST_CASE("offsets of a group that only keeps them expire after their own commit") {
  Story story;
  const Person outside{.client = "admin"};
  story.commit(outside, 1, "old");
  story.pass(24h);
  story.commit(outside, 2, "young");
  story.pass(24h * 6 + 10min);
  CHECK(story.committed("old") == no_offset);
  CHECK(story.committed("young") == 2);
}

TEST_CASE("while consumers are there only topics they no longer read grow old") {
  Story story({.offsets_retention_ms = 3'600'000});
  Person ann{.client = "ann"};
  story.settle({&ann});
  story.commit(ann, 1, "readings");
  story.commit(ann, 2, "forgotten");
  story.pass_with_heartbeats(2h, {&ann});
  CHECK(story.committed("readings") == 1);
  CHECK(story.committed("forgotten") == no_offset);
}

TEST_CASE("a commit that names its own retention expires by that one") {
  Story story;
  CommitInput input;
  input.group_id = "readers";
  input.retention_time_ms = 60'000;
  input.offsets = {{"readings", 0, 1, 0, ""}};
  story.groups.commit(input, story.now);
  story.pass(10min);
  CHECK(story.committed() == no_offset);
}

TEST_CASE("a group that nobody came back to is removed, but not while somebody is on the way") {
  Story story({.session_timeout_min_ms = 1, .offsets_retention_check_interval_ms = 1'000});
  Person ann{.client = "ann", .version = 4};
  ann.id = story.join(ann)->member_id;
  story.pass(9s);
  CHECK(story.state() == GroupState::empty);
  story.pass(2s);
  CHECK(story.state() == GroupState::dead);
}

// ---- from outside ----

TEST_CASE("behaviour 35: listing filters by state and type, in any case") {
  Story story;
  Person ann{.client = "ann"};
  story.settle({&ann});
  story.commit(Person{.client = "x", .group = "offsets only"}, 1);
  const auto names = [&](const GroupFilter& filter) {
    std::string text;
    for (const GroupListing& each : story.groups.list(filter)) text += each.group_id + ';';
    return text;
  };
  CHECK(names({}) == "offsets only;readers;");
  CHECK(names({{"Stable"}, {}}) == "readers;");
  CHECK(names({{"EMPTY"}, {}}) == "offsets only;");
  CHECK(names({{"stable", "Empty"}, {"Classic"}}) == "offsets only;readers;");
  CHECK(names({{"NoSuchState"}, {}}).empty());
  CHECK(names({{}, {"consumer"}}).empty());
  CHECK(story.groups.list({{"Stable"}, {}}).front().protocol_type == "consumer");
}

TEST_CASE("behaviour 35: a description names state, protocol and members; of nothing it says Dead") {
  Story story;
  CHECK(story.describe("nothing") == GroupDescription{});
  CHECK(to_string(story.state("nothing")) == "Dead");

  Person ann{.client = "ann", .instance = "rack-1"};
  const auto joined = story.join(ann);
  CHECK(to_string(story.state()) == "PreparingRebalance");
  CHECK(story.describe().protocol_name.empty());
  CHECK(story.describe().members.at(0).metadata.empty());
  story.pass(3s);
  CHECK(to_string(story.state()) == "CompletingRebalance");
  story.take(ann, joined);
  story.sync_all({&ann});
  const GroupDescription stable = story.describe();
  CHECK(to_string(stable.state) == "Stable");
  CHECK(stable.protocol_type == "consumer");
  CHECK(stable.protocol_name == "range");
  const auto& member = stable.members.at(0);
  CHECK(member.client_id == "ann");
  CHECK(member.client_host == "/127.0.0.1");
  CHECK(member.group_instance_id == "rack-1");
  CHECK(member.metadata == story.join_input(ann).protocols[0].metadata);
  CHECK(member.assignment == bytes("for ann"));
}

TEST_CASE("behaviour 35, H15: a group with members is not deleted, an empty one is with its offsets") {
  Story story;
  Person ann{.client = "ann"};
  story.settle({&ann});
  story.commit(ann, 1);
  CHECK(story.groups.remove("readers") == ErrorCode::non_empty_group);
  CHECK(story.groups.remove("nothing") == ErrorCode::group_id_not_found);
  story.leave(ann);
  CHECK(story.groups.remove("readers") == ErrorCode::none);
  CHECK(story.groups.remove("readers") == ErrorCode::group_id_not_found);
  CHECK(story.committed() == no_offset);
  CHECK(story.state() == GroupState::dead);
}

TEST_CASE("behaviour 35, H16: offsets of a topic that a member reads are not deleted") {
  Story story;
  Person ann{.client = "ann", .topics = {"readings"}};
  story.settle({&ann});
  story.commit(ann, 1, "readings");
  story.commit(ann, 2, "forgotten");
  const auto deleted = story.groups.delete_offsets("readers", {{"readings", 0}, {"forgotten", 0}, {"x", 0}});
  CHECK(deleted.error == ErrorCode::none);
  CHECK(deleted.each == std::vector{ErrorCode::group_subscribed_to_topic, ErrorCode::none, ErrorCode::none});
  CHECK(story.committed("readings") == 1);
  CHECK(story.committed("forgotten") == no_offset);

  CHECK(story.groups.delete_offsets("nothing", {}).error == ErrorCode::group_id_not_found);
  CHECK(story.groups.delete_offsets("", {}).error == ErrorCode::invalid_group_id);
  story.leave(ann);
  CHECK(story.groups.delete_offsets("readers", {{"readings", 0}}).each == std::vector{ErrorCode::none});
  CHECK(story.committed("readings") == no_offset);
}

TEST_CASE("offsets of members that are no consumers stay while they are there") {
  Story story;
  JoinInput worker = story.join_input(Person{.client = "worker"});
  worker.protocol_type = "connect";
  const auto joined = story.join(worker);
  story.pass(3s);
  CHECK(joined->error == ErrorCode::none);
  CHECK(story.groups.delete_offsets("readers", {{"readings", 0}}).error == ErrorCode::non_empty_group);
}

TEST_CASE("H24: ten thousand groups are listed") {
  Story story({.groups_max = 10'000});
  for (int i = 0; i < 10'000; ++i) story.commit(Person{.client = "c", .group = std::to_string(i)}, i);
  CHECK(story.groups.list({}).size() == 10'000);
}
