// Twenty readings through get_broker(), checked against two rules: what a program written against a small
// in-process broker looks like: stand_in [TOPIC]. With MINI_BROKER=localhost:9092 the broker is outside.
#include <mini/error.h>
#include <mini/stand_in.h>

#include <atomic>
#include <cstdio>
#include <iostream>
#include <string>
#include <thread>

using namespace std::chrono_literals;

static std::atomic<int> processed = 0, alerts = 0;  // the consumer's thread may outlive what main throws

int main(int argc, char** argv) try {
  const std::string topic = argc > 1 ? argv[1] : "sensor_data";
  const auto broker = mini::get_broker();
  broker->create_topic(topic);

  broker->start_consumer_thread(topic, [](const nlohmann::json& message) {
    const nlohmann::json& value = message["value"];
    alerts += (value["temperature"] > 40.0) + (value["humidity"] < 20);
    ++processed;
  });

  constexpr int messages = 20;
  for (int i = 0; i < messages; ++i) {
    const nlohmann::json reading{{"sensor_id", "ws_cairo_001"},
                                 {"value", {{"temperature", i % 5 == 0 ? 45.2 : 28.0}, {"humidity", 55}}}};
    if (!broker->publish(topic, reading)) return 1;
  }
  for (int waits = 0; processed < messages && waits < 3000; ++waits) std::this_thread::sleep_for(10ms);

  const auto pending = broker->get_stats().at(topic).messages_pending;
  std::printf("Messages processed: %d\n", processed.load());
  std::printf("Alerts generated: %d\n", alerts.load());
  std::printf("Messages pending in queue: %lld\n", static_cast<long long>(pending));
  broker->stop();
  const bool passed = processed == messages && pending == 0;
  std::puts(passed ? "TEST PASSED: All messages processed!" : "TEST FAILED");
  return passed ? 0 : 1;
} catch (const mini::KafkaError& error) {  // MINI_BROKER names a broker that is not there
  std::cerr << error.what() << '\n';
  return 1;
}
