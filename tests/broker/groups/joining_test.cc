#include "tests/broker/groups/group_story.h"

using namespace mini;
using namespace mini::broker;

// Behaviours 29-31: how members come together.

TEST_CASE("behaviour 29, two-step join: from version 4 a new member is told an id and comes again with it") {
  Story story;
  Person ann{.client = "ann", .version = 4};
  const auto told = story.join(ann);
  CHECK(told->error == ErrorCode::member_id_required);
  CHECK(told->member_id.substr(0, 4) == "ann-");
  CHECK(told->member_id.size() == 4 + 36);
  CHECK(story.describe().members.empty());

  ann.id = told->member_id;
  const auto joined = story.join(ann);
  story.pass(3s);
  CHECK(joined->error == ErrorCode::none);
  CHECK(joined->member_id == told->member_id);
  CHECK(joined->generation_id == 1);
}

TEST_CASE("behaviour 29: before version 4, and for static members, one step is enough") {
  Story story;
  const auto old = story.join(Person{.client = "old", .version = 3});
  const auto fixed = story.join(Person{.client = "new", .instance = "rack-1", .version = 9});
  CHECK_FALSE(old.came());
  CHECK_FALSE(fixed.came());
  story.pass(6s);
  CHECK(old->member_id.substr(0, 4) == "old-");
  CHECK(fixed->member_id.substr(0, 7) == "rack-1-");
}

TEST_CASE("behaviour 29: an id that nobody comes back with is forgotten after the session timeout") {
  Story story;
  Person ann{.client = "ann", .version = 4};
  ann.id = story.join(ann)->member_id;
  story.pass(10s - 1ms);
  const auto in_time = story.join(ann);
  CHECK_FALSE(in_time.came());

  Person late{.client = "late", .group = "others", .version = 4};
  late.id = story.join(late)->member_id;
  story.pass(10s);
  CHECK(story.join(late)->error == ErrorCode::unknown_member_id);
}

