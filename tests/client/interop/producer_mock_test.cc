#include <doctest/doctest.h>

#include <atomic>
#include <cstring>

#include "client/producer/partitioner.h"
#include "mini/producer.h"
#include "tests/client/interop/mock_cluster.h"

using namespace std::chrono_literals;
using mini::test::MockCluster;

TEST_CASE("what is sent is what librdkafka reads, with every acks and codec") {
  MockCluster cluster;
  const struct {
    const char* acks;
    const char* codec;
    const char* idempotence;
  } rows[] = {{"all", "none", "true"}, {"1", "none", "false"},    {"0", "none", "false"},
              {"all", "gzip", "true"}, {"all", "snappy", "true"}, {"all", "lz4", "true"},
              {"all", "zstd", "false"}};
  int number = 0;
  for (const auto& row : rows) {
    CAPTURE(row.acks);
    CAPTURE(row.codec);
    const std::string topic = "produced-" + std::to_string(number++);
    cluster.create_topic(topic, 3);
    mini::Producer producer({{"bootstrap.servers", cluster.bootstrap()},
                             {"acks", row.acks},
                             {"compression.type", row.codec},
                             {"enable.idempotence", row.idempotence},
                             {"linger.ms", "20"}});
    std::atomic<int> delivered = 0;
    std::atomic<int> failed = 0;
    for (int i = 0; i < 200; ++i) {
      const std::string key = "key" + std::to_string(i % 10);
      const std::string value = std::string(100, 'v') + std::to_string(i);
      const mini::HeaderView headers[] = {{"n", "1"}, {"m", "2"}};
      producer.send({.topic = topic, .key = key, .value = value, .headers = headers},
                    [&](const mini::Delivery& delivery) { ++(delivery.error ? failed : delivered); });
    }
    const mini::Error flushed = producer.flush(10s);
    CHECK_MESSAGE(!flushed, flushed.message());
    CHECK(delivered == 200);
    CHECK(failed == 0);
    const auto seen = mini::test::read_with_librdkafka(cluster.bootstrap(), topic, 3, 200);
    REQUIRE(seen.size() == 200);
    CHECK(seen.front().headers.at("m") == "2");
    std::map<std::string, int> last;
    for (const auto& record : seen) {
      const int n = std::stoi(record.value->substr(100));
      CHECK(last.emplace(*record.key, n - 10).first->second == n - 10);  // each key's order, nothing missing
      last[*record.key] = n;
    }
  }
}

TEST_CASE("a receipt tells partition and offset") {
  MockCluster cluster;
  cluster.create_topic("tracked", 1);
  mini::Producer producer({{"bootstrap.servers", cluster.bootstrap()}});
  std::vector<mini::Receipt> receipts;
  for (int i = 0; i < 5; ++i) receipts.push_back(producer.send_tracked({.topic = "tracked", .value = "x"}));
  for (int i = 0; i < 5; ++i) {
    const mini::RecordMetadata stored = receipts[static_cast<std::size_t>(i)].get();
    CHECK(stored.partition == mini::TopicPartition{"tracked", 0});
    CHECK(stored.offset == i);
  }
}

// One request in flight: these brokers know no sequence numbers, and go on storing what follows the request
// that they hang up on. Five in flight are the matter of producer_sequences_test.cc, whose partition knows
// them.
TEST_CASE("batches that fail on the way are sent again, once stored and in order") {
  MockCluster cluster;
  cluster.create_topic("retried", 1);
  mini::Producer producer({{"bootstrap.servers", cluster.bootstrap()},
                           {"linger.ms", "0"},
                           {"retry.backoff.ms", "10"},
                           {"max.in.flight.requests.per.connection", "1"}});
  producer.send_tracked({.topic = "retried", .value = "first"}).get();
  rd_kafka_mock_push_request_errors(cluster.get(), 0, 5, RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS,
                                    RD_KAFKA_RESP_ERR_REQUEST_TIMED_OUT, RD_KAFKA_RESP_ERR__TRANSPORT,
                                    RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION, RD_KAFKA_RESP_ERR__TRANSPORT);
  for (int i = 0; i < 100; ++i) producer.send({.topic = "retried", .value = std::to_string(i)});
  const mini::Error flushed = producer.flush(20s);
  CHECK_MESSAGE(!flushed, flushed.message());
  const auto seen = mini::test::read_with_librdkafka(cluster.bootstrap(), "retried", 1, 101);
  REQUIRE(seen.size() == 101);
  for (int i = 0; i < 100; ++i)
    CHECK(seen[static_cast<std::size_t>(i) + 1].value.value_or("") == std::to_string(i));
}

