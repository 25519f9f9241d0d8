#include "tests/broker/api/groups_scene.h"

// Behaviours 33 and 35 through the handlers: committed offsets, and groups listed, described and deleted.
namespace mini::broker {

namespace {

ErrorCode error_in(const OffsetCommitResponse& answer) {
  return answer.topics.at(0).partitions.at(0).error_code;
}

struct Fetched {
  Offset offset;
  LeaderEpoch leader_epoch;
  std::optional<std::string> metadata;
  ErrorCode error;
};

// The only partition that an answer of any version holds.
Fetched only_one(const OffsetFetchResponse& answer, std::int16_t version) {
  const auto told = [](const auto& row) {
    return Fetched{row.committed_offset, row.committed_leader_epoch, row.metadata, row.error_code};
  };
  if (version >= 8) return told(answer.groups.at(0).topics.at(0).partitions.at(0));
  return told(answer.topics.at(0).partitions.at(0));
}

}  // namespace

TEST_CASE("what is committed in any version is fetched in any version, unchanged") {
  each_version<OffsetCommitRequest>([](std::int16_t committing) {
    Story story;
    const Joined joined = settle_alone(story.broker, story.client);
    OffsetCommitRequest request = commit_request(joined, 42);
    request.topics[0].partitions[0].committed_leader_epoch = committing >= 6 ? 3 : -1;
    request.topics[0].partitions[0].committed_metadata = "caf\xc3\xa9 \x01";
    CHECK(error_in(story.ask<OffsetCommitResponse>(request, committing)) == ErrorCode::none);
    each_version<OffsetFetchRequest>([&](std::int16_t fetching) {
      const auto row =
          only_one(story.ask<OffsetFetchResponse>(offset_fetch_request(fetching), fetching), fetching);
      CHECK(row.offset == 42);
      CHECK(row.metadata == "caf\xc3\xa9 \x01");
      CHECK(row.error == ErrorCode::none);
      if (fetching >= 5) CHECK(row.leader_epoch == (committing >= 6 ? 3 : -1));
    });
  });
}

TEST_CASE("null metadata comes back empty") {
  Story story;
  OffsetCommitRequest request = commit_request({"", no_generation}, 1);
  request.topics[0].partitions[0].committed_metadata.reset();
  CHECK(error_in(story.ask<OffsetCommitResponse>(request)) == ErrorCode::none);
  CHECK(only_one(story.ask<OffsetFetchResponse>(offset_fetch_request(9)), 9).metadata == "");
}

TEST_CASE("a partition without a commit is at -1 without an error, whoever and whatever is unknown") {
  each_version<OffsetFetchRequest>([](std::int16_t version) {
    Story story;
    commit(story.client, 1, {}, "known");
    for (const char* group : {"known", "unknown", ""}) {
      for (const Place& place : {Place{"t", 7}, Place{"missing", 0}}) {
        INFO(group, " ", place.topic);
        const auto row = only_one(
            story.ask<OffsetFetchResponse>(offset_fetch_request(version, place, group), version), version);
        CHECK(row.offset == -1);
        CHECK(row.leader_epoch == -1);
        CHECK(row.metadata == "");
        CHECK(row.error == ErrorCode::none);
      }
    }
  });
}

TEST_CASE("without a list of topics everything that the group has committed is fetched") {
  for (std::int16_t version = 2; version <= 9; ++version) {
    INFO("version ", version);
    Story story({}, 2);
    commit(story.client, 5);
    commit(story.client, 6, {"t", 1});
    OffsetFetchRequest request;
    if (version < 8) {
      request.group_id = "g";
      request.topics.reset();
    } else {
      request = fetch_all_offsets();
    }
    const auto answer = story.ask<OffsetFetchResponse>(request, version);
    const std::size_t rows = version < 8 ? answer.topics.at(0).partitions.size()
                                         : answer.groups.at(0).topics.at(0).partitions.size();
    CHECK(rows == 2);
  }
}

TEST_CASE("several groups are asked for in one request from version 8 on") {
  for (std::int16_t version = 8; version <= 9; ++version) {
    Story story;
    commit(story.client, 5, {}, "a");
    OffsetFetchRequest request = offset_fetch_request(version, {}, "a");
    request.groups.push_back(offset_fetch_request(version, {}, "b").groups[0]);
    const auto answer = story.ask<OffsetFetchResponse>(request, version);
    REQUIRE(answer.groups.size() == 2);
    CHECK(answer.groups[0].topics[0].partitions[0].committed_offset == 5);
    CHECK(answer.groups[1].topics[0].partitions[0].committed_offset == -1);
  }
}

TEST_CASE("commits from outside need an empty group; those of members their generation, in every version") {
  each_version<OffsetCommitRequest>([](std::int16_t version) {
    Story story;
    const auto error_of = [&](const Joined& who) {
      return error_in(story.ask<OffsetCommitResponse>(commit_request(who, 1), version));
    };
    CHECK(error_of({"", 3}) ==
          (version >= 9 ? ErrorCode::group_id_not_found : ErrorCode::illegal_generation));
    CHECK(error_of({"", -1}) == ErrorCode::none);
    const Joined joined = join_alone(story.broker, story.client);
    CHECK(error_of(joined) == ErrorCode::rebalance_in_progress);
    story.client.ask<SyncGroupResponse>(sync_request(joined), 3);
    CHECK(error_of(joined) == ErrorCode::none);
    CHECK(error_of({"", -1}) == ErrorCode::unknown_member_id);
    CHECK(error_of({"ghost", joined.generation}) == ErrorCode::unknown_member_id);
    CHECK(error_of({joined.member_id, joined.generation + 1}) == ErrorCode::illegal_generation);
    CHECK(error_of({joined.member_id, -1}) == ErrorCode::illegal_generation);
  });
}

TEST_CASE("a commit for what does not exist, or with too much metadata, fails for that partition alone") {
  each_version<OffsetCommitRequest>([](std::int16_t version) {
    Story story({}, 3);
    OffsetCommitRequest request = commit_request({"", -1}, 1);
    auto& partitions = request.topics[0].partitions;
    partitions.resize(4, partitions[0]);
    partitions[1].partition_index = 3;
    partitions[2].partition_index = 1;
    partitions[2].committed_metadata = std::string(4'097, 'm');
    partitions[3].partition_index = 2;
    partitions[3].committed_metadata = std::string(4'096, 'm');
    request.topics.push_back(commit_request({"", -1}, 1, {"missing", 0}).topics[0]);
    const auto answer = story.ask<OffsetCommitResponse>(request, version);
    const auto& rows = answer.topics.at(0).partitions;
    CHECK(rows.at(0).error_code == ErrorCode::none);
    CHECK(rows.at(1).error_code == ErrorCode::unknown_topic_or_partition);
    CHECK(rows.at(2).error_code == ErrorCode::offset_metadata_too_large);
    CHECK(rows.at(3).error_code == ErrorCode::none);
    CHECK(answer.topics.at(1).partitions.at(0).error_code == ErrorCode::unknown_topic_or_partition);
  });
}

TEST_CASE("an offset is committed as it is, also where no record lies") {
  Story story;
  for (const Offset offset : {Offset{-5}, Offset{-1}, Offset{1'000'000'000'000}}) {
    commit(story.client, offset);
    CHECK(only_one(story.ask<OffsetFetchResponse>(offset_fetch_request(9)), 9).offset == offset);
  }
}

TEST_CASE("groups are listed with their state and type, and filtered by them") {
  each_version<ListGroupsRequest>([](std::int16_t version) {
    Story story;
    settle_alone(story.broker, story.client, "active");
    commit(story.client, 1, {}, "kept");
    const auto list = [&](std::vector<std::string> states, std::vector<std::string> types) {
      Names names;
      const auto answer = story.ask<ListGroupsResponse>(ListGroupsRequest{states, types, {}}, version);
      CHECK(answer.error_code == ErrorCode::none);
      for (const auto& group : answer.groups) names.push_back(group.group_id);
      return names;
    };
    CHECK(list({}, {}) == Names{"active", "kept"});
    const auto all = story.ask<ListGroupsResponse>(ListGroupsRequest{}, version).groups;
    CHECK(all[0].protocol_type == "consumer");
    CHECK(all[1].protocol_type == "");
    if (version < 4) return;
    CHECK(all[0].group_state == "Stable");
    CHECK(all[1].group_state == "Empty");
    CHECK(list({"Stable"}, {}) == Names{"active"});
    CHECK(list({"empty", "stable"}, {}) == Names{"active", "kept"});
    CHECK(list({"nonsense"}, {}).empty());
    if (version < 5) return;
    CHECK(all[0].group_type == "classic");
    CHECK(list({}, {"Classic"}) == Names{"active", "kept"});
    CHECK(list({}, {"consumer"}).empty());
  });
}

TEST_CASE("a group is described with its members, and one that does not exist is Dead without an error") {
  each_version<DescribeGroupsRequest>([](std::int16_t version) {
    Story story;
    const Joined joined = settle_alone(story.broker, story.client, "g", "kitchen");
    DescribeGroupsRequest request;
    request.groups = {"g", "missing", ""};
    auto groups = story.ask<DescribeGroupsResponse>(request, version).groups;
    REQUIRE(groups.size() == 3);
    CHECK(groups[0].error_code == ErrorCode::none);
    CHECK(groups[0].group_state == "Stable");
    CHECK(groups[0].protocol_type == "consumer");
    CHECK(groups[0].protocol_data == "range");
    REQUIRE(groups[0].members.size() == 1);
    const auto& member = groups[0].members[0];
    CHECK(member.member_id == joined.member_id);
    CHECK(member.client_id == "test-client");
    CHECK(member.client_host == "/127.0.0.1");
    CHECK(member.member_metadata == bytes_of("subscription"));
    CHECK(member.member_assignment == bytes_of("assignment"));
    if (version >= 4) CHECK(member.group_instance_id == "kitchen");
    for (const std::size_t missing : {1, 2}) {
      CHECK(groups[missing].error_code == ErrorCode::none);
      CHECK(groups[missing].group_state == "Dead");
      CHECK(groups[missing].protocol_type == "");
      CHECK(groups[missing].members.empty());
    }
    if (version < 3) return;
    CHECK(groups[0].authorized_operations == std::numeric_limits<std::int32_t>::min());
    request.include_authorized_operations = true;
    for (const auto& group : story.ask<DescribeGroupsResponse>(request, version).groups)
      CHECK(group.authorized_operations == 3400);
  });
}

TEST_CASE("a group without members is deleted with its offsets; one with members is not") {
  each_version<DeleteGroupsRequest>([](std::int16_t version) {
    Story story;
    settle_alone(story.broker, story.client, "active");
    commit(story.client, 1, {}, "kept");
    const auto answer = story.ask<DeleteGroupsResponse>(
        DeleteGroupsRequest{{"active", "kept", "missing", "", "kept"}, {}}, version);
    std::map<std::string, ErrorCode> errors;
    for (const auto& row : answer.results) CHECK(errors.emplace(row.group_id, row.error_code).second);
    CHECK(errors == std::map<std::string, ErrorCode>{{"active", ErrorCode::non_empty_group},
                                                     {"kept", ErrorCode::none},
                                                     {"missing", ErrorCode::group_id_not_found},
                                                     {"", ErrorCode::group_id_not_found}});
    CHECK(only_one(story.ask<OffsetFetchResponse>(offset_fetch_request(9, {}, "kept")), 9).offset == -1);
  });
}

TEST_CASE("offsets of a topic that a live member subscribes to are not deleted") {
  Story story({}, 2);
  story.broker.create_topic("u");
  JoinGroupRequest request = join_request();
  // Version 0 of Kafka's subscription: the topics, and no user data.
  request.protocols[0].metadata = {0, 0, 0, 0, 0, 1, 0, 1, 't', 0xff, 0xff, 0xff, 0xff};
  const auto answer = await(story.broker, story.client.send<JoinGroupResponse>(request, 3));
  const Joined joined{answer.member_id, answer.generation_id};
  story.client.ask<SyncGroupResponse>(sync_request(joined), 3);
  for (const char* topic : {"t", "u"})
    CHECK(error_in(story.ask<OffsetCommitResponse>(commit_request(joined, 1, {topic, 0}))) ==
          ErrorCode::none);

  OffsetDeleteRequest deletion;
  deletion.group_id = "g";
  deletion.topics.push_back({"t", {{0, {}}}, {}});
  deletion.topics.push_back({"u", {{0, {}}}, {}});
  deletion.topics.push_back({"missing", {{0, {}}}, {}});
  const auto deleted = story.ask<OffsetDeleteResponse>(deletion);
  CHECK(deleted.error_code == ErrorCode::none);
  CHECK(deleted.topics.at(0).partitions.at(0).error_code == ErrorCode::group_subscribed_to_topic);
  CHECK(deleted.topics.at(1).partitions.at(0).error_code == ErrorCode::none);
  CHECK(deleted.topics.at(2).partitions.at(0).error_code == ErrorCode::unknown_topic_or_partition);
  CHECK(only_one(story.ask<OffsetFetchResponse>(offset_fetch_request(9, {"t", 0})), 9).offset == 1);
  CHECK(only_one(story.ask<OffsetFetchResponse>(offset_fetch_request(9, {"u", 0})), 9).offset == -1);
  deletion.group_id = "missing";
  CHECK(story.ask<OffsetDeleteResponse>(deletion).error_code == ErrorCode::group_id_not_found);
}

TEST_CASE("past mini.memory.limit a first commit is asked to come again, and a later one is taken") {
  each_version<OffsetCommitRequest>([](std::int16_t version) {
    Story story;
    commit(story.client, 1);
    story.broker.memory.take(story.broker.memory.available());
    const OffsetCommitRequest again = commit_request({"", no_generation}, 2);
    const OffsetCommitRequest first = commit_request({"", no_generation}, 2, {}, "other");
    CHECK(error_in(story.ask<OffsetCommitResponse>(again, version)) == ErrorCode::none);
    CHECK(error_in(story.ask<OffsetCommitResponse>(first, version)) == ErrorCode::coordinator_not_available);
    CHECK(story.broker.events.limits == Names{"mini.memory.limit"});
  });
}

}  // namespace mini::broker
