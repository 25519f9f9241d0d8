#include "client/cluster/cluster.h"

#include <doctest/doctest.h>

#include "client/cluster/versions.h"
#include "protocol/messages/heartbeat.h"
#include "tests/client/support/scripted_broker.h"

using namespace mini::client;
using namespace mini::test;
using mini::ClientErrc;
using mini::Error;
using mini::protocol::HeartbeatRequest;
using mini::protocol::HeartbeatResponse;
using mini::protocol::MetadataRequest;

namespace {

struct Fixture {
  ScriptedBroker broker;
  std::optional<Cluster> cluster;
  std::optional<Drive<Cluster>> drive;

  void start() {
    cluster.emplace(broker.cluster_options(), broker, 1);
    drive.emplace(*cluster, broker);
    drive->settle();
  }
  std::size_t looks() const { return broker.count(ApiKey::metadata); }
  // A request to broker 1, held by the script.
  void ask(Error& error) {
    cluster->request(1, Lane::coordinator,  // the metadata do not wait behind it
                     make_request<HeartbeatRequest, HeartbeatResponse>(
                         versions::heartbeat, 30'000, [](std::int16_t) { return HeartbeatRequest{}; },
                         [&error](Reply<HeartbeatResponse>& reply) { error = reply.error; }),
                     drive->now);
    drive->settle();
  }
};

}  // namespace

TEST_CASE_FIXTURE(Fixture, "the cluster is looked at once, and again when that is old") {
  broker.topics["t"] = 2;
  start();
  cluster->want_topic("t");
  drive->settle();
  CHECK(cluster->metadata().leader("t", 1) == 1);
  const std::size_t before = looks();
  drive->pass(290'000);
  CHECK(looks() == before);
  drive->pass(20'000);
  CHECK(looks() == before + 1);
}

TEST_CASE_FIXTURE(Fixture,
                  "a topic that is being created is looked for until it is there, at a walking pace") {
  start();
  cluster->want_topic("t");
  drive->pass(3'000);
  CHECK(cluster->metadata().leader("t", 0) == -1);
  CHECK(looks() >= 4);
  CHECK(looks() <= 12);
  broker.topics["t"] = 1;
  drive->pass(1'500);
  CHECK(cluster->metadata().leader("t", 0) == 1);
  const std::size_t found = looks();
  drive->pass(60'000);
  CHECK(looks() == found);
}

TEST_CASE_FIXTURE(Fixture, "a leader that is none any more is forgotten, and looked up") {
  broker.topics["t"] = 1;
  start();
  cluster->want_topic("t");
  drive->pass(1'000);
  const std::size_t before = looks();
  cluster->leader_changed("t", 0);
  CHECK(cluster->metadata().leader("t", 0) == -1);
  drive->pass(1'000);
  CHECK(cluster->metadata().leader("t", 0) == 1);
  CHECK(looks() == before + 1);
}

TEST_CASE_FIXTURE(Fixture, "a broker that has moved is found at its new address, and what was asked fails") {
  start();
  Error error;
  ask(error);
  CHECK_FALSE(error);
  broker.host = "elsewhere";
  cluster->refresh_metadata();
  drive->pass(1'000);
  const int opened = broker.opened;
  Error second;
  ask(second);
  CHECK(error.code == ClientErrc::disconnected);
  CHECK(error.retriable);
  CHECK(broker.opened == opened + 1);
}

TEST_CASE_FIXTURE(Fixture, "nobody there: tried again with growing waits, and found when somebody comes") {
  broker.reachable = false;
  start();
  drive->pass(10'000);
  CHECK(broker.opened >= 8);
  CHECK(broker.opened <= 30);
  CHECK(cluster->last_problem().find("connection refused") != std::string::npos);
  broker.reachable = true;
  drive->pass(3'000);
  CHECK(cluster->metadata().brokers().size() == 1);
  CHECK(cluster->last_problem().empty());
}

TEST_CASE_FIXTURE(Fixture, "when all known brokers are gone, the addresses it began with are asked again") {
  broker.topics["t"] = 1;
  start();
  drive->pass(1'000);
  broker.reachable = false;
  for (const LinkId link : broker.links()) {
    broker.close(link);
    cluster->lost(link, "gone", drive->now);
  }
  cluster->refresh_metadata();
  drive->pass(5'000);
  broker.reachable = true;
  cluster->want_topic("t");
  drive->pass(3'000);
  CHECK(cluster->metadata().leader("t", 0) == 1);
}

TEST_CASE_FIXTURE(Fixture, "closing ends what was asked, and nothing is opened any more") {
  start();
  Error error;
  ask(error);
  const int opened = broker.opened;
  cluster->close(drive->now);
  CHECK(error.code == ClientErrc::closed);
  CHECK(broker.links().empty());
  CHECK(broker.opened == opened);
}
