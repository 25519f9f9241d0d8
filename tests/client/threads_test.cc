#include <doctest/doctest.h>

#include <atomic>
#include <future>
#include <thread>

#include "mini/admin.h"
#include "mini/consumer.h"
#include "mini/producer.h"
#include "protocol/messages/fetch.h"
#include "protocol/messages/init_producer_id.h"
#include "protocol/messages/list_offsets.h"
#include "protocol/records/builder.h"
#include "tests/client/support/model_partition.h"
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

TEST_CASE("whatever is cut, each thread's records are stored once and in order") {
  constexpr int threads_count = 4;
  constexpr int records = 2000;
  ScriptedBroker broker;
  broker.topics["t"] = 3;
  std::map<int, ModelPartition> log;  // the broker's thread only, until it is gone
  int produced = 0;
  broker.script = [&](const Asked& asked) {
    if (asked.api != ApiKey::produce) return Reaction::answer(asked, identity());
    ++produced;
    if (produced % 11 == 0) return Reaction::cut();
    const ProduceResponse response = store_in(log, asked.read<ProduceRequest>());
    return produced % 13 == 0 ? Reaction::cut() : Reaction::answer(asked, response);
  };
  std::atomic<int> delivered = 0;
  {
    SocketBroker sockets(broker);
    mini::Producer producer({{"bootstrap.servers", sockets.bootstrap()},
                             {"linger.ms", "0"},
                             {"retry.backoff.ms", "5"},
                             {"reconnect.backoff.ms", "5"},
                             {"batch.size", "2000"},
                             {"buffer.memory", "200000"}});
    const mini::TopicHandle topic = producer.topic("t");
    std::vector<std::thread> threads;
    for (int t = 0; t < threads_count; ++t)
      threads.emplace_back([&, t] {
        const std::string key(1, static_cast<char>('a' + t));
        for (int i = 0; i < records; ++i)
          producer.send(topic, key, key + std::to_string(i),
                        [&](const mini::Delivery& delivery) { delivered += !delivery.error; });
      });
    for (std::thread& thread : threads) thread.join();
    CHECK(!producer.close(60s));
    CHECK(producer.in_flight() == 0);
  }
  CHECK(delivered == threads_count * records);
  std::map<char, int> next;
  for (const auto& [partition, model] : log)
    for (const std::string& value : model.values) {
      REQUIRE(value.substr(1) == std::to_string(next[value[0]]));
      ++next[value[0]];
    }
  for (int t = 0; t < threads_count; ++t) CHECK(next[static_cast<char>('a' + t)] == records);
}

TEST_CASE_FIXTURE(Fixture, "spans, receipts and futures from several threads") {
  mini::Producer producer(config().set("buffer.memory", "10000000"));
  std::atomic<std::size_t> told = 0;
  std::atomic<int> good = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < 3; ++t)
    threads.emplace_back([&] {
      const std::vector<mini::RecordView> span(50, {.topic = "t", .value = "span"});
      for (int i = 0; i < 20; ++i)
        producer.send(span, [&](const mini::SpanDelivery& end) { told += end.delivered; });
      std::vector<std::future<mini::RecordMetadata>> futures;
      for (int i = 0; i < 20; ++i) {
        const mini::Receipt receipt = producer.send_tracked({.topic = "t", .partition = i % 3});
        futures.push_back(receipt.to_future());
      }
      for (int i = 0; i < 20; ++i)
        good += futures[static_cast<std::size_t>(i)].get().partition.partition == i % 3;
    });
  for (std::thread& thread : threads) thread.join();
  CHECK(!producer.flush(20s));
  CHECK(told == 3 * 20 * 50);
  CHECK(good == 60);
}

TEST_CASE("while a broker is silent the buffer fills, send waits for max.block.ms and try_send does not") {
  ScriptedBroker broker;
  broker.topics["t"] = 1;
  std::atomic<bool> silent = true;
  broker.script = [&](const Asked& asked) {
    if (asked.api == ApiKey::init_producer_id) return Reaction::answer(asked, identity());
    return silent ? Reaction::none() : Reaction::answer(asked, stored(asked.read<ProduceRequest>()));
  };
  SocketBroker sockets(broker);
  mini::Producer producer({{"bootstrap.servers", sockets.bootstrap()},
                           {"buffer.memory", "100000"},
                           {"max.block.ms", "150"},
                           {"request.timeout.ms", "1000"},
                           {"linger.ms", "0"}});
  CHECK(!producer.try_send({.topic = "t"}));  // not known yet
  const std::string value(10'000, 'v');
  std::atomic<int> full = 0;
  std::atomic<int> ended = 0;
  const auto count = [&](const mini::Delivery& delivery) {
    full += delivery.error.code == mini::ClientErrc::buffer_full;
    ++ended;
  };
  int sent = 0;
  while (full == 0 && sent < 100) {
    producer.send({.topic = "t", .value = value}, count);
    ++sent;
    if (sent > 9) std::this_thread::yield();
  }
  CHECK(full > 0);
  CHECK(sent >= 5);
  CHECK(sent < 20);
  mini::OnDelivery done = count;
  CHECK(!producer.try_send({.topic = "t", .value = value}, done));
  CHECK(done);
  silent = false;  // the requests that were swallowed time out and go out again
  CHECK(!producer.flush(30s));
  CHECK(ended == sent);
  CHECK(producer.try_send({.topic = "t", .value = value}, done));
  CHECK(!done);
}

TEST_CASE_FIXTURE(Fixture, "flush does not wait for linger, and a callback may send and may throw") {
  mini::Producer producer(config().set("linger.ms", "60000"));
  std::atomic<int> told = 0;
  producer.send({.topic = "t", .value = "a"}, [&](const mini::Delivery&) {
    producer.send({.topic = "t", .value = "b"}, [&](const mini::Delivery&) { ++told; });
    CHECK(producer.flush(1s).code == mini::ClientErrc::invalid_call);
    ++told;
    throw 1;
  });
  CHECK(!producer.flush(20s));
  CHECK(!producer.flush(20s));
  CHECK(told == 2);
  CHECK(producer.callback_failures() == 1);
}

TEST_CASE_FIXTURE(Fixture, "the last owner may go inside a callback, and what was sent is delivered") {
  std::promise<void> first;
  std::promise<void> second;
  auto producer = std::make_shared<mini::Producer>(config());
  producer->send({.topic = "t", .value = "a"}, [&, owner = producer](const mini::Delivery&) mutable {
    owner->send({.topic = "t", .value = "b"}, [&](const mini::Delivery&) { second.set_value(); });
    owner.reset();
    first.set_value();
  });
  producer.reset();
  CHECK(first.get_future().wait_for(20s) == std::future_status::ready);
  CHECK(second.get_future().wait_for(20s) == std::future_status::ready);
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
