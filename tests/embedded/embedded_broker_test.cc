// The broker inside the process: what its header promises.
#include <doctest/doctest.h>

#include "mini/admin.h"
#include "mini/consumer.h"
#include "mini/embedded_broker.h"
#include "mini/producer.h"

namespace mini {
namespace {

using namespace std::chrono_literals;

const EmbeddedOptions by_hand{.time = EmbeddedTime::by_hand};

std::vector<std::string> values(const Records& records) {
  std::vector<std::string> texts;
  for (const ConsumerRecord& record : records) texts.emplace_back(record.value.value_or("(none)"));
  return texts;
}

TEST_CASE("a record goes from a producer to a consumer without a socket") {
  EmbeddedBroker broker(by_hand);
  Producer producer({{"bootstrap.servers", broker.bootstrap()}});
  const RecordMetadata stored = producer.send_tracked({.topic = "t", .key = "k", .value = "v"}).get();
  CHECK(stored.offset == 0);
  CHECK(stored.partition.topic == "t");

  Consumer consumer({{"bootstrap.servers", broker.bootstrap()}, {"auto.offset.reset", "earliest"}});
  consumer.assign({{"t", 0}});
  CHECK(values(consumer.poll(10s)) == std::vector<std::string>{"v"});
}

TEST_CASE("by hand, a wait on an empty topic comes back at once and its time has passed") {
  EmbeddedBroker broker(by_hand);
  Admin admin({{"bootstrap.servers", broker.bootstrap()}});
  CHECK_FALSE(admin.create_topics({{.name = "t", .partitions = 1}})["t"]);
  Consumer consumer({{"bootstrap.servers", broker.bootstrap()}});
  consumer.assign({{"t", 0}});
  const Timestamp before = broker.now();
  CHECK(consumer.poll(10s).empty());
  CHECK(broker.now() - before == 10s);
}

}  // namespace
}  // namespace mini
