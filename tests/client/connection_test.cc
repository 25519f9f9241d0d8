#include "client/cluster/connection.h"

#include <doctest/doctest.h>

#include "client/cluster/versions.h"
#include "protocol/messages/find_coordinator.h"
#include "protocol/messages/heartbeat.h"
#include "tests/client/support/scripted_broker.h"

using namespace mini::client;
using namespace mini::test;
using mini::ClientErrc;
using mini::Error;
using mini::protocol::ErrorCode;
using mini::protocol::HeartbeatRequest;
using mini::protocol::HeartbeatResponse;

namespace {

struct Fixture {
  ScriptedBroker broker;
  Cluster cluster{broker.cluster_options(), broker, 1};
  Drive<Cluster> drive{cluster, broker};
  std::vector<Error> ends;

  void ask(std::int64_t timeout_ms = 30'000) {
    drive.settle();
    cluster.request(cluster.any_node(drive.now), Lane::main,
                    make_request<HeartbeatRequest, HeartbeatResponse>(
                        versions::heartbeat, timeout_ms, [](std::int16_t) { return HeartbeatRequest{}; },
                        [this](Reply<HeartbeatResponse>& reply) { ends.push_back(reply.error); }),
                    drive.now);
    drive.settle();
  }
};

Bytes frame_of(std::initializer_list<std::uint8_t> bytes) { return bytes; }

}  // namespace

TEST_CASE_FIXTURE(Fixture, "an answer ends its request") {
  broker.script = [](const Asked& asked) { return Reaction::answer(asked, HeartbeatResponse{}); };
  ask();
  REQUIRE(ends.size() == 1);
  CHECK(!ends[0]);
  CHECK(broker.asked.back().version == 4);
}

TEST_CASE_FIXTURE(Fixture, "the newest version that both sides have is spoken") {
  broker.served[ApiKey::heartbeat] = mini::protocol::range(0, 1);
  broker.script = [](const Asked& asked) { return Reaction::answer(asked, HeartbeatResponse{}); };
  ask();
  CHECK(broker.asked.back().version == 1);
}

TEST_CASE_FIXTURE(Fixture, "a broker that does not know ApiVersions 3 names what it knows") {
  broker.script_all = true;
  broker.script = [](const Asked& asked) {
    if (asked.api != ApiKey::api_versions) return Reaction::hold();
    mini::protocol::ApiVersionsResponse response;
    auto& api = response.api_keys.emplace_back();
    api.api_key = 18;
    api.max_version = 2;
    if (asked.version <= 2) return Reaction::answer(asked, response);
    response.error_code = ErrorCode::unsupported_version;
    Asked in_zero = asked;
    in_zero.version = 0;
    return Reaction::answer(in_zero, response);
  };
  drive.settle();
  REQUIRE(broker.count(ApiKey::api_versions) == 2);
  CHECK(broker.asked[0].version == 3);
  CHECK(broker.asked[1].version == 2);
}

TEST_CASE_FIXTURE(Fixture, "a broker that hangs up on ApiVersions 3 is asked in version 0") {
  broker.script_all = true;
  broker.script = [](const Asked&) { return Reaction::cut(); };
  drive.pass(500);
  CHECK(broker.asked[0].version == 3);
  CHECK(broker.asked[1].version == 0);
}

TEST_CASE_FIXTURE(Fixture, "what the broker does not serve fails and names the versions") {
  broker.served[ApiKey::heartbeat] = mini::protocol::range(9, 10);
  ask();
  REQUIRE(ends.size() == 1);
  CHECK(ends[0].code == ClientErrc::unsupported);
  CHECK(ends[0].detail == "broker:9092 serves 9-10, this client needs Heartbeat 0-4");
}

TEST_CASE_FIXTURE(Fixture, "a wrong correlation id ends the connection and all that was asked on it") {
  drive.settle();
  broker.script = [](const Asked& asked) {
    Asked wrong = asked;
    wrong.correlation_id += 1;
    return Reaction::answer(wrong, HeartbeatResponse{});
  };
  ask();
  REQUIRE(ends.size() == 1);
  CHECK(ends[0].code == ClientErrc::bad_answer);
  CHECK(ends[0].retriable);
}

TEST_CASE_FIXTURE(Fixture, "bytes that are no answer end the connection with a reason") {
  const struct {
    Bytes bytes;
    const char* reason;
  } rows[] = {{frame_of({0x15, 0x03, 0x03, 0x00, 0x02, 0x02}), "TLS"},
              {frame_of({0x7f, 0xff, 0xff, 0xff}), "more than the limit"},
              {frame_of({0xff, 0xff, 0xff, 0xff}), "more than the limit"},
              {frame_of({0, 0, 0, 0}), "wrong correlation id"},
              {frame_of({'H', 'T', 'T', 'P'}), "is this a Kafka port"}};
  for (const auto& row : rows) {
    CAPTURE(row.reason);
    Fixture fresh;
    fresh.drive.settle();
    fresh.broker.script = [&](const Asked&) { return Reaction::raw(row.bytes); };
    fresh.ask();
    REQUIRE(fresh.ends.size() == 1);
    CHECK(fresh.ends[0].code == ClientErrc::bad_answer);
    CHECK(fresh.ends[0].detail.find(row.reason) != std::string::npos);
  }
}

