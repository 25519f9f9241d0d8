#include <doctest/doctest.h>

#include <condition_variable>
#include <future>
#include <set>
#include <thread>

#include "mini/consumer.h"
#include "mini/producer.h"
#include "tests/client/interop/mock_cluster.h"

using namespace std::chrono_literals;
using mini::test::MockCluster;

namespace {

using Clock = std::chrono::steady_clock;

void produce(const MockCluster& cluster, const std::string& topic, int count, const char* codec = "none") {
  mini::Producer producer({{"bootstrap.servers", cluster.bootstrap()},
                           {"compression.type", codec},
                           {"enable.idempotence", "false"}});
  for (int i = 0; i < count; ++i) {
    const std::string key = std::to_string(i);
    const mini::HeaderView headers[] = {{"unit", "C"}, {"none", std::nullopt}};
    producer.send({.topic = topic, .key = key, .value = "value " + key, .headers = headers});
  }
  const mini::Error error = producer.flush(10s);
  REQUIRE_MESSAGE(!error, error.message());
}

mini::Config settings(const MockCluster& cluster, const std::string& group = "") {
  mini::Config config{{"bootstrap.servers", cluster.bootstrap()},
                      {"auto.offset.reset", "earliest"},
                      {"session.timeout.ms", "6000"},
                      {"heartbeat.interval.ms", "200"},
                      {"fetch.max.wait.ms", "100"}};
  if (!group.empty()) config.set("group.id", group);
  return config;
}

// Polls until `keys` has `count` members, at most ten seconds.
void poll_into(mini::Consumer& consumer, std::set<std::string>& keys, std::size_t count) {
  for (const auto end = Clock::now() + 10s; keys.size() < count && Clock::now() < end;)
    for (const mini::ConsumerRecord& record : consumer.poll(100ms)) {
      CHECK_MESSAGE(keys.insert(std::string(*record.key)).second, "twice: " << *record.key);
      CHECK(*record.value == "value " + std::string(*record.key));
    }
}

}  // namespace

TEST_CASE("everything in a topic is read from its beginning, for every codec") {
  MockCluster cluster;
  for (const char* codec : {"none", "gzip", "snappy", "lz4", "zstd"}) {
    CAPTURE(codec);
    const std::string topic = std::string("read-") + codec;
    cluster.create_topic(topic, 3);
    produce(cluster, topic, 1000, codec);
    mini::Consumer consumer(settings(cluster));
    consumer.assign({{topic, 0}, {topic, 1}, {topic, 2}});
    std::set<std::string> keys;
    poll_into(consumer, keys, 1000);
    CHECK(keys.size() == 1000);
    CHECK(!consumer.close(5s));
  }
}

TEST_CASE("headers, offsets and lag come along") {
  MockCluster cluster;
  cluster.create_topic("facts", 1);
  produce(cluster, "facts", 3);
  mini::Consumer consumer(settings(cluster));
  consumer.assign({{"facts", 0}});
  std::int64_t offset = 0;
  for (int i = 0; i < 100 && offset < 3; ++i) {
    for (const mini::ConsumerRecord& record : consumer.poll(100ms)) {
      CHECK(record.topic == "facts");
      CHECK(record.offset == offset++);
      REQUIRE(record.headers.size() == 2);
      auto header = record.headers.begin();
      CHECK((*header).key == "unit");
      CHECK((*header).value == "C");
      ++header;
      CHECK(!(*header).value);
    }
  }
  REQUIRE(offset == 3);
  CHECK(consumer.position({"facts", 0}) == 3);
  CHECK(consumer.lag({"facts", 0}) == 0);
  consumer.seek({"facts", 0}, 1);
  mini::Records records;
  while (records.empty()) records = consumer.poll(100ms);
  CHECK((*records.begin()).offset == 1);
}