TEST_CASE("a batch that the broker refuses for good fails with the broker's own code") {
  MockCluster cluster;
  cluster.create_topic("refused", 1);
  mini::Producer producer({{"bootstrap.servers", cluster.bootstrap()}});
  producer.send_tracked({.topic = "refused", .value = "first"}).get();
  rd_kafka_mock_push_request_errors(cluster.get(), 0, 1, RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED);
  CHECK(producer.send_tracked({.topic = "refused", .value = "x"}).error().code == mini::kafka_error(29));
  CHECK(!producer.send_tracked({.topic = "refused", .value = "y"}).error());
}

TEST_CASE("a span is told once") {
  MockCluster cluster;
  mini::Producer producer(
      {{"bootstrap.servers", cluster.bootstrap()}, {"linger.ms", "20"}});  // auto-created topic
  const std::vector<mini::RecordView> records(10, {.topic = "spans", .value = "x"});
  std::atomic<int> told = 0;
  std::atomic<std::size_t> delivered = 0;
  producer.send(records, [&](const mini::SpanDelivery& end) {
    ++told;
    delivered = end.delivered;
  });
  CHECK(!producer.flush(10s));
  CHECK(told == 1);
  CHECK(delivered == 10);
}

TEST_CASE("without a broker a send ends after max.block.ms and says why") {
  mini::Producer producer({{"bootstrap.servers", "127.0.0.1:1"}, {"max.block.ms", "200"}});
  const mini::Error error = producer.send_tracked({.topic = "nowhere", .value = "x"}).error();
  CHECK(error.code == mini::ClientErrc::timed_out);
  CHECK(error.message().find("127.0.0.1:1") != std::string::npos);
}

TEST_CASE("a callback may send, and what it throws is its own trouble") {
  MockCluster cluster;
  cluster.create_topic("chain", 1);
  mini::Producer producer({{"bootstrap.servers", cluster.bootstrap()}, {"linger.ms", "0"}});
  std::atomic<int> delivered = 0;
  producer.send({.topic = "chain", .value = "a"}, [&](const mini::Delivery&) {
    producer.send({.topic = "chain", .value = "b"}, [&](const mini::Delivery& delivery) {
      if (!delivery.error) ++delivered;
      throw 1;
    });
    ++delivered;
  });
  CHECK(!producer.flush(10s));
  CHECK(!producer.flush(10s));
  CHECK(delivered == 2);
  CHECK(producer.callback_failures() == 1);
}

TEST_CASE("every partitioner agrees with librdkafka's of that name") {
  using Theirs =
      std::int32_t (*)(const rd_kafka_topic_t*, const void*, std::size_t, std::int32_t, void*, void*);
  const struct {
    const char* name;
    Theirs theirs;
  } rows[] = {{"consistent", rd_kafka_msg_partitioner_consistent},
              {"consistent_random", rd_kafka_msg_partitioner_consistent_random},
              {"murmur2", rd_kafka_msg_partitioner_murmur2},
              {"murmur2_random", rd_kafka_msg_partitioner_murmur2_random},
              {"fnv1a", rd_kafka_msg_partitioner_fnv1a},
              {"fnv1a_random", rd_kafka_msg_partitioner_fnv1a_random}};
  for (const auto& row : rows) {
    CAPTURE(row.name);
    const auto ours = mini::client::partitioner_named(row.name);
    REQUIRE(ours);
    for (int i = 0; i < 1000; ++i) {
      const std::string key = std::string(static_cast<std::size_t>(i % 40), 'k') + std::to_string(i * 7919) +
                              static_cast<char>(i);
      const std::int32_t count = 1 + i % 17;
      CHECK(mini::client::partition_for(*ours, key, count) ==
            row.theirs(nullptr, key.data(), key.size(), count, nullptr, nullptr));
    }
  }
}

TEST_CASE("a producer sends a key where its partitioner says") {
  MockCluster cluster;
  cluster.create_topic("keyed", 6);
  mini::Producer producer({{"bootstrap.servers", cluster.bootstrap()}, {"partitioner", "consistent_random"}});
  for (const char* key : {"a", "b", "sensor-1", "sensor-2"})
    CHECK(producer.send_tracked({.topic = "keyed", .key = key}).get().partition.partition ==
          rd_kafka_msg_partitioner_consistent(nullptr, key, std::strlen(key), 6, nullptr, nullptr));
  CHECK_THROWS_AS(mini::Producer({{"bootstrap.servers", "localhost:1"}, {"partitioner", "best"}}),
                  mini::KafkaError);
}
