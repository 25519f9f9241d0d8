// The broker inside the process: what its header promises.
#include <doctest/doctest.h>

#include <cstdlib>
#include <thread>

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

void create(EmbeddedBroker& broker, const std::string& topic, std::int32_t partitions = 1) {
  Admin admin({{"bootstrap.servers", broker.bootstrap()}});
  REQUIRE_FALSE(admin.create_topics({{.name = topic, .partitions = partitions}})[topic]);
}

RecordMetadata store(EmbeddedBroker& broker, const std::string& topic, const std::string& value) {
  Producer producer({{"bootstrap.servers", broker.bootstrap()}, {"linger.ms", "0"}});
  return producer.send_tracked({.topic = topic, .value = value}).get();
}

// A member of group "g" that reads topic "t" and counts what happens to it.
struct Member {
  explicit Member(EmbeddedBroker& broker, const std::string& name)
      : consumer({{"bootstrap.servers", broker.bootstrap()},
                  {"group.id", "g"},
                  {"client.id", name},
                  {"auto.offset.reset", "earliest"}}) {
    consumer.subscribe({"t"}, {.assigned = [this](auto) { ++assigned; }, .lost = [this](auto) { ++lost; }});
  }
  std::size_t owned() const { return consumer.assignment().size(); }

  int assigned = 0, lost = 0;
  Consumer consumer;
};

TEST_CASE("a record goes from a producer to a consumer without a socket") {
  EmbeddedBroker broker(by_hand);
  const RecordMetadata stored = store(broker, "t", "v");
  CHECK(stored.offset == 0);
  CHECK(stored.partition.topic == "t");

  Consumer consumer({{"bootstrap.servers", broker.bootstrap()}, {"auto.offset.reset", "earliest"}});
  consumer.assign({{"t", 0}});
  CHECK(values(consumer.poll(10s)) == std::vector<std::string>{"v"});
}

TEST_CASE("a listener may subscribe anew, and lives until it returns") {
  EmbeddedBroker broker(by_hand);
  create(broker, "t");
  Consumer consumer({{"bootstrap.servers", broker.bootstrap()}, {"group.id", "g"}});
  auto captured = std::make_shared<int>();
  const std::weak_ptr<int> alive = captured;
  std::optional<bool> lived;
  consumer.subscribe({"t"}, {.assigned = [&, captured = std::move(captured)](auto) {
                       auto& outcome = lived;
                       const auto& watched = alive;
                       consumer.subscribe({"t"});
                       outcome = !watched.expired();
                     }});
  for (int i = 0; i < 20 && !lived; ++i) consumer.poll(1s);
  CHECK(lived == true);
  CHECK(alive.expired());
}

TEST_CASE("a handler of the log hears of settings without effect, and may set another handler") {
  EmbeddedBroker broker(by_hand);
  Consumer consumer({{"bootstrap.servers", broker.bootstrap()}, {"grup.id", "g"}});
  std::vector<std::string> lines;
  consumer.on_log([&](std::string_view line) {
    lines.emplace_back(line);
    consumer.on_log([](std::string_view) {});
  });
  consumer.assign({{"t", 0}});
  CHECK(lines ==
        std::vector<std::string>{"'grup.id' is not a setting of this client (did you mean 'group.id'?)."});
}

TEST_CASE("by hand, a wait on an empty topic comes back at once and its time has passed") {
  EmbeddedBroker broker(by_hand);
  create(broker, "t");
  Consumer consumer({{"bootstrap.servers", broker.bootstrap()}});
  consumer.assign({{"t", 0}});
  const Timestamp before = broker.now();
  CHECK(consumer.poll(10s).empty());
  CHECK(broker.now() - before == 10s);
}

TEST_CASE("by hand, no time passes where nobody has to wait") {
  EmbeddedBroker broker(by_hand);
  create(broker, "t");
  store(broker, "t", "v");
  Consumer consumer({{"bootstrap.servers", broker.bootstrap()}, {"auto.offset.reset", "earliest"}});
  consumer.assign({{"t", 0}});
  CHECK(consumer.poll(10s).size() == 1);
  CHECK(consumer.poll(0ms).empty());
  CHECK((broker.now() - embedded_start).count() == 0);
}

TEST_CASE("records carry the hand-moved time") {
  EmbeddedBroker broker({.time = EmbeddedTime::by_hand, .start = Timestamp(1'000'000s)});
  create(broker, "t");
  broker.advance(90min);
  CHECK(store(broker, "t", "v").timestamp == Timestamp(1'000'000s) + 90min);
}