TEST_CASE("a group of one commits, and its successor goes on from there") {
  MockCluster cluster;
  cluster.create_topic("committed", 2);
  produce(cluster, "committed", 100);
  std::set<std::string> keys;
  std::vector<mini::TopicPartition> assigned;
  {
    mini::Config config = settings(cluster, "g1");
    config.set("enable.auto.commit", "false").set("max.poll.records", "30");
    mini::Consumer consumer(config);
    consumer.subscribe({"committed"}, {.assigned = [&](auto partitions) {
                         assigned.assign(partitions.begin(), partitions.end());
                       }});
    poll_into(consumer, keys, 1);
    CHECK(keys.size() <= 30);  // one poll; an answer of these brokers carries one batch of a partition
    consumer.commit_sync();
    const auto committed = consumer.committed(assigned);
    std::int64_t sum = 0;
    for (const auto& [partition, offset] : committed) sum += offset.offset;
    CHECK(sum == static_cast<std::int64_t>(keys.size()));
    CHECK(!consumer.close(5s));
  }
  CHECK(assigned.size() == 2);
  mini::Consumer successor(settings(cluster, "g1"));
  successor.subscribe({"committed"});
  poll_into(successor, keys, 100);
  CHECK(keys.size() == 100);
  CHECK(!successor.close(5s));  // commits by itself
  mini::Consumer checker(settings(cluster, "g1"));
  std::int64_t sum = 0;
  for (const auto& [partition, offset] : checker.committed(assigned)) sum += offset.offset;
  CHECK(sum == 100);
}

// These brokers differ from Kafka in two ways, so that a generation may take several attempts here: they
// refuse a member whose SyncGroup comes after the leader's (and it joins again), and they forget members, and
// the answer these wait for, when the machine stands still for a second. An attempt takes as long as the
// session, less a second.
TEST_CASE("two members share a topic's partitions, and the one that stays takes over") {
  MockCluster cluster;
  cluster.create_topic("shared", 4);
  const mini::Config config =
      settings(cluster, "g2").set("session.timeout.ms", "2500").set("max.poll.interval.ms", "5000");
  mini::Consumer first(config);
  int revoked = 0;
  first.subscribe({"shared"}, {.revoked = [&](auto) { ++revoked; }});
  const auto until = [&](auto condition) {
    for (const auto end = Clock::now() + 60s; !condition() && Clock::now() < end;) first.poll(50ms);
    return condition();
  };
  CHECK(until([&] { return first.assignment().size() == 4; }));
  {
    mini::Consumer second(config);
    second.subscribe({"shared"});
    CHECK(until([&] {
      second.poll(50ms);
      return first.assignment().size() == 2 && second.assignment().size() == 2;
    }));
    CHECK(revoked >= 1);
    std::set<mini::TopicPartition> all;
    for (auto* each : {&first, &second})
      for (const auto& partition : each->assignment()) all.insert(partition);
    CHECK(all.size() == 4);
    CHECK(!second.close(5s));
  }
  CHECK(until([&] { return first.assignment().size() == 4; }));
}

TEST_CASE("a commit in the background is told in poll") {
  MockCluster cluster;
  cluster.create_topic("async", 1);
  mini::Consumer consumer(settings(cluster, "g3"));
  consumer.assign({{"async", 0}});
  int told = 0;
  consumer.commit_async({{{"async", 0}, {.offset = 7, .metadata = "note"}}},
                        [&](const mini::Error& error, const auto&) {
                          CHECK_MESSAGE(!error, error.message());
                          ++told;
                        });
  for (int i = 0; i < 50 && told == 0; ++i) consumer.poll(100ms);
  CHECK(told == 1);
  const mini::TopicPartition partition{"async", 0};
  CHECK(consumer.committed({&partition, 1}).at(partition).offset == 7);
}

TEST_CASE("wakeup ends a poll, from any thread") {
  MockCluster cluster;
  cluster.create_topic("quiet", 1);
  mini::Consumer consumer(settings(cluster));
  consumer.assign({{"quiet", 0}});
  consumer.wakeup();
  const auto begin = Clock::now();
  CHECK(consumer.poll(30s).empty());
  CHECK(Clock::now() - begin < 10s);
}

