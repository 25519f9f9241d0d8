#include "tests/broker/api/groups_scene.h"

// Behaviours 29 to 34 through the handlers of JoinGroup, SyncGroup, Heartbeat and LeaveGroup, version by
// version; what groups decide is tested with the groups.
namespace mini::broker {

namespace {

// As a client of that version joins: twice where the first answer only tells its id.
TestClient::Pending<JoinGroupResponse> join(TestClient& client, JoinGroupRequest request,
                                            std::int16_t version) {
  auto pending = client.send<JoinGroupResponse>(request, version);
  if (version < 4 || request.group_instance_id) return pending;
  const auto told = pending.get();
  REQUIRE(told.error_code == ErrorCode::member_id_required);
  request.member_id = told.member_id;
  return client.send<JoinGroupResponse>(request, version);
}

SyncGroupRequest sync_of(const Joined& joined, std::int16_t version) {
  SyncGroupRequest request = sync_request(joined);
  if (version >= 5) request.protocol_type = "consumer";
  if (version >= 5) request.protocol_name = "range";
  return request;
}

LeaveGroupRequest leave_of(const std::string& member_id, std::int16_t version) {
  LeaveGroupRequest request;
  request.group_id = "g";
  if (version < 3)
    request.member_id = member_id;
  else
    request.members.push_back({member_id, std::nullopt, std::nullopt, {}});
  return request;
}

ErrorCode error_in(const LeaveGroupResponse& answer, std::int16_t version) {
  return version < 3 ? answer.error_code : answer.members.at(0).error_code;
}

}  // namespace

TEST_CASE("from version 4 a member without an id is told one and joins again; before, it joins at once") {
  each_version<JoinGroupRequest>([](std::int16_t version) {
    Story story;
    auto first = story.client.send<JoinGroupResponse>(join_request(), version);
    if (version < 4) {
      CHECK_FALSE(first.answered());
      CHECK(await(story.broker, first).generation_id == 1);
      return;
    }
    const auto told = first.get();
    CHECK(told.error_code == ErrorCode::member_id_required);
    CHECK(told.member_id.rfind("test-client-", 0) == 0);
    CHECK(told.member_id.size() == std::string("test-client-").size() + 36);
    CHECK(told.generation_id == -1);
    CHECK(told.leader == "");
    if (version >= 7) {
      CHECK_FALSE(told.protocol_name);
      CHECK_FALSE(told.protocol_type);
    } else {
      CHECK(told.protocol_name == "");
    }
    const auto joined =
        await(story.broker, story.client.send<JoinGroupResponse>(join_request(told.member_id), version));
    CHECK(joined.error_code == ErrorCode::none);
    CHECK(joined.member_id == told.member_id);
  });
}

TEST_CASE("an empty group waits for company; the leader alone gets the members, everyone its assignment") {
  each_version<JoinGroupRequest>([](std::int16_t version) {
    Story story;
    TestClient other(story.broker);
    auto one = join(story.client, join_request(), version);
    story.broker.advance(1s);
    auto two = join(other, join_request(), version);
    story.broker.advance(1999ms);
    CHECK_FALSE(one.answered());
    const auto first = await(story.broker, one), second = await(story.broker, two);
    CHECK(first.generation_id == 1);
    CHECK(second.generation_id == 1);
    CHECK(first.leader == second.leader);
    const bool first_leads = first.leader == first.member_id;
    CHECK((first_leads ? first : second).members.size() == 2);
    CHECK((first_leads ? second : first).members.empty());
    CHECK(first.protocol_name == "range");
    CHECK(first.members.at(0).metadata == bytes_of("subscription"));
    if (version >= 7) CHECK(first.protocol_type == "consumer");
    CHECK_FALSE(first.skip_assignment);

    const std::int16_t sync_version = std::min<std::int16_t>(version, 5);
    SyncGroupRequest by_follower = sync_of({second.member_id, 1}, sync_version);
    by_follower.assignments.clear();
    auto waiting = other.send<SyncGroupResponse>(by_follower, sync_version);
    CHECK_FALSE(waiting.answered());
    SyncGroupRequest by_leader = sync_of({first.member_id, 1}, sync_version);
    by_leader.assignments.push_back({second.member_id, bytes_of("of the second"), {}});
    const auto synced = story.client.ask<SyncGroupResponse>(by_leader, sync_version);
    CHECK(synced.assignment == bytes_of("assignment"));
    CHECK(waiting.get().assignment == bytes_of("of the second"));
    if (sync_version >= 5) {
      CHECK(synced.protocol_type == "consumer");
      CHECK(synced.protocol_name == "range");
    }
  });
}

TEST_CASE("a join that cannot be is refused with its reason, in every version") {
  each_version<JoinGroupRequest>([](std::int16_t version) {
    Story story;
    struct Row {
      const char* what;
      ErrorCode error;
      void (*spoil)(JoinGroupRequest&);
    };
    for (const Row& row :
         {Row{"no group", ErrorCode::invalid_group_id, [](auto& r) { r.group_id = ""; }},
          Row{"a short session", ErrorCode::invalid_session_timeout,
              [](auto& r) { r.session_timeout_ms = 5'999; }},
          Row{"a long session", ErrorCode::invalid_session_timeout,
              [](auto& r) { r.session_timeout_ms = 1'800'001; }},
          Row{"no protocol", ErrorCode::inconsistent_group_protocol, [](auto& r) { r.protocols.clear(); }},
          Row{"no type", ErrorCode::inconsistent_group_protocol, [](auto& r) { r.protocol_type = ""; }},
          Row{"an unknown member", ErrorCode::unknown_member_id, [](auto& r) { r.member_id = "ghost"; }}}) {
      INFO(row.what);
      JoinGroupRequest request = join_request();
      row.spoil(request);
      const auto answer = story.client.ask<JoinGroupResponse>(request, version);
      CHECK(answer.error_code == row.error);
      CHECK(answer.generation_id == -1);
      CHECK(answer.member_id == request.member_id);
      CHECK(answer.members.empty());
    }
    settle_alone(story.broker, story.client);
    JoinGroupRequest other = join_request();
    other.protocols[0].name = "roundrobin";
    CHECK(story.client.ask<JoinGroupResponse>(other, version).error_code ==
          ErrorCode::inconsistent_group_protocol);
  });
}

TEST_CASE("a sync that cannot be is refused with its reason, in every version") {
  each_version<SyncGroupRequest>([](std::int16_t version) {
    Story story;
    const Joined joined = join_alone(story.broker, story.client);
    struct Row {
      const char* what;
      ErrorCode error;
      void (*spoil)(SyncGroupRequest&);
      std::int16_t since = 0;
    };
    for (const Row& row :
         {Row{"no group", ErrorCode::invalid_group_id, [](auto& r) { r.group_id = ""; }},
          Row{"an unknown group", ErrorCode::unknown_member_id, [](auto& r) { r.group_id = "h"; }},
          Row{"an unknown member", ErrorCode::unknown_member_id, [](auto& r) { r.member_id = "ghost"; }},
          Row{"another generation", ErrorCode::illegal_generation, [](auto& r) { ++r.generation_id; }},
          Row{"no name of the protocol", ErrorCode::inconsistent_group_protocol,
              [](auto& r) { r.protocol_name.reset(); }, 5},
          Row{"another type", ErrorCode::inconsistent_group_protocol, [](auto& r) { r.protocol_type = "x"; },
              5},
          Row{"another protocol", ErrorCode::inconsistent_group_protocol,
              [](auto& r) { r.protocol_name = "x"; }, 5}}) {
      if (version < row.since) continue;
      INFO(row.what);
      SyncGroupRequest request = sync_of(joined, version);
      row.spoil(request);
      const auto answer = story.client.ask<SyncGroupResponse>(request, version);
      CHECK(answer.error_code == row.error);
      CHECK(answer.assignment.empty());
    }
    CHECK(story.client.ask<SyncGroupResponse>(sync_of(joined, version), version).error_code ==
          ErrorCode::none);
  });
}

TEST_CASE("a heartbeat tells the state of the group, in every version") {
  each_version<HeartbeatRequest>([](std::int16_t version) {
    Story story;
    const Joined joined = join_alone(story.broker, story.client);
    const auto beat = [&](const std::string& group, GenerationId generation, const std::string& member) {
      return story.client
          .ask<HeartbeatResponse>(HeartbeatRequest{group, generation, member, std::nullopt, {}}, version)
          .error_code;
    };
    CHECK(beat("g", 1, joined.member_id) == ErrorCode::none);  // between the end of the join and the sync
    CHECK(beat("", 1, joined.member_id) == ErrorCode::invalid_group_id);
    CHECK(beat("h", 1, joined.member_id) == ErrorCode::unknown_member_id);
    CHECK(beat("g", 1, "ghost") == ErrorCode::unknown_member_id);
    CHECK(beat("g", 0, joined.member_id) == ErrorCode::illegal_generation);
    CHECK(beat("g", 2, joined.member_id) == ErrorCode::illegal_generation);
    story.client.ask<SyncGroupResponse>(sync_request(joined), 3);
    CHECK(beat("g", 1, joined.member_id) == ErrorCode::none);
    TestClient newcomer(story.broker);
    newcomer.send<JoinGroupResponse>(join_request(), 3);
    CHECK(beat("g", 1, joined.member_id) == ErrorCode::rebalance_in_progress);
  });
}

TEST_CASE("a member that leaves is gone at once, in every version") {
  each_version<LeaveGroupRequest>([](std::int16_t version) {
    Story story;
    const Joined joined = settle_alone(story.broker, story.client);
    const auto leave = [&](const std::string& member) {
      return error_in(story.client.ask<LeaveGroupResponse>(leave_of(member, version), version), version);
    };
    CHECK(leave("ghost") == ErrorCode::unknown_member_id);
    CHECK(leave(joined.member_id) == ErrorCode::none);
    CHECK(leave(joined.member_id) == ErrorCode::unknown_member_id);
    DescribeGroupsRequest describe;
    describe.groups = {"g"};
    CHECK(story.ask<DescribeGroupsResponse>(describe).groups[0].group_state == "Empty");
    LeaveGroupRequest nowhere = leave_of("m", version);
    nowhere.group_id = "";
    const auto answer = story.client.ask<LeaveGroupResponse>(nowhere, version);
    CHECK(answer.error_code == ErrorCode::invalid_group_id);
    CHECK(answer.members.empty());
  });
}

TEST_CASE("several members leave together, each with its own error") {
  for (std::int16_t version = 3; version <= 5; ++version) {
    INFO("version ", version);
    Story story;
    const Joined joined = settle_alone(story.broker, story.client, "g", "first");
    LeaveGroupRequest request;
    request.group_id = "g";
    request.members.push_back({"", "first", std::nullopt, {}});
    request.members.push_back({"ghost", std::nullopt, std::nullopt, {}});
    request.members.push_back({"", "nobody", std::nullopt, {}});
    if (version >= 5) request.members[0].reason = "moving out";
    const auto answer = story.client.ask<LeaveGroupResponse>(request, version);
    CHECK(answer.error_code == ErrorCode::none);
    REQUIRE(answer.members.size() == 3);
    CHECK(answer.members[0].error_code == ErrorCode::none);
    CHECK(answer.members[0].member_id == "");
    CHECK(answer.members[0].group_instance_id == "first");
    CHECK(answer.members[1].error_code == ErrorCode::unknown_member_id);
    CHECK(answer.members[2].error_code == ErrorCode::unknown_member_id);
    request.members.clear();
    CHECK(story.client.ask<LeaveGroupResponse>(request, version).members.empty());
  }
}

TEST_CASE("a static member comes back without a rebalance, and its twin is fenced") {
  for (std::int16_t version = 5; version <= 9; ++version) {
    INFO("version ", version);
    Story story;
    const Joined old = settle_alone(story.broker, story.client, "g", "kitchen");
    TestClient twin(story.broker);
    JoinGroupRequest request = join_request();
    request.group_instance_id = "kitchen";
    const auto back = twin.ask<JoinGroupResponse>(request, version);
    CHECK(back.error_code == ErrorCode::none);
    CHECK(back.generation_id == old.generation);
    CHECK(back.member_id != old.member_id);
    if (version >= 9) {
      CHECK(back.skip_assignment);
      CHECK(back.leader == back.member_id);
      CHECK(back.members.size() == 1);
    } else {
      CHECK(back.leader == old.member_id);
      CHECK(back.members.empty());
    }
    SyncGroupRequest sync = sync_of({back.member_id, back.generation_id}, 5);
    sync.group_instance_id = "kitchen";
    sync.assignments.clear();
    CHECK(twin.ask<SyncGroupResponse>(sync, 5).assignment == bytes_of("assignment"));

    const HeartbeatRequest beat{"g", old.generation, old.member_id, "kitchen", {}};
    CHECK(story.client.ask<HeartbeatResponse>(beat, 4).error_code == ErrorCode::fenced_instance_id);
    sync.member_id = old.member_id;
    CHECK(story.client.ask<SyncGroupResponse>(sync, 5).error_code == ErrorCode::fenced_instance_id);
    OffsetCommitRequest commit = commit_request(old, 1);
    commit.group_instance_id = "kitchen";
    CHECK(story.client.ask<OffsetCommitResponse>(commit, 9).topics[0].partitions[0].error_code ==
          ErrorCode::fenced_instance_id);
    request.member_id = old.member_id;
    CHECK(story.client.ask<JoinGroupResponse>(request, version).error_code == ErrorCode::fenced_instance_id);
  }
}

TEST_CASE("a member that falls silent is dropped at its session timeout, and not before") {
  Story story;
  const Joined joined = settle_alone(story.broker, story.client);
  DescribeGroupsRequest describe;
  describe.groups = {"g"};
  story.broker.advance(9'999ms);
  CHECK(story.ask<DescribeGroupsResponse>(describe).groups[0].members.size() == 1);
  story.broker.advance(1ms);
  CHECK(story.ask<DescribeGroupsResponse>(describe).groups[0].group_state == "Empty");
}

TEST_CASE("one coordinator, this broker, for every group; none for transactions") {
  each_version<FindCoordinatorRequest>([](std::int16_t version) {
    Story story;
    struct Row {
      std::int8_t type;
      ErrorCode error;
    };
    for (const Row& row : {Row{0, ErrorCode::none}, Row{1, ErrorCode::transactional_id_authorization_failed},
                           Row{2, ErrorCode::invalid_request}, Row{9, ErrorCode::invalid_request},
                           Row{-1, ErrorCode::invalid_request}}) {
      if (version == 0 && row.type != 0) continue;
      INFO("key type ", int(row.type));
      FindCoordinatorRequest request;
      request.key_type = row.type;
      if (version < 4)
        request.key = "g";
      else
        request.coordinator_keys = {"g", "h"};
      const auto answer = story.ask<FindCoordinatorResponse>(request, version);
      const bool refused = failed(row.error);
      const std::string host = refused ? "" : "127.0.0.1";
      if (version < 4) {
        CHECK(answer.error_code == row.error);
        CHECK(answer.node_id == (refused ? -1 : 1));
        CHECK(answer.host == host);
        CHECK(answer.port == (refused ? -1 : 9092));
        if (version >= 1 && !refused) CHECK(answer.error_message == "NONE");
        continue;
      }
      REQUIRE(answer.coordinators.size() == 2);
      CHECK(answer.coordinators[0].key == "g");
      CHECK(answer.coordinators[1].key == "h");
      for (const auto& each : answer.coordinators) {
        CHECK(each.error_code == row.error);
        CHECK(each.node_id == (refused ? -1 : 1));
        CHECK(each.host == host);
        CHECK(each.port == (refused ? -1 : 9092));
      }
    }
  });
}

TEST_CASE("past mini.memory.limit a join of any version is asked to come again") {
  each_version<JoinGroupRequest>([](std::int16_t version) {
    Story story({.memory = std::size_t{1} << 20});
    JoinGroupRequest request = join_request();
    request.protocols[0].metadata.assign(std::size_t{10} << 20, 'm');
    CHECK(story.ask<JoinGroupResponse>(request, version).error_code == ErrorCode::coordinator_not_available);
    CHECK(story.broker.events.limits == Names{"mini.memory.limit"});
    CHECK(story.broker.core().groups().size() == 0);
  });
}

}  // namespace mini::broker
