#include "broker/api/table.h"

#include <algorithm>
#include <tuple>

#include "tests/support/broker_story.h"

// The list of what is served, and what follows from it.
namespace mini::broker {

namespace {

struct Row {
  ApiKey key;
  VersionRange advertised;
};

constexpr Row expected[] = {
    {ApiKey::produce, range(0, 11)},
    {ApiKey::fetch, range(4, 17)},
    {ApiKey::list_offsets, range(1, 10)},
    {ApiKey::metadata, range(0, 12)},
    {ApiKey::offset_commit, range(2, 9)},
    {ApiKey::offset_fetch, range(1, 9)},
    {ApiKey::find_coordinator, range(0, 6)},
    {ApiKey::join_group, range(0, 9)},
    {ApiKey::heartbeat, range(0, 4)},
    {ApiKey::leave_group, range(0, 5)},
    {ApiKey::sync_group, range(0, 5)},
    {ApiKey::describe_groups, range(0, 5)},
    {ApiKey::list_groups, range(0, 5)},
    {ApiKey::api_versions, range(0, 4)},
    {ApiKey::create_topics, range(0, 7)},
    {ApiKey::delete_topics, range(0, 6)},
    {ApiKey::delete_records, range(0, 2)},
    {ApiKey::init_producer_id, range(0, 5)},
    {ApiKey::offset_for_leader_epoch, range(2, 4)},
    {ApiKey::describe_configs, range(1, 4)},
    {ApiKey::create_partitions, range(0, 3)},
    {ApiKey::delete_groups, range(0, 2)},
    {ApiKey::offset_delete, range(0, 0)},
    {ApiKey::describe_cluster, range(0, 1)},
    {ApiKey::describe_topic_partitions, range(0, 0)},
};

// What the messages' declarations can read and write.
template <class... Requests>
std::vector<MessageInfo> infos_of(std::tuple<Requests...>*) {
  return {Requests::info...};
}
using AllRequests =
    std::tuple<ProduceRequest, FetchRequest, ListOffsetsRequest, MetadataRequest, OffsetCommitRequest,
               OffsetFetchRequest, FindCoordinatorRequest, JoinGroupRequest, HeartbeatRequest,
               LeaveGroupRequest, SyncGroupRequest, DescribeGroupsRequest, ListGroupsRequest,
               ApiVersionsRequest, CreateTopicsRequest, DeleteTopicsRequest, DeleteRecordsRequest,
               InitProducerIdRequest, OffsetForLeaderEpochRequest, DescribeConfigsRequest,
               CreatePartitionsRequest, DeleteGroupsRequest, OffsetDeleteRequest, DescribeClusterRequest,
               DescribeTopicPartitionsRequest>;

const MessageInfo& info_of(ApiKey key) {
  static const std::vector<MessageInfo> infos = infos_of(static_cast<AllRequests*>(nullptr));
  const auto found =
      std::find_if(infos.begin(), infos.end(), [=](const MessageInfo& info) { return info.api == key; });
  REQUIRE(found != infos.end());
  return *found;
}

}  // namespace

TEST_CASE("exactly these APIs and versions are advertised") {
  REQUIRE(apis().size() == std::size(expected));
  for (const Row& row : expected) {
    INFO(std::string(name_of(row.key)));
    const Api* api = find_api(row.key);
    REQUIRE(api);
    CHECK(api->advertised == row.advertised);
  }
}

TEST_CASE("what is advertised is served, but for Produce 0 to 2, which only old clients look for") {
  for (const Api& api : apis()) {
    INFO(std::string(name_of(api.key)));
    CHECK(api.served == (api.key == ApiKey::produce ? range(3, 11) : api.advertised));
  }
}

TEST_CASE("every served version can be read and written") {
  for (const Api& api : apis()) {
    const MessageInfo& info = info_of(api.key);
    INFO(std::string(info.name));
    CHECK(info.versions.has(api.served.first));
    CHECK(info.versions.has(api.served.last));
    CHECK(info.flexible == api.flexible);
  }
}

TEST_CASE("the table is in the order of the keys, each once") {
  for (std::size_t i = 1; i < apis().size(); ++i) CHECK(apis()[i - 1].key < apis()[i].key);
}

TEST_CASE("ApiVersions tells the table, in every version") {
  Story story;
  each_version<ApiVersionsRequest>([&](std::int16_t version) {
    const auto answer = story.ask<ApiVersionsResponse>(ApiVersionsRequest{"kcat", "1.7.1", {}}, version);
    CHECK(answer.error_code == ErrorCode::none);
    REQUIRE(answer.api_keys.size() == std::size(expected));
    for (std::size_t i = 0; i < std::size(expected); ++i) {
      CHECK(answer.api_keys[i].api_key == static_cast<std::int16_t>(expected[i].key));
      CHECK(answer.api_keys[i].min_version == expected[i].advertised.first);
      CHECK(answer.api_keys[i].max_version == expected[i].advertised.last);
    }
    CHECK(answer.supported_features.empty());
    CHECK(answer.finalized_features.empty());
    CHECK(answer.finalized_features_epoch == -1);
  });
}

TEST_CASE("docs/apis.md has a line for each API, with its versions") {
  const std::string page = apis_markdown();
  for (const Api& api : apis()) {
    const std::string start = "| " + std::to_string(static_cast<int>(api.key)) + " | " +
                              std::string(name_of(api.key)) + " | " + std::to_string(api.served.first);
    INFO(start);
    CHECK(page.find(start) != std::string::npos);
  }
  CHECK(page.find("(advertised 0-11)") != std::string::npos);
}

}  // namespace mini::broker