TEST_CASE("the ends of partitions are looked up, sought, and partitions wait while they are paused") {
  MockCluster cluster;
  cluster.create_topic("ends", 2);
  produce(cluster, "ends", 100);
  const std::vector<mini::TopicPartition> both{{"ends", 0}, {"ends", 1}};
  mini::Consumer consumer(settings(cluster));
  const auto begins = consumer.beginning_offsets(both);
  const auto ends = consumer.end_offsets(both);
  CHECK(begins.at(both[0]) == 0);
  CHECK(ends.at(both[0]) + ends.at(both[1]) == 100);
  consumer.assign(both);
  consumer.seek(both, mini::SeekTo::end);
  CHECK(consumer.position(both[0]) == ends.at(both[0]));
  consumer.seek(both, mini::SeekTo::beginning);
  consumer.pause({&both[1], 1});
  CHECK(consumer.paused() == std::vector<mini::TopicPartition>{both[1]});
  std::set<std::string> keys;
  const auto first = static_cast<std::size_t>(ends.at(both[0]));
  poll_into(consumer, keys, first);
  CHECK(keys.size() == first);
  CHECK(consumer.position(both[1]) == 0);
  consumer.resume({&both[1], 1});
  poll_into(consumer, keys, 100);
  CHECK(keys.size() == 100);
  CHECK_THROWS_AS(consumer.pause(std::vector<mini::TopicPartition>{{"ends", 9}}), mini::KafkaError);
}

TEST_CASE("topics are subscribed to by a pattern, and run reads them until it is stopped") {
  MockCluster cluster;
  for (const char* topic : {"site-a", "elsewhere"}) cluster.create_topic(topic, 1);
  for (const char* topic : {"site-a", "elsewhere"}) produce(cluster, topic, 10);
  mini::Consumer consumer(settings(cluster, "g4"));
  CHECK_THROWS_AS(consumer.subscribe_pattern("site-["), mini::KafkaError);
  consumer.subscribe_pattern("site-.*");
  std::stop_source stop;
  std::map<std::string, int> read;
  std::jthread late([&] {  // a failing test ends, too
    std::mutex mutex;
    std::unique_lock lock(mutex);
    std::condition_variable_any().wait_for(lock, stop.get_token(), 30s, [] { return false; });
    stop.request_stop();
  });
  consumer.run(stop.get_token(), [&](const mini::ConsumerRecord& record) {
    ++read[std::string(record.topic)];
    if (read["site-a"] == 10) stop.request_stop();
  });
  CHECK(read.size() == 1);
  CHECK(read["site-a"] == 10);
  CHECK(consumer.subscription() == std::vector<std::string>{"site-a"});
  const mini::GroupMetadata self = consumer.group_metadata();
  CHECK(self.group_id == "g4");
  CHECK(self.generation >= 0);
  CHECK(!self.member_id.empty());
}

TEST_CASE("wakeup ends a lookup that would wait, and a member that does not poll is told about in the log") {
  MockCluster cluster;
  cluster.create_topic("slow", 1);
  mini::Consumer consumer(settings(cluster, "g5").set("max.poll.interval.ms", "6000"));
  const std::vector<mini::TopicPartition> gone{{"slow", 7}};
  consumer.wakeup();
  CHECK_THROWS_AS(consumer.end_offsets(gone, 30s), mini::KafkaError);
  std::promise<std::string> said;
  consumer.on_log([&](std::string_view line) { said.set_value(std::string(line)); });
  consumer.subscribe({"slow"});
  for (const auto end = Clock::now() + 20s; consumer.assignment().empty() && Clock::now() < end;)
    consumer.poll(50ms);
  auto line = said.get_future();
  REQUIRE(line.wait_for(30s) == std::future_status::ready);
  CHECK(line.get().find("max.poll.interval.ms") != std::string::npos);
  consumer.on_log({});
}

TEST_CASE("what cannot be is said") {
  MockCluster cluster;
  mini::Consumer alone(settings(cluster));
  CHECK_THROWS_AS(alone.subscribe({"t"}), mini::KafkaError);
  CHECK_THROWS_AS(alone.seek({"t", 0}, 1), mini::KafkaError);
  CHECK_THROWS_AS(mini::Consumer({{"bootstrap.servers", "x"}, {"session.timeout.ms", "soon"}}),
                  mini::KafkaError);
  cluster.create_topic("none", 1);
  mini::Consumer strict(settings(cluster).set("auto.offset.reset", "none"));
  strict.assign({{"none", 0}});
  CHECK_THROWS_AS(
      [&] {
        for (int i = 0; i < 100; ++i) strict.poll(100ms);
      }(),
      mini::KafkaError);
}
