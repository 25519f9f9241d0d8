#include "tests/broker/groups/group_story.h"

using namespace mini;
using namespace mini::broker;

// Behaviours 32 and 34: members in their group, and how they go.

TEST_CASE("behaviour 32: what heartbeat, sync and commit are told in each state of the group") {
  Story story;
  Person ann{.client = "ann"}, bob{.client = "bob"}, eve{.client = "eve"};
  story.settle({&ann, &bob});
  CHECK(story.heartbeat(ann) == ErrorCode::none);
  CHECK(story.commit(ann, 1) == ErrorCode::none);
  CHECK(story.sync(ann)->assignment == bytes("for ann"));

  const auto c = story.join(eve);  // PreparingRebalance
  CHECK(story.heartbeat(ann) == ErrorCode::rebalance_in_progress);
  CHECK(story.sync(ann)->error == ErrorCode::rebalance_in_progress);
  CHECK(story.commit(ann, 2) == ErrorCode::none);  // the last word of the old generation

  const auto a = story.join(ann), b = story.join(bob);  // CompletingRebalance
  story.take(ann, a);
  story.take(bob, b);
  story.take(eve, c);
  CHECK(story.state() == GroupState::completing_rebalance);
  CHECK(story.heartbeat(ann) == ErrorCode::none);
  CHECK(story.commit(ann, 3) == ErrorCode::rebalance_in_progress);
  CHECK(story.committed() == 2);
  story.sync_all({&ann, &bob, &eve});
  CHECK(story.commit(ann, 4) == ErrorCode::none);
}

TEST_CASE("behaviour 32, H5, H6, P11: a wrong generation is 22, an unknown member 25, and nothing changes") {
  Story story;
  Person ann{.client = "ann"};
  story.settle({&ann});
  const GroupDescription before = story.describe();
  for (const GenerationId generation : {-1, 0, 2, 1'000'000}) {
    CAPTURE(generation);
    Person wrong = ann;
    wrong.generation = generation;
    CHECK(story.heartbeat(wrong) == ErrorCode::illegal_generation);
    CHECK(story.sync(wrong, {{ann.id, bytes("mine")}})->error == ErrorCode::illegal_generation);
    CHECK(story.commit(wrong, 9) == ErrorCode::illegal_generation);
  }
  Person stranger{.client = "x", .id = "x-1", .generation = 1};
  CHECK(story.heartbeat(stranger) == ErrorCode::unknown_member_id);
  CHECK(story.sync(stranger)->error == ErrorCode::unknown_member_id);
  CHECK(story.commit(stranger, 9) == ErrorCode::unknown_member_id);
  CHECK(story.leave(stranger) == ErrorCode::unknown_member_id);
  CHECK(story.describe() == before);
  CHECK(story.committed() == no_offset);

  Person nowhere{.client = "x", .group = "nowhere", .id = "x-1", .generation = 1};
  CHECK(story.heartbeat(nowhere) == ErrorCode::unknown_member_id);
  CHECK(story.sync(nowhere)->error == ErrorCode::unknown_member_id);
  CHECK(story.leave(nowhere) == ErrorCode::unknown_member_id);
}

TEST_CASE("sync waits for the leader, then each gets its own part") {
  Story story;
  Person ann{.client = "ann"}, bob{.client = "bob"};
  const auto a = story.join(ann), b = story.join(bob);
  story.pass(6s);
  story.take(ann, a);
  story.take(bob, b);
  Person& leader = a->leader == ann.id ? ann : bob;
  Person& other = &leader == &ann ? bob : ann;
  // H21: what a follower assigns is ignored.
  const auto waiting = story.sync(other, {{other.id, bytes("everything")}});
  CHECK_FALSE(waiting.came());
  // H22: blobs are taken as they are, and what is said of strangers is dropped.
  const auto led = story.sync(leader, {{leader.id, bytes("\xff\xfe")}, {"nobody-1", bytes("x")}});
  CHECK(led->assignment == bytes("\xff\xfe"));
  CHECK(waiting->error == ErrorCode::none);
  CHECK(waiting->assignment.empty());
  CHECK(waiting->protocol_name == "range");
  CHECK(waiting->protocol_type == "consumer");
  CHECK(story.describe().members.size() == 2);
}

