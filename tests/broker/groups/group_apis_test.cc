#include "protocol/messages/all.h"
#include "protocol/messages/consumer_protocol.h"
#include "tests/support/test_broker.h"

using namespace mini;
using namespace mini::broker;
using namespace mini::protocol;

// The handlers of groups and offsets: what each version asks and is told.

namespace {

struct Wire {
  TestBroker broker{{.overrides = {{"group.initial.rebalance.delay.ms", "0"}}}};
  TestClient client{broker};
  MemberId member;
  GenerationId generation = 1;

  Wire() { broker.create_topic("readings", 2); }

  static JoinGroupRequest join_request() {
    JoinGroupRequest request;
    request.group_id = "readers";
    request.session_timeout_ms = 10'000;
    request.protocol_type = "consumer";
    ConsumerProtocolSubscription subscription;
    subscription.topics = {"readings"};
    auto& range = request.protocols.emplace_back();
    range.name = "range";
    range.metadata = encode_blob(subscription, 1);
    return request;
  }

  // One member, which leads and has its assignment.
  JoinGroupResponse settle(std::int16_t version, std::optional<std::string> instance = std::nullopt) {
    JoinGroupRequest request = join_request();
    request.group_instance_id = std::move(instance);
    if (version >= 4 && !request.group_instance_id) {
      const auto told = client.ask<JoinGroupResponse>(request, version);
      REQUIRE(told.error_code == ErrorCode::member_id_required);
      request.member_id = told.member_id;
    }
    auto pending = client.send<JoinGroupResponse>(request, version);
    CHECK_FALSE(pending.answered());
    broker.advance(1ms);
    const JoinGroupResponse joined = pending.get();
    REQUIRE(joined.error_code == ErrorCode::none);
    member = joined.member_id;
    SyncGroupRequest sync;
    sync.group_id = "readers";
    sync.generation_id = generation = joined.generation_id;
    sync.member_id = member;
    sync.group_instance_id = request.group_instance_id;
    sync.assignments.emplace_back().member_id = member;
    sync.assignments.back().assignment = {1, 2, 3};
    const auto synced = client.ask<SyncGroupResponse>(sync, 3);
    REQUIRE(synced.error_code == ErrorCode::none);
    CHECK(synced.assignment == Bytes{1, 2, 3});
    return joined;
  }

  OffsetCommitRequest commit_request(Offset offset) const {
    OffsetCommitRequest request;
    request.group_id = "readers";
    request.generation_id_or_member_epoch = generation;
    request.member_id = member;
    auto& topic = request.topics.emplace_back();
    topic.name = "readings";
    auto& partition = topic.partitions.emplace_back();
    partition.committed_offset = offset;
    partition.committed_metadata = "here";
    return request;
  }
  ErrorCode commit(const OffsetCommitRequest& request, std::int16_t version) {
    return client.ask<OffsetCommitResponse>(request, version).topics.at(0).partitions.at(0).error_code;
  }
};

}  // namespace

TEST_CASE("JoinGroup in every version leads to a member with an assignment") {
  for (std::int16_t version = 0; version <= 9; ++version) {
    CAPTURE(version);
    Wire wire;
    const JoinGroupResponse joined = wire.settle(version);
    CHECK(joined.leader == joined.member_id);
    CHECK(joined.member_id.substr(0, 12) == "test-client-");
    CHECK(joined.protocol_name == "range");
    CHECK(joined.protocol_type == (version >= 7 ? std::optional<std::string>("consumer") : std::nullopt));
    CHECK(joined.members.size() == 1);
  }
}

TEST_CASE("a refused JoinGroup says no protocol: null from version 7 on, \"\" before") {
  Wire wire;
  JoinGroupRequest request = Wire::join_request();
  request.session_timeout_ms = 1;
  request.member_id = "m-1";
  for (const std::int16_t version : {0, 6, 7, 9}) {
    CAPTURE(version);
    const auto refused = wire.client.ask<JoinGroupResponse>(request, version);
    CHECK(refused.error_code == ErrorCode::invalid_session_timeout);
    CHECK(refused.member_id == "m-1");
    CHECK(refused.generation_id == -1);
    CHECK(refused.protocol_name == (version >= 7 ? std::nullopt : std::optional<std::string>("")));
  }
}

