#include "client/admin/admin_machine.h"

#include <doctest/doctest.h>

#include "client/cluster/versions.h"
#include "protocol/messages/create_topics.h"
#include "protocol/messages/delete_groups.h"
#include "protocol/messages/delete_records.h"
#include "tests/client/support/scripted_broker.h"

using namespace mini::client;
using namespace mini::test;
using namespace mini::protocol;
using mini::ClientErrc;
using mini::Error;

namespace {

// A machine, its broker, and what came of one call.
struct Story {
  ScriptedBroker broker;
  AdminMachine machine;
  Drive<AdminMachine> drive;
  bool done = false;
  Error whole;
  std::vector<Error> errors;

  Story() : machine(broker.cluster_options(), broker, 1), drive(machine, broker) {
    broker.served[ApiKey::delete_groups] = range(0, 2);
    broker.served[ApiKey::delete_records] = range(0, 2);
    drive.settle();
  }
  void submit(std::shared_ptr<Call> call, TimeMs timeout_ms = 30'000) {
    machine.submit(std::move(call), drive.now.monotonic + timeout_ms,
                   [this](const Error& error, const std::vector<Error>& each) {
                     REQUIRE_FALSE(done);
                     done = true;
                     whole = error;
                     errors = each;
                   });
    drive.settle();
  }
};

int code(const Error& error) { return error.code.value(); }
int number(ErrorCode error) { return static_cast<int>(error); }

std::shared_ptr<Call> creation(std::vector<std::string> names) {
  const auto make = [names](const Keys& keys, std::int16_t) {
    CreateTopicsRequest request;
    for (const std::size_t key : keys) request.topics.emplace_back().name = names[key];
    return request;
  };
  const auto read = [names](const CreateTopicsResponse& response, const Keys&, const Settle& settle) {
    for (const auto& topic : response.topics)
      settle(static_cast<std::size_t>(std::find(names.begin(), names.end(), topic.name) - names.begin()),
             broker_error(topic.error_code, topic.name));
  };
  return std::make_shared<TypedCall<CreateTopicsRequest, CreateTopicsResponse>>(
      versions::create_topics, std::vector(names.size(), Target::controller()), make, read);
}

Reaction answer_creation(const Asked& asked, const std::map<std::string, ErrorCode>& errors) {
  CreateTopicsResponse response;
  for (const auto& topic : asked.read<CreateTopicsRequest>().topics) {
    auto& each = response.topics.emplace_back();
    each.name = topic.name;
    if (const auto found = errors.find(topic.name); found != errors.end()) each.error_code = found->second;
  }
  return Reaction::answer(asked, response);
}

std::shared_ptr<Call> group_deletion(const std::string& group) {
  const auto make = [group](const Keys&, std::int16_t) {
    DeleteGroupsRequest request;
    request.groups_names = {group};
    return request;
  };
  const auto read = [](const DeleteGroupsResponse& response, const Keys&, const Settle& settle) {
    for (const auto& each : response.results) settle(0, broker_error(each.error_code, each.group_id));
  };
  return std::make_shared<TypedCall<DeleteGroupsRequest, DeleteGroupsResponse>>(
      versions::delete_groups, std::vector{Target::coordinator_of(group)}, make, read);
}

Reaction answer_deletion(const Asked& asked, ErrorCode error) {
  DeleteGroupsResponse response;
  auto& each = response.results.emplace_back();
  each.group_id = asked.read<DeleteGroupsRequest>().groups_names.front();
  each.error_code = error;
  return Reaction::answer(asked, response);
}

Reaction answer_coordinator(const Asked& asked, ErrorCode error) {
  FindCoordinatorResponse response;
  auto& found = response.coordinators.emplace_back();
  found.key = asked.read<FindCoordinatorRequest>().coordinator_keys.front();
  found.error_code = error;
  found.node_id = 1;
  found.host = "broker";
  found.port = 9092;
  return Reaction::answer(asked, response);
}

std::shared_ptr<Call> records_deletion(const mini::TopicPartition& partition) {
  const auto make = [partition](const Keys&, std::int16_t) {
    DeleteRecordsRequest request;
    auto& topic = request.topics.emplace_back();
    topic.name = partition.topic;
    topic.partitions.emplace_back().partition_index = partition.partition;
    return request;
  };
  const auto read = [](const DeleteRecordsResponse& response, const Keys&, const Settle& settle) {
    settle(0, broker_error(response.topics.at(0).partitions.at(0).error_code, "records"));
  };
  return std::make_shared<TypedCall<DeleteRecordsRequest, DeleteRecordsResponse>>(
      versions::delete_records, std::vector{Target::leader_of(partition)}, make, read);
}

Reaction answer_records(const Asked& asked, ErrorCode error) {
  DeleteRecordsResponse response;
  auto& topic = response.topics.emplace_back();
  topic.name = "readings";
  topic.partitions.emplace_back().error_code = error;
  return Reaction::answer(asked, response);
}

}  // namespace

TEST_CASE("only the keys that may pass are asked again") {
  Story story;
  int asked_times = 0;
  story.broker.script = [&](const Asked& asked) {
    ++asked_times;
    const std::size_t keys = asked.read<CreateTopicsRequest>().topics.size();
    CHECK(keys == (asked_times == 1 ? 3 : 1));
    if (asked_times > 2) return answer_creation(asked, {});
    return answer_creation(
        asked, {{"b", ErrorCode::topic_already_exists}, {"c", ErrorCode::throttling_quota_exceeded}});
  };
  story.submit(creation({"a", "b", "c"}));
  CHECK_FALSE(story.done);
  story.drive.pass(2000);
  REQUIRE(story.done);
  CHECK(asked_times == 3);
  CHECK_FALSE(story.whole);
  CHECK_FALSE(story.errors[0]);
  CHECK(code(story.errors[1]) == number(ErrorCode::topic_already_exists));
  CHECK_FALSE(story.errors[2]);
}