TEST_CASE_FIXTURE(Fixture, "the wires are told how much of an answer is still to come") {
  broker.script = [](const Asked&) {
    Bytes begun(104);  // its size, and 100 bytes
    begun[2] = 0x03, begun[3] = 0xe8;
    return Reaction::raw(begun);
  };
  ask();
  const auto link = broker.asked.back().link;
  CHECK(broker.awaited.at(link) == 900);
  CHECK(ends.empty());
}

TEST_CASE_FIXTURE(Fixture, "where no answer has begun the wires wait for anything") {
  broker.script = [](const Asked& asked) { return Reaction::answer(asked, HeartbeatResponse{}); };
  ask();
  CHECK(broker.awaited.at(broker.asked.back().link) == 0);
}

TEST_CASE_FIXTURE(Fixture, "an answer cut short at any byte is no answer") {
  drive.settle();
  broker.script = [](const Asked&) { return Reaction::hold(); };
  ask();
  const Asked asked = broker.held.front();
  const Bytes whole = Reaction::answer(asked, HeartbeatResponse{}).frame;
  for (std::size_t size = 4; size < whole.size(); ++size) {
    CAPTURE(size);
    Fixture fresh;
    fresh.drive.settle();
    fresh.broker.script = [&](const Asked& each) {
      Bytes cut = Reaction::answer(each, HeartbeatResponse{}).frame;
      cut.resize(size);
      cut[3] = static_cast<std::uint8_t>(size - 4);
      return Reaction::raw(cut);
    };
    fresh.ask();
    REQUIRE(fresh.ends.size() == 1);
    CHECK(fresh.ends[0].code == ClientErrc::bad_answer);
  }
}

TEST_CASE_FIXTURE(Fixture, "an answer may come byte by byte") {
  drive.settle();
  ask();
  const Asked asked = broker.held.front();
  const Bytes frame = Reaction::answer(asked, HeartbeatResponse{}).frame;
  for (std::size_t i = 0; i < frame.size(); ++i) {
    CHECK(ends.empty());
    const bool whole = cluster.received(asked.link, BytesView(frame).subspan(i, 1), drive.now);
    CHECK(whole == (i + 1 == frame.size()));  // before that there is nothing to advance for
  }
  REQUIRE(ends.size() == 1);
  CHECK(!ends[0]);
}

TEST_CASE_FIXTURE(Fixture, "no answer within the time limit ends the connection") {
  ask(1000);
  drive.pass(999);
  CHECK(ends.empty());
  drive.pass(1);
  REQUIRE(ends.size() == 1);
  CHECK(ends[0].code == ClientErrc::disconnected);
  CHECK(ends[0].detail == "broker:9092: no answer to Heartbeat within 1000 ms");
}

TEST_CASE_FIXTURE(Fixture, "a lost connection fails what was asked, and is made again with growing waits") {
  broker.reachable = false;
  ask();
  drive.pass(100);
  REQUIRE(ends.size() == 1);
  CHECK(ends[0].retriable);
  drive.pass(10'000);
  CHECK(broker.opened > 8);
  CHECK(broker.opened < 30);
  CHECK(cluster.last_problem() == "broker:9092: connection refused");
  broker.reachable = true;
  drive.pass(1500);
  CHECK(cluster.last_problem().empty());
}

TEST_CASE_FIXTURE(Fixture, "a throttled client waits as long as it is told, at most a minute") {
  std::int32_t throttle_ms = 2000;
  broker.script = [&](const Asked& asked) {
    HeartbeatResponse response;
    response.throttle_time_ms = throttle_ms;
    return Reaction::answer(asked, response);
  };
  ask();
  CHECK(ends.size() == 1);
  throttle_ms = std::numeric_limits<std::int32_t>::max();
  ask();
  drive.pass(1999);
  CHECK(broker.count(ApiKey::heartbeat) == 1);
  drive.pass(1);
  CHECK(broker.count(ApiKey::heartbeat) == 2);
  ask(120'000);
  drive.pass(59'999);
  CHECK(broker.count(ApiKey::heartbeat) == 2);
  drive.pass(1);
  CHECK(broker.count(ApiKey::heartbeat) == 3);
}

TEST_CASE("a metadata answer may say nonsense") {
  mini::protocol::MetadataResponse response;
  const auto broker = [&](int id, const char* host, int port) {
    auto& each = response.brokers.emplace_back();
    each.node_id = id;
    each.host = host;
    each.port = port;
  };
  broker(1, "good", 9092);
  broker(2, "", 9092);
  broker(3, "far", 99999);
  broker(-5, "negative", 1);
  auto& topic = response.topics.emplace_back();
  topic.name = "t";
  for (const int id : {2, 0, 7, 1}) {
    auto& partition = topic.partitions.emplace_back();
    partition.partition_index = id;
    partition.leader_id = id == 1 ? 77 : 1;
  }
  Metadata metadata;
  metadata.apply(response);
  CHECK(metadata.brokers().size() == 1);
  CHECK(metadata.partition_count("t") == 3);
  CHECK(metadata.leader("t", 0) == 1);
  CHECK(metadata.leader("t", 1) == -1);  // no such broker
  CHECK(metadata.leader("t", 7) == -1);
  CHECK(metadata.leader("t", -1) == -1);
  CHECK(metadata.wants_another_look());
  metadata.apply({});  // no broker at all: what was known stays
  CHECK(metadata.brokers().size() == 1);
}
