#include "tests/broker/api/fields.h"
#include "tests/broker/api/groups_scene.h"

// Every field of the requests of groups and committed offsets.
namespace mini::broker {

namespace {

// Groups, members, offsets, and what was said of them.
std::string groups(Stage& stage) {
  TestClient observer(stage.broker);
  DescribeGroupsRequest describe;
  describe.groups = {"g"};
  std::string text = print(observer.ask<DescribeGroupsResponse>(describe, 5), 5);
  text += print(observer.ask<ListGroupsResponse>(ListGroupsRequest{}, 5), 5);
  text += print(observer.ask<OffsetFetchResponse>(fetch_all_offsets(), 9), 9);
  for (const std::string& reason : stage.broker.events.rebalances) text += " rebalance: " + reason;
  for (const std::string& removed : stage.broker.events.removed) text += " removed: " + removed;
  return text;
}

// The same, and how long a newcomer has to wait for those who were there.
std::string groups_and_patience(Stage& stage) {
  const std::string before = groups(stage);
  TestClient newcomer(stage.broker);
  JoinGroupRequest request = join_request();
  request.rebalance_timeout_ms = 1'000;  // the greatest of all members counts
  auto pending = newcomer.send<JoinGroupResponse>(request, 3);
  int waited_ms = 0;
  for (; waited_ms < 60'000 && !pending.answered(); waited_ms += 50) stage.broker.advance(50ms);
  return before + " a newcomer waited " + std::to_string(waited_ms) + " ms" + groups(stage);
}

std::string groups_and_later(Stage& stage) {
  const std::string now = groups(stage);
  for (int i = 0; i < 25; ++i) stage.broker.advance(60s);
  return now + " later: " + groups(stage);
}

void one_joined(Stage& stage) {
  const Joined joined = join_alone(stage.broker, stage.client);
  stage.member_id = joined.member_id;
  stage.generation = joined.generation;
}

void one_settled(Stage& stage) {
  const Joined joined = settle_alone(stage.broker, stage.client);
  stage.member_id = joined.member_id;
  stage.generation = joined.generation;
}

void two_offsets(Stage& stage) {
  commit(stage.client, 5);
  commit(stage.client, 6, {"t", 1});
}

Joined joined(const Stage& stage) { return {stage.member_id, stage.generation}; }

}  // namespace

TEST_CASE("every field of FindCoordinator") {
  const auto request = [](Stage& stage) {
    FindCoordinatorRequest request;
    if (stage.version < 4)
      request.key = "g";
    else
      request.coordinator_keys = {"g", "h"};
    return request;
  };
  check_fields<FindCoordinatorRequest, FindCoordinatorResponse>(
      {Scene<FindCoordinatorRequest>(request)},
      {{"key", "one node coordinates all groups, and versions 0 to 3 do not repeat it"}});
}

TEST_CASE("every field of JoinGroup") {
  const auto told_its_id = [](Stage& stage) {
    if (stage.version < 4) return;
    const auto answer = stage.client.ask<JoinGroupResponse>(join_request(), stage.version);
    REQUIRE(answer.error_code == ErrorCode::member_id_required);
    stage.member_id = answer.member_id;
  };
  const auto request = [](Stage& stage) {
    JoinGroupRequest request = join_request(stage.member_id);
    if (stage.version >= 8) request.reason = "first visit";
    return request;
  };
  check_fields<JoinGroupRequest, JoinGroupResponse>(
      {Scene<JoinGroupRequest>(request)
           .after(told_its_id)
           .change("session_timeout_ms", [](auto& r, Stage&) { r.session_timeout_ms = 6'000; })
           .change("rebalance_timeout_ms", [](auto& r, Stage&) { r.rebalance_timeout_ms = 7'000; })
           .seen(groups_and_patience)});
}

TEST_CASE("every field of SyncGroup") {
  const auto request = [](Stage& stage) {
    SyncGroupRequest request = sync_request(joined(stage));
    if (stage.version >= 5) {
      request.protocol_type = "consumer";
      request.protocol_name = "range";
    }
    return request;
  };
  check_fields<SyncGroupRequest, SyncGroupResponse>({Scene<SyncGroupRequest>(request).after(one_joined)});
}

TEST_CASE("every field of Heartbeat") {
  const auto request = [](Stage& stage) {
    return HeartbeatRequest{"g", stage.generation, stage.member_id, std::nullopt, {}};
  };
  check_fields<HeartbeatRequest, HeartbeatResponse>({Scene<HeartbeatRequest>(request).after(one_settled)});
}

TEST_CASE("every field of LeaveGroup") {
  const auto request = [](Stage& stage) {
    LeaveGroupRequest request;
    request.group_id = "g";
    if (stage.version < 3)
      request.member_id = stage.member_id;
    else
      request.members.push_back({stage.member_id, std::nullopt, std::nullopt, {}});
    return request;
  };
  check_fields<LeaveGroupRequest, LeaveGroupResponse>(
      {Scene<LeaveGroupRequest>(request).after(one_settled).seen(groups)});
}

TEST_CASE("every field of DescribeGroups") {
  const auto request = [](Stage&) { return DescribeGroupsRequest{{"g"}, false, {}}; };
  check_fields<DescribeGroupsRequest, DescribeGroupsResponse>(
      {Scene<DescribeGroupsRequest>(request).after(one_settled)});
}

TEST_CASE("every field of ListGroups") {
  const auto request = [](Stage&) { return ListGroupsRequest{}; };
  check_fields<ListGroupsRequest, ListGroupsResponse>({Scene<ListGroupsRequest>(request).after(one_settled)});
}

TEST_CASE("every field of DeleteGroups") {
  const auto request = [](Stage&) { return DeleteGroupsRequest{{"g"}, {}}; };
  check_fields<DeleteGroupsRequest, DeleteGroupsResponse>(
      {Scene<DeleteGroupsRequest>(request).after(two_offsets).seen(groups)});
}

TEST_CASE("every field of OffsetCommit") {
  const auto request = [](Stage& stage) {
    OffsetCommitRequest request = commit_request(joined(stage), 5);
    if (stage.version < 5) request.retention_time_ms = 86'400'000;
    return request;
  };
  check_fields<OffsetCommitRequest, OffsetCommitResponse>(
      {Scene<OffsetCommitRequest>(request)
           .after(one_settled)
           .change("retention_time_ms", [](auto& r, Stage&) { r.retention_time_ms = 1'000; })
           .seen(groups_and_later)});
}

TEST_CASE("every field of OffsetFetch") {
  const auto request = [](Stage& stage) { return offset_fetch_request(stage.version); };
  check_fields<OffsetFetchRequest, OffsetFetchResponse>(
      {Scene<OffsetFetchRequest>(request).after(two_offsets)},
      {{"require_stable", "without transactions no offset is pending"},
       {"groups.member_id", "members of KIP-848 groups alone have one to check"},
       {"groups.member_epoch", "members of KIP-848 groups alone have one"}});
}

TEST_CASE("every field of OffsetDelete") {
  const auto request = [](Stage&) {
    OffsetDeleteRequest request;
    request.group_id = "g";
    auto& topic = request.topics.emplace_back();
    topic.name = "t";
    topic.partitions.push_back({0, {}});
    return request;
  };
  check_fields<OffsetDeleteRequest, OffsetDeleteResponse>(
      {Scene<OffsetDeleteRequest>(request).after(two_offsets).seen(groups)});
}

}  // namespace mini::broker
