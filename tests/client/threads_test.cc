#include <doctest/doctest.h>

#include <atomic>
#include <thread>

#include "mini/admin.h"
#include "mini/consumer.h"
#include "mini/producer.h"
#include "protocol/messages/fetch.h"
#include "protocol/messages/init_producer_id.h"
#include "protocol/messages/list_offsets.h"
#include "protocol/records/builder.h"
#include "tests/client/support/socket_broker.h"

// The public face over real sockets, from several threads: what a thread sanitizer should see.

using namespace std::chrono_literals;
using namespace mini::test;
using mini::protocol::FetchRequest;
using mini::protocol::FetchResponse;
using mini::protocol::InitProducerIdResponse;
using mini::protocol::ListOffsetsRequest;
using mini::protocol::ListOffsetsResponse;
using mini::protocol::ProduceRequest;
using mini::protocol::ProduceResponse;

namespace {

constexpr mini::Offset log_end = 1000;

ProduceResponse stored(const ProduceRequest& request) {
  ProduceResponse response;
  for (const auto& topic : request.topic_data) {
    auto& answer = response.responses.emplace_back();
    answer.name = topic.name;
    for (const auto& data : topic.partition_data)
      answer.partition_responses.emplace_back().index = data.index;
  }
  return response;
}

InitProducerIdResponse identity() {
  InitProducerIdResponse response;
  response.producer_id = 1;
  return response;
}

ListOffsetsResponse beginnings(const ListOffsetsRequest& request) {
  ListOffsetsResponse response;
  for (const auto& topic : request.topics) {
    auto& answer = response.topics.emplace_back();
    answer.name = topic.name;
    for (const auto& partition : topic.partitions) {
      auto& each = answer.partitions.emplace_back();
      each.partition_index = partition.partition_index;
      each.offset = 0;
    }
  }
  return response;
}

// Ten records from wherever they are asked for.
Reaction fetched(const Asked& asked) {
  const auto request = asked.read<FetchRequest>();
  FetchResponse response;
  std::deque<Bytes> batches;
  for (const auto& topic : request.topics) {
    auto& answer = response.responses.emplace_back();
    answer.topic = topic.topic;
    for (const auto& partition : topic.partitions) {
      auto& each = answer.partitions.emplace_back();
      each.partition_index = partition.partition;
      each.high_watermark = log_end;
      if (partition.fetch_offset >= log_end) return Reaction::hold();
      mini::protocol::BatchBuilder builder({.base_offset = partition.fetch_offset});
      for (int i = 0; i < 10; ++i) builder.add({.value = "x"});
      each.records = mini::protocol::Records(mini::protocol::Slice(batches.emplace_back(builder.build())));
    }
  }
  return Reaction::answer(asked, response);
}

struct Fixture {
  ScriptedBroker broker;
  std::optional<SocketBroker> sockets;
  int produced = 0;  // the broker's thread only

  Fixture() {
    broker.topics["t"] = 3;
    broker.script = [this](const Asked& asked) {
      switch (asked.api) {
        case ApiKey::produce:
          if (++produced % 7 == 0) return Reaction::cut();
          return Reaction::answer(asked, stored(asked.read<ProduceRequest>()));
        case ApiKey::init_producer_id: return Reaction::answer(asked, identity());
        case ApiKey::list_offsets:
          return Reaction::answer(asked, beginnings(asked.read<ListOffsetsRequest>()));
        case ApiKey::fetch: return fetched(asked);
        default: return Reaction::hold();
      }
    };
    sockets.emplace(broker);
  }
  mini::Config config() const {
    return {{"bootstrap.servers", sockets->bootstrap()},
            {"auto.offset.reset", "earliest"},
            {"retry.backoff.ms", "5"},
            {"reconnect.backoff.ms", "5"},
            {"linger.ms", "1"},
            {"buffer.memory", "100000"}};
  }
};

}  // namespace

TEST_CASE_FIXTURE(Fixture, "many threads send, wait, flush and look, while connections are cut") {
  mini::Producer producer(config());
  std::atomic<int> delivered = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&, t] {
      const std::string value(200, 'v');
      for (int i = 0; i < 500; ++i) {
        producer.send({.topic = "t", .value = value}, [&](const mini::Delivery& delivery) {
          if (!delivery.error) ++delivered;
        });
        if (i % 100 == t) producer.send_tracked({.topic = "t", .value = value}).wait();
        if (i % 200 == t) producer.flush(20s);
        if (i % 50 == 0) producer.in_flight();
      }
    });
  for (std::thread& thread : threads) thread.join();
  const mini::Error error = producer.close(30s);
  CHECK_MESSAGE(!error, error.message());
  CHECK(delivered == 2000);
}

TEST_CASE_FIXTURE(Fixture, "closing ends what waits, and a send after it ends at once") {
  broker.topics.clear();  // every send waits for a topic
  std::atomic<int> ended = 0;
  mini::Producer producer(config().set("max.block.ms", "100"));
  std::thread sender([&] {
    for (int i = 0; i < 3; ++i) producer.send({.topic = "none"}, [&](const mini::Delivery&) { ++ended; });
  });
  sender.join();
  producer.close(10s);
  producer.send({.topic = "none"}, [&](const mini::Delivery& delivery) {
    CHECK(delivery.error.code == mini::ClientErrc::closed);
    ++ended;
  });
  CHECK(ended == 4);
}

TEST_CASE_FIXTURE(Fixture, "one thread polls while another wakes it up") {
  mini::Consumer consumer(config());
  consumer.assign({{"t", 0}, {"t", 1}});
  std::atomic<bool> done = false;
  std::thread waker([&] {
    while (!done) {
      consumer.wakeup();
      consumer.last_problem();
      std::this_thread::yield();
    }
  });
  std::size_t records = 0;
  while (records < 2 * log_end) {
    const mini::Records polled = consumer.poll(1s);
    for (const mini::ConsumerRecord& record : polled) CHECK(*record.value == "x");
    records += polled.size();
  }
  done = true;
  waker.join();
  CHECK(records == 2 * log_end);
  CHECK(!consumer.close(5s));
}

TEST_CASE_FIXTURE(Fixture, "several threads ask an admin") {
  mini::Admin admin(config());
  std::vector<std::thread> threads;
  std::atomic<int> good = 0;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&] {
      for (int i = 0; i < 20; ++i)
        if (std::holds_alternative<mini::TopicInfo>(admin.describe_topics({"t"}).at("t"))) ++good;
    });
  for (std::thread& thread : threads) thread.join();
  CHECK(good == 80);
}