TEST_CASE("poll with no time at all sees what is there") {
  EmbeddedBroker broker(by_hand);
  store(broker, "t", "v");
  Consumer consumer({{"bootstrap.servers", broker.bootstrap()}, {"auto.offset.reset", "earliest"}});
  consumer.assign({{"t", 0}});
  int polls = 0;
  while (consumer.poll(0ms).empty() && polls < 10) ++polls;
  CHECK(polls < 10);
}

TEST_CASE("an hour leaves a group stable in its first generation") {
  EmbeddedBroker broker(by_hand);
  create(broker, "t", 2);
  Member member(broker, "a");
  while (member.assigned == 0) member.consumer.poll(1s);
  CHECK(member.owned() == 2);
  broker.advance(1h);
  CHECK(store(broker, "t", "after an hour").offset == 0);
  CHECK(values(member.consumer.poll(1s)) == std::vector<std::string>{"after an hour"});
  CHECK(member.assigned == 1);
  CHECK(member.lost == 0);
}

TEST_CASE("a dead member's partitions move once its session has passed") {
  EmbeddedBroker broker(by_hand);
  create(broker, "t", 2);
  Member dies(broker, "dies"), lives(broker, "lives");
  while (dies.owned() != 1 || lives.owned() != 1) {
    dies.consumer.poll(100ms);
    lives.consumer.poll(100ms);
  }
  broker.disconnect("dies");
  broker.advance(30s);
  lives.consumer.poll(0ms);
  CHECK(lives.owned() == 1);
  const Timestamp at = broker.now();
  while (lives.owned() != 2 && broker.now() - at < 30s) lives.consumer.poll(100ms);
  CHECK(lives.owned() == 2);
  SUBCASE("and it comes back as a new one") {
    broker.reconnect("dies");
    while ((dies.lost == 0 || dies.owned() != 1) && broker.now() - at < 120s) {
      dies.consumer.poll(100ms);
      lives.consumer.poll(100ms);
    }
    CHECK(dies.owned() == 1);
    CHECK(dies.lost == 1);
  }
  SUBCASE("and cannot be reached for good") { dies.consumer.close(0ms); }
}

TEST_CASE("retention deletes what an advance made old") {
  EmbeddedBroker broker({.config = {{"log.retention.ms", "60000"},
                                    {"log.segment.bytes", "100"},
                                    {"log.retention.check.interval.ms", "1000"}},
                         .time = EmbeddedTime::by_hand});
  store(broker, "t", "old");
  broker.advance(2min);
  store(broker, "t", "new");
  Consumer consumer({{"bootstrap.servers", broker.bootstrap()}, {"auto.offset.reset", "earliest"}});
  consumer.assign({{"t", 0}});
  CHECK(values(consumer.poll(1s)) == std::vector<std::string>{"new"});
}

TEST_CASE("brokers side by side share nothing") {
  EmbeddedBroker one(by_hand), other(by_hand);
  CHECK(one.bootstrap() != other.bootstrap());
  create(one, "t");
  one.advance(1h);
  CHECK(Admin({{"bootstrap.servers", other.bootstrap()}}).list_topics().empty());
  CHECK(other.now() == embedded_start);
}

TEST_CASE("the same seed gives the same ids") {
  const auto topic_id = [](std::uint64_t seed) {
    EmbeddedBroker broker({.time = EmbeddedTime::by_hand, .seed = seed});
    create(broker, "t");
    Admin admin({{"bootstrap.servers", broker.bootstrap()}});
    return std::get<TopicInfo>(admin.describe_topics({"t"})["t"]).id;
  };
  CHECK(topic_id(1) == topic_id(1));
  CHECK(topic_id(1) != topic_id(2));
}

TEST_CASE("a setting that cannot be used is refused by name") {
  CHECK_THROWS_WITH_AS(EmbeddedBroker({.config = {{"num.partitions", "many"}}}),
                       doctest::Contains("num.partitions"), KafkaError);
}

// MINI_EMBEDDED_BROKERS=10000 for a long look under a leak detector.
TEST_CASE("hundreds of brokers come and go") {
  const char* given = std::getenv("MINI_EMBEDDED_BROKERS");
  const int count = given ? std::atoi(given) : 300;
  for (int i = 0; i < count; ++i) {
    EmbeddedBroker broker(by_hand);
    if (i % 10 == 0) store(broker, "t", "v");
  }
}

