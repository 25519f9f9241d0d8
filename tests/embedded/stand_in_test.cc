// The stand-in: the calls that Python programs of the same name make.
#include "mini/stand_in.h"

#include <doctest/doctest.h>

#include <condition_variable>
#include <cstdlib>
#include <mutex>
#include <set>

#include "mini/embedded_broker.h"

namespace mini {
namespace {

using namespace std::chrono_literals;
using Message = StandInBroker::Message;

constexpr auto long_enough = 30s;

// Counts calls from other threads, and waits for so many.
class Counter {
 public:
  void add() {
    const std::lock_guard lock(mutex_);
    ++count_;
    changed_.notify_all();
  }
  bool reaches(int wanted) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, long_enough, [&] { return count_ >= wanted; });
  }
  int count() {
    const std::lock_guard lock(mutex_);
    return count_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  int count_ = 0;
};

TEST_CASE("20 messages through a consumer thread leave none pending") {
  StandInBroker broker;
  broker.create_topic("sensor_data");
  Counter processed;
  broker.start_consumer_thread("sensor_data", [&](const Message&) { processed.add(); });
  for (int i = 0; i < 20; ++i) CHECK(broker.publish("sensor_data", {{"seq", i}}));
  CHECK(processed.reaches(20));
  const auto stats = broker.get_stats();
  CHECK(stats.at("sensor_data").messages_pending == 0);
  CHECK(stats.at("sensor_data").subscribers == 1);
  broker.stop();
  CHECK(processed.count() == 20);
}

TEST_CASE("publish adds a timestamp, creates the topic and keeps the order") {
  StandInBroker broker;
  CHECK(broker.publish("t", {{"n", 1}}));
  CHECK(broker.publish("t", {{"n", 2}}));
  const auto first = broker.consume("t", long_enough);
  REQUIRE(first);
  CHECK(first->at("n") == 1);
  CHECK(first->at("kafka_timestamp").get<std::string>().size() == 32);
  CHECK(broker.consume("t", long_enough)->at("n") == 2);
  CHECK_FALSE(broker.consume("t", 0ms));
  CHECK_FALSE(broker.consume("nothing_here", 10ms));
}

TEST_CASE("nothing is dropped: more messages wait than a queue of a thousand would hold") {
  StandInBroker broker;
  for (int i = 0; i < 1500; ++i) CHECK(broker.publish("t", {{"n", i}}));
  CHECK(broker.get_stats().at("t").messages_pending == 1500);
  for (int i = 0; i < 1500; ++i) CHECK(broker.consume("t", long_enough)->at("n") == i);
  CHECK(broker.get_stats().at("t").messages_pending == 0);
}

TEST_CASE("each subscriber sees every message from the beginning, one call at a time") {
  StandInBroker broker;
  for (int i = 0; i < 10; ++i) broker.publish("t", {{"n", i}});
  std::atomic<int> inside{0};
  std::atomic<bool> overlapped{false};
  Counter calls;
  std::mutex mutex;
  std::map<int, std::vector<int>> seen;
  for (int who = 0; who < 2; ++who)
    broker.subscribe("t", [&, who](const Message& message) {
      if (inside.fetch_add(1) > 0) overlapped = true;
      {
        const std::lock_guard lock(mutex);
        seen[who].push_back(message.at("n"));
      }
      --inside;
      calls.add();
    });
  for (int i = 10; i < 20; ++i) broker.publish("t", {{"n", i}});
  CHECK(calls.reaches(40));
  CHECK(broker.get_stats().at("t").messages_pending == 0);
  CHECK(broker.get_stats().at("t").subscribers == 2);
  CHECK(broker.consume("t", long_enough)->at("n") == 0);  // what others read is still there
  CHECK(broker.get_stats().at("t").messages_pending == 19);
  broker.stop();
  CHECK_FALSE(overlapped);
  for (int who = 0; who < 2; ++who)
    for (int i = 0; i < 20; ++i) CHECK(seen[who].at(static_cast<std::size_t>(i)) == i);
}

TEST_CASE("a callback that throws does not end its subscription, and it may publish") {
  StandInBroker broker;
  Counter calls;
  broker.subscribe("t", [&](const Message& message) {
    calls.add();
    if (message.at("n") == 0) throw std::runtime_error("a callback's own trouble");
    if (message.at("n") == 1) throw 42;
    broker.publish("out", message);
  });
  for (int i = 0; i < 3; ++i) broker.publish("t", {{"n", i}});
  CHECK(calls.reaches(3));
  CHECK(broker.consume("out", long_enough)->at("n") == 2);
}

TEST_CASE("after stop nothing moves, and get_broker gives a new one") {
  const auto first = get_broker();
  CHECK(get_broker() == first);
  first->publish("t", {{"n", 1}});
  first->stop();
  CHECK_FALSE(first->publish("t", {{"n", 2}}));
  CHECK_FALSE(first->consume("t", 0ms));
  const auto second = get_broker();
  CHECK(second != first);
  CHECK_FALSE(second->consume("t", 10ms));
  second->stop();
}

TEST_CASE("with an address the same calls meet in one broker elsewhere") {
  EmbeddedBroker elsewhere;
  const std::string address = elsewhere.listen();
  StandInBroker generator(address), consumer(address);
  for (int i = 0; i < 20; ++i) CHECK(generator.publish("sensor_data", {{"n", i}}));
  for (int i = 0; i < 20; ++i) CHECK(consumer.consume("sensor_data", long_enough)->at("n") == i);
  CHECK(consumer.get_stats().at("sensor_data").messages_pending == 0);
  CHECK(generator.get_stats().at("sensor_data").messages_pending == 20);
}

TEST_CASE("MINI_BROKER names the broker") {
  EmbeddedBroker elsewhere;
  ::setenv("MINI_BROKER", elsewhere.listen().c_str(), 1);
  const auto broker = get_broker();
  ::unsetenv("MINI_BROKER");
  broker->publish("t", {{"n", 7}});
  StandInBroker other(elsewhere.bootstrap());
  CHECK(other.consume("t", long_enough)->at("n") == 7);
  broker->stop();
}

}  // namespace
}  // namespace mini