TEST_CASE("JoinGroup version 0 has the session timeout for its rebalance timeout") {
  Wire wire;
  wire.settle(0);
  TestClient other(wire.broker);
  JoinGroupRequest request = Wire::join_request();
  auto newcomer = other.send<JoinGroupResponse>(request, 0);
  // The first member does not join again. Without a rebalance timeout it would be dropped at once.
  wire.broker.advance(9'000ms);
  CHECK_FALSE(newcomer.answered());
  wire.broker.advance(1'001ms);
  CHECK(newcomer.get().members.size() == 1);
}

TEST_CASE("a connection that closes while it waits takes nobody with it") {
  Wire wire;
  wire.settle(3);
  {
    TestClient gone(wire.broker);
    gone.send<JoinGroupResponse>(Wire::join_request(), 3);
  }
  JoinGroupRequest again = Wire::join_request();
  again.member_id = wire.member;
  const auto joined = wire.client.ask<JoinGroupResponse>(again, 3);
  CHECK(joined.generation_id == 2);
  CHECK(joined.members.size() == 2);
}

TEST_CASE("behaviour 34: JoinGroup 9 tells a returning static leader to skip the assignment") {
  for (const std::int16_t version : {5, 8, 9}) {
    CAPTURE(version);
    Wire wire;
    const MemberId first = wire.settle(version, "rack-1").member_id;
    JoinGroupRequest request = Wire::join_request();
    request.group_instance_id = "rack-1";
    const auto back = wire.client.ask<JoinGroupResponse>(request, version);
    CHECK(back.generation_id == 1);
    CHECK(back.skip_assignment == (version == 9));
    CHECK(back.leader == (version == 9 ? back.member_id : first));
    CHECK(back.members.size() == (version == 9 ? 1 : 0));
  }
}

TEST_CASE("SyncGroup from version 5 on must name type and protocol") {
  Wire wire;
  wire.settle(9);
  SyncGroupRequest request;
  request.group_id = "readers";
  request.generation_id = 1;
  request.member_id = wire.member;
  CHECK(wire.client.ask<SyncGroupResponse>(request, 4).error_code == ErrorCode::none);
  CHECK(wire.client.ask<SyncGroupResponse>(request, 5).error_code == ErrorCode::inconsistent_group_protocol);
  request.protocol_type = "consumer";
  request.protocol_name = "range";
  const auto synced = wire.client.ask<SyncGroupResponse>(request, 5);
  CHECK(synced.error_code == ErrorCode::none);
  CHECK(synced.protocol_name == "range");
  request.protocol_name = "sticky";
  CHECK(wire.client.ask<SyncGroupResponse>(request, 5).error_code == ErrorCode::inconsistent_group_protocol);
}

TEST_CASE("Heartbeat in every version") {
  Wire wire;
  wire.settle(9);
  for (std::int16_t version = 0; version <= 4; ++version) {
    CAPTURE(version);
    HeartbeatRequest request;
    request.group_id = "readers";
    request.member_id = wire.member;
    request.generation_id = 1;
    CHECK(wire.client.ask<HeartbeatResponse>(request, version).error_code == ErrorCode::none);
    request.generation_id = 2;
    CHECK(wire.client.ask<HeartbeatResponse>(request, version).error_code == ErrorCode::illegal_generation);
    request.group_id = "";
    CHECK(wire.client.ask<HeartbeatResponse>(request, version).error_code == ErrorCode::invalid_group_id);
  }
}

TEST_CASE("LeaveGroup answers for one member up to version 2, for each from version 3 on") {
  for (std::int16_t version = 0; version <= 5; ++version) {
    CAPTURE(version);
    Wire wire;
    wire.settle(9);
    LeaveGroupRequest request;
    request.group_id = "readers";
    const auto leave = [&](const MemberId& id) {
      if (version >= 3) {
        request.members.assign(1, {});
        request.members[0].member_id = id;
      } else {
        request.member_id = id;
      }
      return wire.client.ask<LeaveGroupResponse>(request, version);
    };
    for (const auto& [id, error] : {std::pair(MemberId("stranger"), ErrorCode::unknown_member_id),
                                    std::pair(wire.member, ErrorCode::none)}) {
      const auto left = leave(id);
      CHECK(left.error_code == (version >= 3 ? ErrorCode::none : error));
      if (version >= 3) CHECK(left.members.at(0).error_code == error);
      if (version >= 3) CHECK(left.members.at(0).member_id == id);
    }
    request.group_id = "";
    CHECK(leave("x").error_code == ErrorCode::invalid_group_id);
  }
}

TEST_CASE("OffsetCommit and OffsetFetch in every version") {
  Wire wire;
  wire.settle(9);
  for (std::int16_t version = 2; version <= 9; ++version) {
    CAPTURE(version);
    OffsetCommitRequest request = wire.commit_request(version * 10);
    request.topics[0].partitions[0].committed_leader_epoch = version >= 6 ? 4 : -1;
    auto& unknown = request.topics[0].partitions.emplace_back();
    unknown.partition_index = 2;
    request.topics.emplace_back().name = "no such topic";
    request.topics.back().partitions.emplace_back();
    const auto answer = wire.client.ask<OffsetCommitResponse>(request, version);
    CHECK(answer.topics.at(0).partitions.at(0).error_code == ErrorCode::none);
    CHECK(answer.topics.at(0).partitions.at(1).error_code == ErrorCode::unknown_topic_or_partition);
    CHECK(answer.topics.at(1).partitions.at(0).error_code == ErrorCode::unknown_topic_or_partition);
  }
  for (std::int16_t version = 1; version <= 7; ++version) {
    CAPTURE(version);
    OffsetFetchRequest request;
    request.group_id = "readers";
    request.topics->emplace_back().name = "readings";
    request.topics->back().partition_indexes = {0, 1};
    const auto answer = wire.client.ask<OffsetFetchResponse>(request, version);
    const auto& partitions = answer.topics.at(0).partitions;
    CHECK(partitions.at(0).committed_offset == 90);
    CHECK(partitions.at(0).metadata == "here");
    CHECK(partitions.at(0).committed_leader_epoch == (version >= 5 ? 4 : -1));
    CHECK(partitions.at(1).committed_offset == -1);
    CHECK(partitions.at(1).metadata == "");
    CHECK(partitions.at(1).error_code == ErrorCode::none);
    if (version < 2) continue;
    request.topics.reset();
    CHECK(wire.client.ask<OffsetFetchResponse>(request, version).topics.at(0).partitions.size() == 1);
  }
  for (const std::int16_t version : {8, 9}) {
    CAPTURE(version);
    OffsetFetchRequest request;
    for (const char* group : {"readers", "strangers"}) request.groups.emplace_back().group_id = group;
    request.groups[0].topics->emplace_back().name = "readings";
    request.groups[0].topics->back().partition_indexes = {0};
    request.groups[1].topics = request.groups[0].topics;
    const auto answer = wire.client.ask<OffsetFetchResponse>(request, version);
    CHECK(answer.groups.at(0).topics.at(0).partitions.at(0).committed_offset == 90);
    CHECK(answer.groups.at(1).topics.at(0).partitions.at(0).committed_offset == -1);
    CHECK(answer.groups.at(1).error_code == ErrorCode::none);
    request.groups[0].topics.reset();
    const auto all = wire.client.ask<OffsetFetchResponse>(request, version);
    CHECK(all.groups.at(0).topics.at(0).partitions.at(0).committed_leader_epoch == 4);
  }
}

TEST_CASE("H13: OffsetCommit of a generation in an unknown group is 22, and 69 from version 9 on") {
  Wire wire;
  wire.generation = 3;
  wire.member = "m-1";
  CHECK(wire.commit(wire.commit_request(1), 8) == ErrorCode::illegal_generation);
  CHECK(wire.commit(wire.commit_request(1), 9) == ErrorCode::group_id_not_found);
}

TEST_CASE("OffsetCommit with null metadata reads back as \"\"") {
  Wire wire;
  wire.settle(9);
  OffsetCommitRequest request = wire.commit_request(5);
  request.topics[0].partitions[0].committed_metadata.reset();
  CHECK(wire.commit(request, 9) == ErrorCode::none);
  OffsetFetchRequest fetch;
  fetch.group_id = "readers";
  fetch.topics.reset();
  CHECK(wire.client.ask<OffsetFetchResponse>(fetch, 7).topics.at(0).partitions.at(0).metadata == "");
}

TEST_CASE("OffsetCommit up to version 4 may name its own retention") {
  for (const std::int16_t version : {4, 5}) {
    CAPTURE(version);
    Wire wire;
    wire.generation = -1;
    OffsetCommitRequest request = wire.commit_request(5);
    request.retention_time_ms = version == 4 ? 60'000 : -1;
    CHECK(wire.commit(request, version) == ErrorCode::none);
    wire.broker.advance(10min);
    CHECK((wire.broker.core().groups().offsets("readers") == nullptr) == (version == 4));
  }
}

TEST_CASE("DescribeGroups and ListGroups in every version") {
  Wire wire;
  wire.settle(9);
  for (std::int16_t version = 0; version <= 5; ++version) {
    CAPTURE(version);
    DescribeGroupsRequest request;
    request.groups = {"readers", "strangers"};
    request.include_authorized_operations = version >= 3;
    const auto answer = wire.client.ask<DescribeGroupsResponse>(request, version);
    CHECK(answer.groups.at(0).group_state == "Stable");
    CHECK(answer.groups.at(0).protocol_data == "range");
    CHECK(answer.groups.at(0).members.at(0).member_assignment == Bytes{1, 2, 3});
    CHECK(answer.groups.at(0).members.at(0).client_host == "/127.0.0.1");
    CHECK(answer.groups.at(1).group_state == "Dead");
    CHECK(answer.groups.at(1).error_code == ErrorCode::none);
    if (version >= 3) CHECK(answer.groups.at(1).authorized_operations == 3'400);

    const auto listed = wire.client.ask<ListGroupsResponse>(ListGroupsRequest{}, version);
    CHECK(listed.groups.at(0).group_id == "readers");
    CHECK(listed.groups.at(0).protocol_type == "consumer");
    CHECK(listed.groups.at(0).group_state == (version >= 4 ? "Stable" : ""));
    CHECK(listed.groups.at(0).group_type == (version >= 5 ? "classic" : ""));
  }
  ListGroupsRequest filtered;
  filtered.states_filter = {"empty"};
  CHECK(wire.client.ask<ListGroupsResponse>(filtered, 4).groups.empty());
  filtered.states_filter = {"STABLE"};
  filtered.types_filter = {"Classic"};
  CHECK(wire.client.ask<ListGroupsResponse>(filtered, 5).groups.size() == 1);
}

TEST_CASE("DeleteGroups answers once for each name") {
  for (std::int16_t version = 0; version <= 2; ++version) {
    CAPTURE(version);
    Wire wire;
    wire.settle(9);
    DeleteGroupsRequest request;
    request.groups_names = {"readers", "strangers", "readers"};
    auto answer = wire.client.ask<DeleteGroupsResponse>(request, version);
    REQUIRE(answer.results.size() == 2);
    CHECK(answer.results[0].error_code == ErrorCode::non_empty_group);
    CHECK(answer.results[1].error_code == ErrorCode::group_id_not_found);
  }
}

TEST_CASE("OffsetDelete answers for each partition, or for the group") {
  Wire wire;
  wire.settle(9);
  OffsetDeleteRequest request;
  request.group_id = "strangers";
  CHECK(wire.client.ask<OffsetDeleteResponse>(request, 0).error_code == ErrorCode::group_id_not_found);
  request.group_id = "readers";
  wire.broker.create_topic("other");
  for (const char* topic : {"readings", "other", "no such topic"}) {
    request.topics.emplace_back().name = topic;
    request.topics.back().partitions.emplace_back();
  }
  request.topics[1].partitions.emplace_back().partition_index = 7;
  const auto answer = wire.client.ask<OffsetDeleteResponse>(request, 0);
  CHECK(answer.topics.at(0).partitions.at(0).error_code == ErrorCode::group_subscribed_to_topic);
  CHECK(answer.topics.at(1).partitions.at(0).error_code == ErrorCode::none);
  CHECK(answer.topics.at(1).partitions.at(1).error_code == ErrorCode::unknown_topic_or_partition);
  CHECK(answer.topics.at(2).partitions.at(0).error_code == ErrorCode::unknown_topic_or_partition);
}