TEST_CASE("after stop nobody answers, and a new client is told so") {
  EmbeddedBroker broker(by_hand);
  Producer producer({{"bootstrap.servers", broker.bootstrap()},
                     {"delivery.timeout.ms", "5000"},
                     {"request.timeout.ms", "1000"},
                     {"max.block.ms", "1000"}});
  CHECK_NOTHROW(producer.send_tracked({.topic = "t", .value = "v"}).get());
  broker.stop();
  CHECK(producer.send_tracked({.topic = "t", .value = "v"}).error());
  CHECK_THROWS_WITH_AS(Producer({{"bootstrap.servers", broker.bootstrap()}}),
                       doctest::Contains(broker.bootstrap().c_str()), KafkaError);
}

TEST_CASE("a client that outlives its broker can be closed") {
  auto broker = std::make_unique<EmbeddedBroker>(by_hand);
  create(*broker, "t");
  Member member(*broker, "a");
  member.consumer.poll(1s);
  broker.reset();
  member.consumer.poll(1s);
  member.consumer.close(1s);
}

TEST_CASE("callbacks may wait for another client of the same broker") {
  EmbeddedBroker broker(by_hand);
  create(broker, "t");
  create(broker, "heard");
  Producer inner({{"bootstrap.servers", broker.bootstrap()}});
  Producer producer({{"bootstrap.servers", broker.bootstrap()}});
  std::int64_t stored_at = -1;
  producer.send({.topic = "t", .value = "v"}, [&](const Delivery&) {
    stored_at = inner.send_tracked({.topic = "heard", .value = "v"}).get().offset;
  });
  CHECK_FALSE(producer.flush(10s));
  CHECK(stored_at == 0);
}

// ---- real time, threads and sockets ----

TEST_CASE("in real time a wait ends when another thread has something to say") {
  EmbeddedBroker broker;
  create(broker, "t");
  Consumer consumer({{"bootstrap.servers", broker.bootstrap()}, {"auto.offset.reset", "earliest"}});
  consumer.assign({{"t", 0}});
  std::thread writer([&] { store(broker, "t", "from another thread"); });
  std::vector<std::string> read;
  while (read.empty()) read = values(consumer.poll(30s));
  writer.join();
  CHECK(read == std::vector<std::string>{"from another thread"});
}

TEST_CASE("wakeup ends a poll that has nobody else to wait for") {
  EmbeddedBroker broker;
  create(broker, "t");
  Consumer consumer({{"bootstrap.servers", broker.bootstrap()}});
  consumer.assign({{"t", 0}});
  std::thread other([&] { consumer.wakeup(); });
  CHECK(consumer.poll(60s).empty());
  other.join();
}

TEST_CASE("one broker serves clients inside and over TCP") {
  EmbeddedBroker broker;
  create(broker, "t");
  const std::string address = broker.listen();
  CHECK_THROWS_AS(broker.listen(), KafkaError);
  Consumer inside({{"bootstrap.servers", broker.bootstrap()}, {"auto.offset.reset", "earliest"}});
  Consumer outside({{"bootstrap.servers", address}, {"auto.offset.reset", "earliest"}});
  inside.assign({{"t", 0}});
  outside.assign({{"t", 0}});
  Producer in({{"bootstrap.servers", broker.bootstrap()}}), out({{"bootstrap.servers", address}});
  for (int i = 0; i < 20; ++i) {
    CHECK(in.send_tracked({.topic = "t", .value = "in"}).get().offset == 2 * i);
    CHECK(out.send_tracked({.topic = "t", .value = "out"}).get().offset == 2 * i + 1);
  }
  for (Consumer* consumer : {&inside, &outside}) {
    std::size_t read = 0;
    while (read < 40) read += consumer->poll(30s).size();
    CHECK(read == 40);
  }
}

TEST_CASE("a broker that listens needs nobody to wait: its thread delivers") {
  EmbeddedBroker broker;
  create(broker, "t");
  broker.listen();
  Producer producer({{"bootstrap.servers", broker.bootstrap()}, {"linger.ms", "1"}});
  std::atomic<bool> delivered{false};
  producer.send({.topic = "t", .value = "v"}, [&](const Delivery&) {
    delivered = true;
    delivered.notify_all();
  });
  delivered.wait(false);
  CHECK(delivered);
}

}  // namespace
}  // namespace mini
