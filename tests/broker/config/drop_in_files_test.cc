#include <doctest/doctest.h>

#include "broker/config/startup_notes.h"
#include "tests/broker/config/config_fixture.h"

using namespace mini::broker;

// Settings as the guides of a single Kafka node give them: they must start here unchanged.

TEST_CASE("a guide's server.properties for one KRaft node starts, and warns only of what is different") {
  const auto [config, problems] = load_text(R"(
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@localhost:9093
listeners=PLAINTEXT://:9092,CONTROLLER://:9093
inter.broker.listener.name=PLAINTEXT
advertised.listeners=PLAINTEXT://localhost:9092
controller.listener.names=CONTROLLER
listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,SSL:SSL
num.network.threads=3
num.io.threads=8
socket.send.buffer.bytes=102400
socket.receive.buffer.bytes=102400
socket.request.max.bytes=104857600
log.dirs=/tmp/kraft-combined-logs
num.partitions=1
num.recovery.threads.per.data.dir=1
offsets.topic.replication.factor=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
log.retention.hours=168
log.segment.bytes=1073741824
log.retention.check.interval.ms=300000
)");
  CHECK(problems.errors.empty());
  CHECK(problems.warnings.empty());
  CHECK(config.listeners().bound.size() == 1);
  CHECK(config.listeners().controller.size() == 1);
  CHECK(config.topic_defaults() == TopicSettings{});
  int warnings = 0;
  for (const Note& note : startup_notes(config)) warnings += note.level == Level::warn;
  CHECK(warnings == 1);  // log.dirs
}

TEST_CASE("a compose file's environment for one node with two listeners starts") {
  ConfigInput input;
  input.environment = {
      {"PATH", "/usr/bin"},
      {"CLUSTER_ID", "MkU3OEVBNTcwNTJENDM2Qk"},
      {"KAFKA_NODE_ID", "1"},
      {"KAFKA_PROCESS_ROLES", "broker,controller"},
      {"KAFKA_LISTENERS", "PLAINTEXT://kafka:9092,CONTROLLER://kafka:9093,PLAINTEXT_HOST://0.0.0.0:29092"},
      {"KAFKA_ADVERTISED_LISTENERS", "PLAINTEXT://kafka:9092,PLAINTEXT_HOST://localhost:29092"},
      {"KAFKA_LISTENER_SECURITY_PROTOCOL_MAP",
       "CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,PLAINTEXT_HOST:PLAINTEXT"},
      {"KAFKA_CONTROLLER_LISTENER_NAMES", "CONTROLLER"},
      {"KAFKA_CONTROLLER_QUORUM_VOTERS", "1@kafka:9093"},
      {"KAFKA_INTER_BROKER_LISTENER_NAME", "PLAINTEXT"},
      {"KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR", "1"},
      {"KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS", "0"},
      {"KAFKA_HEAP_OPTS", "-Xmx512m"},
  };
  const auto [config, problems] = load_config(input);
  CHECK(problems.errors.empty());
  CHECK(problems.warnings.empty());
  CHECK(problems.debug.empty());
  CHECK(config.broker().cluster_id == "MkU3OEVBNTcwNTJENDM2Qk");
  CHECK(config.broker().group_initial_rebalance_delay_ms == 0);
  CHECK(config.listeners().bound.size() == 2);
  CHECK(config.listeners().advertised_of("PLAINTEXT_HOST")->port == 29092);
}

TEST_CASE("every setting that the guides use is in the table") {
  const std::string_view names[] = {
      "process.roles",
      "node.id",
      "controller.quorum.voters",
      "controller.quorum.bootstrap.servers",
      "listeners",
      "log.dirs",
      "advertised.listeners",
      "controller.listener.names",
      "inter.broker.listener.name",
      "listener.security.protocol.map",
      "num.network.threads",
      "num.io.threads",
      "socket.send.buffer.bytes",
      "socket.receive.buffer.bytes",
      "socket.request.max.bytes",
      "socket.listen.backlog.size",
      "num.partitions",
      "num.recovery.threads.per.data.dir",
      "offsets.topic.replication.factor",
      "transaction.state.log.replication.factor",
      "transaction.state.log.min.isr",
      "log.retention.hours",
      "log.segment.bytes",
      "log.retention.check.interval.ms",
      "broker.id",
      "log.dir",
      "default.replication.factor",
      "auto.create.topics.enable",
      "delete.topic.enable",
      "log.roll.hours",
      "log.cleanup.policy",
      "log.cleaner.enable",
      "log.index.size.max.bytes",
      "log.segment.delete.delay.ms",
      "log.preallocate",
      "log.flush.interval.messages",
      "log.flush.interval.ms",
      "max.connections",
      "queued.max.requests",
      "offsets.topic.num.partitions",
      "group.consumer.session.timeout.ms",
      "group.coordinator.rebalance.protocols",
      "transaction.max.timeout.ms",
      "transactional.id.expiration.ms",
      "ssl.client.auth",
      "ssl.keystore.type",
      "sasl.mechanism.inter.broker.protocol",
      "security.inter.broker.protocol",
      "inter.broker.protocol.version",
      "share.coordinator.state.topic.min.isr",
      "background.threads",
      "metadata.log.dir",
      "metadata.max.retention.bytes",
      "broker.heartbeat.interval.ms",
      "broker.session.timeout.ms",
      "auto.leader.rebalance.enable",
      "leader.imbalance.check.interval.seconds",
      "unclean.leader.election.enable",
      "num.replica.fetchers",
      "replica.lag.time.max.ms",
      "broker.rack",
      "zookeeper.connect",
      "log.message.format.version",
      "remote.log.storage.system.enable",
      "metric.reporters",
      "authorizer.class.name",
      "create.topic.policy.class.name",
      "alter.config.policy.class.name",
      "principal.builder.class",
      "quota.window.num",
      "super.users",
      "mini.memory.limit",
  };
  for (const auto name : names) {
    CAPTURE(name);
    CHECK(find_setting(name) != nullptr);
  }
}
