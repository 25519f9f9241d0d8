#include <CLI/CLI.hpp>
#include <atomic>
#include <cstdio>
#include <thread>

#include "mini/admin.h"
#include "mini/consumer.h"
#include "mini/embedded_broker.h"
#include "mini/producer.h"
#include "tests/bench/load/measure.h"

// bench-in-process messages|brokers: a broker in this process, prints one line of JSON.
//   messages   one thread publishes single messages, another consumes them; every offset is checked
//   brokers    made, asked once and destroyed, one after the other
namespace mini::bench {
namespace {

using namespace std::chrono_literals;

constexpr std::int64_t ahead_max = 100'000;  // whom nobody keeps up with meets the end of retention

std::map<std::string, double> messages(std::int64_t count, std::size_t size) {
  EmbeddedBroker broker({.config = {{"log.retention.bytes", "67108864"}, {"log.segment.bytes", "4194304"}}});
  Admin(Config{{"bootstrap.servers", broker.bootstrap()}})
      .create_topics({{.name = "bench", .partitions = 1}});
  Consumer consumer({{"bootstrap.servers", broker.bootstrap()}, {"auto.offset.reset", "earliest"}});
  consumer.assign({{"bench", 0}});
  consumer.poll(10ms);
  std::atomic<std::int64_t> failed{0}, next{0};
  const std::int64_t begun = now_ns(), cpu = process_cpu_ns();
  std::thread publisher([&] {
    Producer producer(
        {{"bootstrap.servers", broker.bootstrap()}, {"acks", "1"}, {"enable.idempotence", "false"}});
    const std::string value(size, 'v');
    for (std::int64_t i = 0; i < count; ++i) {
      while (i - next > ahead_max) std::this_thread::yield();
      producer.send({.topic = "bench", .value = value}, [&](const Delivery& delivery) {
        if (delivery.error) ++failed;
      });
    }
    producer.flush(60s);
  });
  for (std::int64_t expected = 0; expected < count && failed == 0; next = expected)
    for (const ConsumerRecord& record : consumer.poll(100ms)) {
      if (record.offset != expected || record.value->size() != size) ++failed;
      ++expected;
    }
  if (failed != 0) next = count;  // nobody waits for us
  publisher.join();
  if (failed != 0) throw std::runtime_error("a message was lost, doubled or changed");
  const auto wall = static_cast<double>(now_ns() - begun);
  return {{"records_per_s", static_cast<double>(count) / wall * 1e9},
          {"ns_per_record", static_cast<double>(process_cpu_ns() - cpu) / static_cast<double>(count)}};
}

std::map<std::string, double> brokers(std::int64_t count) {
  const std::int64_t begun = now_ns();
  for (std::int64_t i = 0; i < count; ++i) {
    EmbeddedBroker broker({.time = EmbeddedTime::by_hand});
    Admin admin(Config{{"bootstrap.servers", broker.bootstrap()}});
    if (admin.describe_cluster().brokers.size() != 1) throw std::runtime_error("no broker");
  }
  return {{"us_per_broker", static_cast<double>(now_ns() - begun) / 1e3 / static_cast<double>(count)}};
}

}  // namespace
}  // namespace mini::bench

int main(int argc, char** argv) {
  std::string what;
  std::int64_t count = 1'000'000;
  std::size_t size = 100;
  CLI::App app("A broker in this process; prints what it did as a line of JSON.", "bench-in-process");
  app.add_option("what", what)->required()->check(CLI::IsMember({"messages", "brokers"}));
  app.add_option("--count", count);
  app.add_option("--record-size", size);
  CLI11_PARSE(app, argc, argv);
  try {
    mini::bench::print_figures(what == "messages" ? mini::bench::messages(count, size)
                                                  : mini::bench::brokers(count));
  } catch (const std::exception& error) {
    std::fprintf(stderr, "bench-in-process: %s\n", error.what());
    return 1;
  }
}