TEST_CASE("behaviour 30: an empty group waits group.initial.rebalance.delay.ms for company") {
  Story story;
  Person ann{.client = "ann"}, bob{.client = "bob"};
  const auto first = story.join(ann);
  story.pass(2'999ms);
  CHECK_FALSE(first.came());
  CHECK(story.state() == GroupState::preparing_rebalance);

  SUBCASE("nobody else comes") {
    story.pass(1ms);
    CHECK(first->generation_id == 1);
    CHECK(first->leader == first->member_id);
    CHECK(first->members.size() == 1);
  }
  SUBCASE("each newcomer extends the wait, and all of them are in one generation") {
    const auto second = story.join(bob);
    story.pass(3s);
    CHECK_FALSE(first.came());
    story.pass(1ms);
    CHECK(first->generation_id == 1);
    CHECK(second->generation_id == 1);
    CHECK(story.events.rebalances == 1);
  }
}

TEST_CASE("behaviour 30: newcomers extend the first wait up to the rebalance timeout and no further") {
  Story story;
  std::vector<Answer<JoinResult>> joins;
  for (int second = 0; second < 9; ++second) {
    joins.push_back(story.join(Person{.client = std::to_string(second), .rebalance_timeout_ms = 9'000}));
    story.pass(1s);
  }
  for (const auto& join : joins) CHECK(join->generation_id == 1);
}

TEST_CASE("H23: a thousand members who join in the same millisecond share one generation") {
  Story story;
  std::vector<Answer<JoinResult>> joins;
  for (int i = 0; i < 1'000; ++i) joins.push_back(story.join(Person{.client = "c"}));
  story.pass(6s);
  std::set<std::string> ids;
  for (const auto& join : joins) {
    CHECK(join->generation_id == 1);
    ids.insert(join->member_id);
  }
  CHECK(ids.size() == 1'000);
  CHECK(story.events.rebalances == 1);
}

TEST_CASE("behaviour 30: a later rebalance waits for all known members") {
  Story story;
  Person ann{.client = "ann"}, bob{.client = "bob"}, eve{.client = "eve"};
  story.settle({&ann, &bob});
  const auto newcomer = story.join(eve);
  CHECK(story.heartbeat(ann) == ErrorCode::rebalance_in_progress);
  const auto first = story.join(ann);
  CHECK_FALSE(newcomer.came());
  const auto second = story.join(bob);
  for (const auto& join : {newcomer, first, second}) CHECK(join->generation_id == 2);
}

TEST_CASE("behaviour 30, H20: who heartbeats but does not join again is dropped at the rebalance timeout") {
  Story story;
  Person ann{.client = "ann", .rebalance_timeout_ms = 20'000};
  Person bob{.client = "bob", .rebalance_timeout_ms = 30'000};  // the greatest counts
  Person eve{.client = "eve", .rebalance_timeout_ms = 1'000};
  story.settle({&ann, &bob});
  const auto newcomer = story.join(eve);
  const auto first = story.join(ann);
  story.pass_with_heartbeats(29s, {&bob});
  CHECK_FALSE(newcomer.came());
  story.pass(1s);
  CHECK(newcomer->generation_id == 2);
  CHECK(first->generation_id == 2);
  CHECK(story.describe().members.size() == 2);
  CHECK(story.heartbeat(bob) == ErrorCode::unknown_member_id);
  CHECK(story.events.removed == std::vector<std::string>{bob.id});
}

TEST_CASE("a member that was told an id holds the rebalance up until it comes or its time is over") {
  Story story;
  Person ann{.client = "ann"}, eve{.client = "eve", .version = 4}, bob{.client = "bob"};
  story.settle({&ann});
  eve.id = story.join(eve)->member_id;
  story.join(bob);
  const auto again = story.join(ann);
  CHECK_FALSE(again.came());
  SUBCASE("it comes") {
    const auto came = story.join(eve);
    CHECK(came->generation_id == 2);
    CHECK(story.describe().members.size() == 3);
  }
  SUBCASE("it does not") {
    story.pass(10s);
    CHECK(again->generation_id == 2);
    CHECK(story.describe().members.size() == 2);
  }
  SUBCASE("it leaves") {
    CHECK(story.leave(eve) == ErrorCode::none);
    CHECK(again->generation_id == 2);
  }
}

TEST_CASE("the leader stays the leader when it joins again, and only the leader gets the member list") {
  Story story;
  Person ann{.client = "ann"}, bob{.client = "bob"}, eve{.client = "eve"};
  story.settle({&ann, &bob});
  const MemberId leader = story.describe().leader;
  const auto c = story.join(eve), a = story.join(ann), b = story.join(bob);
  for (const auto& join : {a, b, c}) {
    CHECK(join->leader == leader);
    CHECK(join->members.size() == (join->member_id == leader ? 3 : 0));
  }
}

TEST_CASE("a leader who does not come back is followed by somebody who came") {
  Story story;
  Person ann{.client = "ann"}, bob{.client = "bob"};
  story.settle({&ann, &bob});
  Person& leader = story.describe().leader == ann.id ? ann : bob;
  Person& other = &leader == &ann ? bob : ann;
  other.topics = {"readings", "alerts"};
  const auto again = story.join(other);
  story.pass_with_heartbeats(60s, {&leader});
  CHECK(again->leader == other.id);
  CHECK(again->members.size() == 1);
}

TEST_CASE("behaviour 31: each member votes for the first of its list that all support") {
  struct Row {
    std::vector<std::string> ann, bob, eve;
    std::string chosen;
  };
  const Row rows[] = {{{"range"}, {"range"}, {"range"}, "range"},
                      {{"range", "sticky"}, {"sticky", "range"}, {"sticky", "range"}, "sticky"},
                      {{"own", "range", "sticky"}, {"range", "sticky"}, {"sticky", "range"}, "range"},
                      {{"a", "b", "c"}, {"c", "b"}, {"b", "x"}, "b"}};
  for (const Row& row : rows) {
    CAPTURE(row.chosen);
    Story story;
    std::vector<Answer<JoinResult>> joins;
    for (const auto& list : {row.ann, row.bob, row.eve})
      joins.push_back(story.join(Person{.client = "c", .speaks = list}));
    story.pass(6s);
    for (const auto& join : joins) CHECK(join->protocol_name == row.chosen);
  }
}

TEST_CASE("behaviour 31, H3: no protocol in common is INCONSISTENT_GROUP_PROTOCOL for the newcomer") {
  Story story;
  Person ann{.client = "ann", .speaks = {"range", "sticky"}};
  story.settle({&ann});
  CHECK(story.join(Person{.client = "bob", .speaks = {"own"}})->error ==
        ErrorCode::inconsistent_group_protocol);
  JoinInput other_type = story.join_input(Person{.client = "bob"});
  other_type.protocol_type = "connect";
  CHECK(story.join(other_type)->error == ErrorCode::inconsistent_group_protocol);
  CHECK(story.heartbeat(ann) == ErrorCode::none);

  JoinInput nothing = story.join_input(Person{.client = "eve", .speaks = {}, .group = "new"});
  CHECK(story.join(nothing)->error == ErrorCode::inconsistent_group_protocol);
  CHECK(story.state("new") == GroupState::dead);
}

TEST_CASE("H1, H2, H5: what no group would take") {
  Story story;
  CHECK(story.join(Person{.client = "a", .group = ""})->error == ErrorCode::invalid_group_id);
  CHECK(story.sync(Person{.client = "a", .group = ""})->error == ErrorCode::invalid_group_id);
  CHECK(story.heartbeat(Person{.client = "a", .group = ""}) == ErrorCode::invalid_group_id);
  for (const std::int32_t session_ms : {-1, 0, 5'999, 1'800'001}) {
    CAPTURE(session_ms);
    CHECK(story.join(Person{.client = "a", .session_timeout_ms = session_ms})->error ==
          ErrorCode::invalid_session_timeout);
  }
  CHECK(story.join(Person{.client = "a", .id = "a-1"})->error == ErrorCode::unknown_member_id);
  CHECK(story.groups.size() == 0);
  for (const std::int32_t session_ms : {6'000, 1'800'000})
    CHECK_FALSE(story.join(Person{.client = "a", .session_timeout_ms = session_ms}).came());
  CHECK(story.join(Person{.client = "a", .id = "a-1"})->error == ErrorCode::unknown_member_id);
}

TEST_CASE("H9: a full group takes nobody more, but its own members again") {
  Story story({.group_max_size = 2});
  Person ann{.client = "ann"}, bob{.client = "bob"}, eve{.client = "eve"};
  story.settle({&ann, &bob});
  const auto refused = story.join(eve);
  CHECK(refused->error == ErrorCode::group_max_size_reached);
  CHECK(refused->member_id.empty());
  CHECK(story.heartbeat(ann) == ErrorCode::none);
  CHECK(story.events.limits == std::vector<std::string>{"group.max.size"});

  ann.topics = {"other"};
  const auto a = story.join(ann);
  const auto b = story.join(bob);
  CHECK(a->generation_id == 2);
  CHECK(b->generation_id == 2);
}

TEST_CASE("past groups_max no new group begins, and the old ones go on") {
  Story story({.groups_max = 1});
  Person ann{.client = "ann"};
  story.settle({&ann});
  CHECK(story.join(Person{.client = "bob", .group = "second"})->error ==
        ErrorCode::coordinator_not_available);
  CHECK(story.commit(Person{.client = "bob", .group = "second"}, 1) == ErrorCode::coordinator_not_available);
  CHECK(story.commit(ann, 1) == ErrorCode::none);
  CHECK(story.events.limits.size() == 2);
}

TEST_CASE("at most pending_members_max ids wait for somebody to come back with them") {
  Story story({.pending_members_max = 2});
  const Person ann{.client = "ann", .version = 4};
  CHECK(story.join(ann)->error == ErrorCode::member_id_required);
  CHECK(story.join(ann)->error == ErrorCode::member_id_required);
  CHECK(story.join(ann)->error == ErrorCode::coordinator_not_available);
  story.pass(10s);
  CHECK(story.join(ann)->error == ErrorCode::member_id_required);
}

TEST_CASE("who joins again unchanged is told the generation there is; a change begins another") {
  Story story;
  Person ann{.client = "ann"}, bob{.client = "bob"};
  story.settle({&ann, &bob});
  Person& leader = story.describe().leader == ann.id ? ann : bob;
  Person& other = &leader == &ann ? bob : ann;

  const auto told_again = story.join(other);
  CHECK(told_again->generation_id == 1);
  CHECK(story.state() == GroupState::stable);

  SUBCASE("the leader's join is always a wish to assign anew") {
    CHECK_FALSE(story.join(leader).came());
    CHECK(story.state() == GroupState::preparing_rebalance);
  }
  SUBCASE("another subscription") {
    other.topics = {"readings", "alerts"};
    CHECK_FALSE(story.join(other).came());
    CHECK(story.state() == GroupState::preparing_rebalance);
    CHECK(story.events.rebalances == 1);
  }
}

TEST_CASE("between join and sync, an unchanged member that lost its answer is told it again") {
  Story story;
  Person ann{.client = "ann"}, bob{.client = "bob"};
  const auto a = story.join(ann), b = story.join(bob);
  story.pass(6s);
  story.take(ann, a);
  story.take(bob, b);
  const auto a_again = story.join(ann), b_again = story.join(bob);
  CHECK(a_again->generation_id == 1);
  CHECK(a_again->members.size() == a->members.size());
  CHECK(b_again->members.size() == b->members.size());
  bob.topics = {"other"};
  CHECK_FALSE(story.join(bob).came());
  CHECK(story.state() == GroupState::preparing_rebalance);
}

TEST_CASE("a second join of a waiting member takes the place of the first, which is sent away") {
  Story story;
  Person ann{.client = "ann"}, bob{.client = "bob"};
  story.settle({&ann, &bob});
  ann.topics = {"other"};
  const auto lost = story.join(ann);
  const auto kept = story.join(ann);
  CHECK(lost->error == ErrorCode::rebalance_in_progress);
  CHECK_FALSE(kept.came());
  story.join(bob);
  CHECK(kept->generation_id == 2);
}

TEST_CASE("a first join that waits longer than five minutes is given up") {
  Story story;
  Person ann{.client = "ann", .session_timeout_ms = 1'800'000, .rebalance_timeout_ms = 900'000};
  story.settle({&ann});
  const auto newcomer = story.join(Person{.client = "eve"});
  story.pass(5min - 1ms);
  CHECK_FALSE(newcomer.came());
  story.pass(1ms);
  CHECK(newcomer->error == ErrorCode::unknown_member_id);
}

TEST_CASE("an answer may call the coordinator again at once") {
  Story story({.initial_rebalance_delay_ms = 0});
  std::optional<SyncResult> synced;
  story.groups.join(story.join_input(Person{.client = "ann"}), story.now, [&](JoinResult joined) {
    SyncInput input{"readers", {joined.member_id, std::nullopt, joined.generation_id}, {}, {}, {}};
    input.assignments = {{joined.member_id, bytes("all")}};
    story.groups.sync(input, story.now, [&](SyncResult result) { synced = std::move(result); });
  });
  story.pass(0ms);
  REQUIRE(synced);
  CHECK(synced->assignment == bytes("all"));
  CHECK(story.state() == GroupState::stable);
}