TEST_CASE("who is not the controller any more is asked again after a look at the cluster") {
  Story story;
  const std::size_t looks = story.broker.count(ApiKey::metadata);
  int asked_times = 0;
  story.broker.script = [&](const Asked& asked) {
    return answer_creation(asked, {{"a", ++asked_times == 1 ? ErrorCode::not_controller : ErrorCode::none}});
  };
  story.submit(creation({"a"}));
  story.drive.pass(2000);
  REQUIRE(story.done);
  CHECK_FALSE(story.errors[0]);
  CHECK(asked_times == 2);
  CHECK(story.broker.count(ApiKey::metadata) > looks);
}

TEST_CASE("a coordinator is looked up, and again once it has moved or is not there yet") {
  Story story;
  int found = 0, deleted = 0;
  story.broker.script = [&](const Asked& asked) {
    if (asked.api == ApiKey::find_coordinator)
      return answer_coordinator(asked, ++found == 1 ? ErrorCode::coordinator_not_available : ErrorCode::none);
    return answer_deletion(asked, ++deleted == 1 ? ErrorCode::not_coordinator : ErrorCode::none);
  };
  story.submit(group_deletion("alerts"));
  story.drive.pass(5000);
  REQUIRE(story.done);
  CHECK_FALSE(story.errors[0]);
  CHECK(found == 3);
  CHECK(deleted == 2);
}

TEST_CASE("the leader is looked up again after it changed") {
  Story story;
  story.broker.topics["readings"] = 1;
  int asked_times = 0;
  story.broker.script = [&](const Asked& asked) {
    return answer_records(asked, ++asked_times == 1 ? ErrorCode::not_leader_or_follower : ErrorCode::none);
  };
  story.submit(records_deletion({"readings", 0}));
  story.drive.pass(2000);
  REQUIRE(story.done);
  CHECK_FALSE(story.errors[0]);
  CHECK(asked_times == 2);
}

TEST_CASE("a topic that stays unknown is told after some looks, one that appears is used") {
  Story story;
  story.submit(records_deletion({"readings", 0}));
  SUBCASE("it stays unknown") {
    story.drive.pass(5000);
    REQUIRE(story.done);
    CHECK(code(story.errors[0]) == number(ErrorCode::unknown_topic_or_partition));
  }
  SUBCASE("it appears") {
    story.broker.script = [](const Asked& asked) { return answer_records(asked, ErrorCode::none); };
    story.broker.topics["readings"] = 1;
    story.drive.pass(5000);
    REQUIRE(story.done);
    CHECK_FALSE(story.errors[0]);
  }
}

TEST_CASE("a lost connection is no end, the deadline is") {
  Story story;
  story.broker.script = [](const Asked&) { return Reaction::cut(); };
  story.submit(creation({"a"}), 10'000);
  story.drive.pass(9'000);
  CHECK_FALSE(story.done);
  story.drive.pass(1'000);
  REQUIRE(story.done);
  CHECK(story.whole.code == ClientErrc::timed_out);
  CHECK(story.whole.detail.find("cut") != std::string::npos);
}

TEST_CASE("at the deadline a key that kept failing has the broker's error") {
  Story story;
  story.broker.script = [](const Asked& asked) {
    return answer_creation(asked, {{"a", ErrorCode::not_controller}});
  };
  story.submit(creation({"a", "b"}), 3'000);
  story.drive.pass(3'000);
  REQUIRE(story.done);
  CHECK_FALSE(story.whole);
  CHECK(code(story.errors[0]) == number(ErrorCode::not_controller));
  CHECK_FALSE(story.errors[1]);
}

TEST_CASE("what the broker does not serve fails the call at once, and says so") {
  Story story;
  story.broker.served.erase(ApiKey::create_topics);
  AdminMachine machine(story.broker.cluster_options(), story.broker, 1);
  Drive<AdminMachine> drive(machine, story.broker);
  Error whole;
  machine.submit(creation({"a"}), drive.now.monotonic + 30'000,
                 [&](const Error& error, const std::vector<Error>&) { whole = error; });
  drive.settle();
  CHECK(whole.code == ClientErrc::unsupported);
  CHECK(whole.detail.find("does not serve CreateTopics") != std::string::npos);
}

TEST_CASE("a key that the answer leaves out has an error, one it was not asked about is passed over") {
  Story story;
  story.broker.script = [](const Asked& asked) {
    CreateTopicsResponse response;
    response.topics.emplace_back().name = "somebody else's";
    return Reaction::answer(asked, response);
  };
  story.submit(creation({"a"}));
  REQUIRE(story.done);
  CHECK(story.errors[0].code == ClientErrc::bad_answer);
}

TEST_CASE("an answer after the deadline finds nobody") {
  Story story;
  story.submit(creation({"a"}), 1'000);
  story.drive.pass(1'000);
  REQUIRE(story.done);
  CreateTopicsResponse response;
  response.topics.emplace_back().name = "a";
  story.drive.answer_held(ApiKey::create_topics, response);
  CHECK(story.whole.code == ClientErrc::timed_out);
}