TEST_CASE("H8: a sync that names another protocol or type is 23") {
  Story story;
  Person ann{.client = "ann"};
  story.settle({&ann});
  SyncInput input{"readers", ann.claim(), "consumer", "range", {}};
  CHECK(story.sync(input)->error == ErrorCode::none);
  input.protocol_name = "sticky";
  CHECK(story.sync(input)->error == ErrorCode::inconsistent_group_protocol);
  input.protocol_name = "range";
  input.protocol_type = "connect";
  CHECK(story.sync(input)->error == ErrorCode::inconsistent_group_protocol);
}

TEST_CASE("a rebalance while members wait for the leader sends them back to join") {
  Story story;
  Person ann{.client = "ann"}, bob{.client = "bob"};
  const auto a = story.join(ann), b = story.join(bob);
  story.pass(6s);
  story.take(ann, a);
  story.take(bob, b);
  Person& other = a->leader == ann.id ? bob : ann;
  const auto waiting = story.sync(other);
  story.join(Person{.client = "eve"});
  CHECK(waiting->error == ErrorCode::rebalance_in_progress);
}

TEST_CASE("who does not sync within the rebalance timeout is dropped, and the others join again") {
  Story story;
  Person ann{.client = "ann"}, bob{.client = "bob"};
  const auto a = story.join(ann), b = story.join(bob);
  story.pass(6s);
  story.take(ann, a);
  story.take(bob, b);
  Person& leader = a->leader == ann.id ? ann : bob;
  Person& other = &leader == &ann ? bob : ann;
  SUBCASE("a follower") {
    story.sync(leader, {{leader.id, bytes("all")}});
    story.pass_with_heartbeats(59s, {&ann, &bob});
    CHECK(story.state() == GroupState::stable);
    story.pass(1s);
    CHECK(story.heartbeat(leader) == ErrorCode::rebalance_in_progress);
    CHECK(story.heartbeat(other) == ErrorCode::unknown_member_id);
  }
  SUBCASE("the leader") {
    const auto waiting = story.sync(other);
    story.pass_with_heartbeats(60s, {&leader});
    CHECK(waiting->error == ErrorCode::rebalance_in_progress);
    CHECK(story.heartbeat(leader) == ErrorCode::unknown_member_id);
    const auto again = story.join(other);
    CHECK(again->generation_id == 2);
    CHECK(again->leader == other.id);
  }
}

