// Unit tests of a service that reads one topic and writes another, with the broker inside the test.
#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include <doctest/doctest.h>
#include <mini/consumer.h>
#include <mini/embedded_broker.h>
#include <mini/producer.h>
#include <mini/testing.h>

#include <string>

using namespace std::chrono_literals;
using namespace mini::testing;

// The service: a reading above 40 becomes an alert.
class Alerts {
 public:
  explicit Alerts(const std::string& bootstrap, const std::string& name = "alerts-1")
      : producer_({{"bootstrap.servers", bootstrap}}),
        consumer_({{"bootstrap.servers", bootstrap},
                   {"client.id", name},
                   {"group.id", "alerts"},
                   {"auto.offset.reset", "earliest"},
                   {"enable.auto.commit", "false"}}) {
    consumer_.subscribe({"readings"});
  }

  void run_once() {
    for (const mini::ConsumerRecord& reading : consumer_.poll(100ms))
      if (std::stod(std::string(*reading.value)) > 40)
        producer_.send({.topic = "alerts", .key = reading.key, .value = "HIGH_TEMP"});
    if (!producer_.flush(10s)) consumer_.commit_sync();
  }
  std::size_t partitions() const { return consumer_.assignment().size(); }

 private:
  mini::Producer producer_;
  mini::Consumer consumer_;
};

TEST_CASE("a hot reading raises an alert, a cold one does not") {
  mini::EmbeddedBroker broker({.time = mini::EmbeddedTime::by_hand});
  create_topic(broker, "readings");
  Alerts service(broker.bootstrap());
  publish(broker, "readings", {{.key = "oven", .value = "41.5"}, {.key = "fridge", .value = "4"}});

  const Verdict read =
      wait_until_caught_up(broker, "alerts", "readings", {.meanwhile = [&] { service.run_once(); }});
  CHECK_MESSAGE(read, read.message);
  const Verdict alerts = expect_records(broker, "alerts", {{.key = "oven", .value = "HIGH_TEMP"}});
  CHECK_MESSAGE(alerts, alerts.message);
}

TEST_CASE("when one of two services dies, the other takes over after the session's 45 seconds") {
  mini::EmbeddedBroker broker({.time = mini::EmbeddedTime::by_hand});
  create_topic(broker, "readings", 2);
  Alerts one(broker.bootstrap(), "one"), two(broker.bootstrap(), "two");
  const auto shared = [&] { return one.partitions() == 1 && two.partitions() == 1; };
  const auto both_run = [&] { one.run_once(), two.run_once(); };
  wait_until(broker, "they share the topic", shared, {.meanwhile = both_run}).or_throw();

  broker.disconnect("one");  // to the broker it is dead
  broker.advance(1min);      // takes no time at all
  wait_until(broker, "two has it all", [&] { return two.partitions() == 2; },
             {.meanwhile = [&] { two.run_once(); }})
      .or_throw();
}
