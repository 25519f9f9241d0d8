#include "broker/config/startup_notes.h"

#include "tests/broker/config/config_fixture.h"

using namespace mini::broker;

namespace {

std::vector<std::string> notes_of(std::string text) {
  std::vector<std::string> lines;
  for (const Note& note : startup_notes(config_of(std::move(text)))) {
    lines.push_back(std::string(to_string(note.level)) + " " + note.sentence);
  }
  return lines;
}

}  // namespace

TEST_CASE("nothing given, or only what does here what it does in Kafka, says nothing") {
  CHECK(notes_of("").empty());
  CHECK(notes_of("num.partitions=3\nlog.retention.hours=1\nnode.id=4").empty());
  CHECK(notes_of("socket.listen.backlog.size=128\nmax.request.partition.size.limit=100").empty());
}

TEST_CASE("each difference is said once, with the settings it is about") {
  struct Row {
    std::string_view text, note;
  };
  const Row rows[] = {
      {"log.dirs=/data\nlog.dir=/old",
       "warn log.dir, log.dirs: everything is kept in memory and gone at exit; nothing is written there"},
      {"num.network.threads=3\nnum.io.threads=8",
       "info num.io.threads, num.network.threads: one thread serves every connection here"},
      {"offsets.topic.replication.factor=3\ntransaction.state.log.min.isr=2",
       "warn offsets.topic.replication.factor, transaction.state.log.min.isr: there is one broker here: one "
       "copy is "
       "kept"},
      {"default.replication.factor=2",
       "warn default.replication.factor: there is one broker here: topics are made with one replica"},
      {"min.insync.replicas=2",
       "warn min.insync.replicas: there is one replica here: every produce with acks=all will be refused "
       "with "
       "NOT_ENOUGH_REPLICAS"},
      {"zookeeper.connect=zk:2181",
       "warn zookeeper.connect: ZooKeeper mode ended with Kafka 4.0: the file is run as a single node"},
      {"super.users=User:admin",
       "warn super.users: there is no access control here: every client may do everything"},
      {"sasl.enabled.mechanisms=PLAIN\nssl.keystore.location=/k",
       "warn sasl.enabled.mechanisms, ssl.keystore.location: neither TLS nor SASL is served yet: clients "
       "connect in "
       "plain text"},
      {"controller.quorum.voters=1@a:9093,2@b:9093",
       "warn controller.quorum.voters names 2 nodes: this is a single node, the others are never asked"},
      {"log.cleanup.policy=compact",
       "warn log.cleanup.policy contains compact: nothing is compacted here, everything is kept"},
      {"listeners=PLAINTEXT://:9092,CONTROLLER://:9093\ncontroller.listener.names=CONTROLLER",
       "info The controller listener CONTROLLER (port 9093) is left unopened: nobody needs it here"},
      {"max.connection.creation.rate=10\nmax.connections.per.ip.overrides=10.0.0.1:5\nqueued.max.request."
       "bytes=1",
       "warn max.connection.creation.rate, max.connections.per.ip.overrides, queued.max.request.bytes: this "
       "limit is not held here: see max.connections, max.connections.per.ip and mini.memory.limit"},
      {"compression.gzip.level=1\ncompression.lz4.level=1\ncompression.zstd.level=1",
       "warn compression.gzip.level, compression.lz4.level, compression.zstd.level: the level has no effect "
       "here: what the broker compresses it compresses at its codec's usual level"},
      {"num.recovery.threads.per.data.dir=1\noffsets.topic.replication.factor=1\nreplica.lag.time.max.ms=9",
       "info Taken, with nothing to do in a single process: num.recovery.threads.per.data.dir, "
       "offsets.topic.replication.factor, replica.lag.time.max.ms"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.text);
    CHECK(notes_of(std::string(row.text)) == std::vector<std::string>{std::string(row.note)});
  }
}