TEST_CASE("H19: a member that vanishes is removed after its session timeout, not before") {
  Story story;
  Person ann{.client = "ann", .session_timeout_ms = 30'000}, bob{.client = "bob"};
  story.settle({&ann, &bob});
  story.pass(9'999ms);
  CHECK(story.state() == GroupState::stable);
  story.pass(1ms);
  CHECK(story.heartbeat(ann) == ErrorCode::rebalance_in_progress);
  CHECK(story.heartbeat(bob) == ErrorCode::unknown_member_id);
  const auto alone = story.join(ann);
  CHECK(alone->members.size() == 1);
  story.take(ann, alone);
  story.sync(ann, {{ann.id, bytes("all")}});
  CHECK(story.assignment_of(ann) == "all");
}

TEST_CASE("heartbeats and commits keep a member alive; waiting for us does too") {
  Story story;
  Person ann{.client = "ann"}, bob{.client = "bob"};
  story.settle({&ann, &bob});
  for (int i = 0; i < 10; ++i) {
    story.pass(9s);
    CHECK(story.heartbeat(ann) == ErrorCode::none);
    CHECK(story.commit(bob, i) == ErrorCode::none);
  }
  ann.topics = {"other"};
  const auto waiting = story.join(ann);
  story.pass_with_heartbeats(40s, {&bob});
  CHECK_FALSE(waiting.came());
  CHECK(story.describe().members.size() == 2);
}

TEST_CASE("a member that leaves is gone at once, and the others share what it had") {
  Story story;
  Person ann{.client = "ann"}, bob{.client = "bob"};
  story.settle({&ann, &bob});
  CHECK(story.leave(bob) == ErrorCode::none);
  CHECK(story.leave(bob) == ErrorCode::unknown_member_id);
  CHECK(story.heartbeat(ann) == ErrorCode::rebalance_in_progress);
  CHECK(story.join(ann)->generation_id == 2);

  ann.generation = 2;
  CHECK(story.leave(ann) == ErrorCode::none);
  CHECK(story.state() == GroupState::empty);
  CHECK(story.describe().generation_id == 3);
}

TEST_CASE("a member that leaves while it waits is answered") {
  Story story;
  Person ann{.client = "ann"}, bob{.client = "bob"};
  story.settle({&ann, &bob});
  ann.topics = {"other"};
  const auto waiting = story.join(ann);
  CHECK(story.leave(ann) == ErrorCode::none);
  CHECK(waiting->error == ErrorCode::unknown_member_id);
}

TEST_CASE("several members leave in one request, each with its own answer") {
  Story story;
  Person ann{.client = "ann"}, bob{.client = "bob", .instance = "rack-1"}, eve{.client = "eve"};
  story.settle({&ann, &bob, &eve});
  const auto errors = story.groups.leave("readers",
                                         {{ann.id, std::nullopt, "done"},
                                          {"", "rack-1", "removed by an admin"},
                                          {"", "rack-2", ""},
                                          {"", std::nullopt, ""},
                                          {eve.id, "rack-1", ""}},
                                         story.now);
  CHECK(errors == std::vector{ErrorCode::none, ErrorCode::none, ErrorCode::unknown_member_id,
                              ErrorCode::unknown_member_id, ErrorCode::unknown_member_id});
  CHECK(story.describe().members.size() == 1);
}

// ---- static members ----

TEST_CASE("behaviour 34: a static member comes back with the same assignment and no rebalance") {
  for (const std::int16_t version : {5, 8, 9}) {
    CAPTURE(version);
    Story story;
    Person ann{.client = "ann", .instance = "rack-1", .version = version};
    Person bob{.client = "bob", .instance = "rack-2", .version = version};
    story.settle({&ann, &bob});
    const MemberId leader = story.describe().leader;
    for (Person* person : {&ann, &bob}) {
      const bool led = person->id == leader;
      const MemberId old_id = person->id;
      person->id.clear();
      const auto back = story.join(*person);
      CHECK(back->generation_id == 1);
      CHECK(back->member_id != old_id);
      CHECK(back->skip_assignment == (led && version >= 9));
      CHECK(back->members.size() == (led && version >= 9 ? 2 : 0));
      // A leader that cannot be told to skip must not take itself for the leader.
      if (led) CHECK((back->leader == back->member_id) == (version >= 9));
      story.take(*person, back);
      CHECK(story.sync(*person)->assignment == bytes("for " + person->client));
    }
    CHECK(story.state() == GroupState::stable);
    CHECK(story.events.rebalances == 1);
  }
}

TEST_CASE("behaviour 34, H10: a second client with the same instance id takes over and the first is fenced") {
  Story story;
  Person ann{.client = "ann", .instance = "rack-1", .version = 9};
  story.settle({&ann});
  Person other{.client = "other", .instance = "rack-1", .version = 9};
  story.take(other, story.join(other));
  CHECK(story.heartbeat(ann) == ErrorCode::fenced_instance_id);
  CHECK(story.sync(ann)->error == ErrorCode::fenced_instance_id);
  CHECK(story.commit(ann, 1) == ErrorCode::fenced_instance_id);
  CHECK(story.join(ann)->error == ErrorCode::fenced_instance_id);
  CHECK(story.leave(ann) == ErrorCode::fenced_instance_id);
  CHECK(story.heartbeat(other) == ErrorCode::none);
}

TEST_CASE("behaviour 34: what the fenced one waits for is answered with the fence") {
  Story story;
  Person ann{.client = "ann", .instance = "rack-1"}, bob{.client = "bob"};
  const Person successor = ann;
  SUBCASE("its join") {
    const auto waiting = story.join(ann);
    const auto next = story.join(successor);
    CHECK(waiting->error == ErrorCode::fenced_instance_id);
    story.pass(6s);
    CHECK(next->generation_id == 1);
    CHECK(next->members.size() == 1);
  }
  SUBCASE("its sync, and the leader must assign to the new id") {
    const auto b = story.join(bob), a = story.join(ann);
    story.pass(6s);
    story.take(ann, a);
    story.take(bob, b);
    if (a->leader == ann.id) return;  // the leader's own sync does not wait
    const auto waiting = story.sync(ann);
    const auto next = story.join(successor);
    CHECK(waiting->error == ErrorCode::fenced_instance_id);
    CHECK(story.heartbeat(bob) == ErrorCode::rebalance_in_progress);
    CHECK(story.join(bob)->generation_id == 2);
    CHECK(next->generation_id == 2);
  }
}

TEST_CASE("behaviour 34: closing does not remove a static member, the session timeout does") {
  Story story;
  Person ann{.client = "ann", .instance = "rack-1"}, bob{.client = "bob", .instance = "rack-2"};
  story.settle({&ann, &bob});
  story.pass_with_heartbeats(8s, {&bob});
  CHECK(story.describe().members.size() == 2);
  story.pass_with_heartbeats(2s, {&bob});
  CHECK(story.describe().members.size() == 1);
  CHECK(story.heartbeat(bob) == ErrorCode::rebalance_in_progress);
}

TEST_CASE("a static member that comes back speaking only another protocol begins a rebalance") {
  Story story;
  Person ann{.client = "ann", .instance = "rack-1", .speaks = {"range", "sticky"}};
  Person bob{.client = "bob", .speaks = {"range", "sticky"}};
  story.settle({&ann, &bob});
  ann.id.clear();
  ann.speaks = {"sticky"};
  CHECK_FALSE(story.join(ann).came());
  CHECK(story.join(bob)->protocol_name == "sticky");
}

TEST_CASE("a rebalance does not drop a static member that is away") {
  Story story;
  Person ann{.client = "ann", .instance = "rack-1", .session_timeout_ms = 1'000'000};
  Person bob{.client = "bob"}, eve{.client = "eve"};
  story.settle({&ann, &bob});
  const auto c = story.join(eve), b = story.join(bob);
  story.pass(60s);
  CHECK(c->generation_id == 2);
  CHECK(b->generation_id == 2);
  CHECK(story.describe().members.size() == 3);
}

TEST_CASE("an unknown instance id with a member id is an unknown member") {
  Story story;
  Person ann{.client = "ann", .instance = "rack-1"};
  story.settle({&ann});
  Person wrong = ann;
  wrong.instance = "rack-9";
  CHECK(story.heartbeat(wrong) == ErrorCode::unknown_member_id);
  CHECK(story.join(wrong)->error == ErrorCode::unknown_member_id);
}

TEST_CASE("a static member that went away before its sync and came back is not waited for any more") {
  Story story;
  Person ann{.client = "ann", .instance = "rack-1"}, bob{.client = "bob", .instance = "rack-2"};
  const auto a = story.join(ann), b = story.join(bob);
  story.pass(6s);
  story.take(ann, a);
  story.take(bob, b);
  Person& leader = a->leader == ann.id ? ann : bob;
  Person& other = &leader == &ann ? bob : ann;
  story.sync(leader, {{leader.id, bytes("all")}});
  other.id.clear();
  story.take(other, story.join(other));
  story.pass_with_heartbeats(2min, {&ann, &bob});
  CHECK(story.state() == GroupState::stable);
  CHECK(story.events.rebalances == 1);
}

TEST_CASE("who took over a first join may wait longer than its session") {
  Story story;
  Person eve{.client = "eve"}, ann{.client = "ann", .instance = "rack-1"};
  story.settle({&eve});
  story.join(ann);
  const auto successor = story.join(ann);
  story.pass_with_heartbeats(30s, {&eve});
  story.join(eve);
  CHECK(successor->generation_id == 2);
}

TEST_CASE("a session that ran out while the member waited for the leader begins again with the answer") {
  Story story;
  Person ann{.client = "ann"}, bob{.client = "bob"};
  const auto a = story.join(ann), b = story.join(bob);
  story.pass(6s);
  story.take(ann, a);
  story.take(bob, b);
  Person& leader = a->leader == ann.id ? ann : bob;
  Person& other = &leader == &ann ? bob : ann;
  const auto waiting = story.sync(other);
  story.pass_with_heartbeats(30s, {&leader});
  story.sync(leader, {{leader.id, bytes("all")}});
  CHECK(waiting->error == ErrorCode::none);
  story.pass_with_heartbeats(8s, {&leader});
  CHECK(story.describe().members.size() == 2);
  story.pass_with_heartbeats(2s, {&leader});
  CHECK(story.describe().members.size() == 1);
}

TEST_CASE("assignments are void once a generation that nobody settled is given up") {
  Story story;
  Person ann{.client = "ann"};
  story.settle({&ann});
  story.take(ann, story.join(ann));
  CHECK(story.state() == GroupState::completing_rebalance);
  story.join(Person{.client = "bob"});
  CHECK(story.assignment_of(ann).empty());
}
