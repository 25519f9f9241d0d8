// The same stories of clients, in process and over TCP: where the broker lives makes no difference.
// With STORIES_BOOTSTRAP=HOST:PORT they are told on that broker instead, whoever made it.
#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>

#include "mini/admin.h"
#include "mini/consumer.h"
#include "mini/embedded_broker.h"
#include "mini/producer.h"

namespace mini {
namespace {

using namespace std::chrono_literals;

const char* broker_of_others() { return std::getenv("STORIES_BOOTSTRAP"); }

// A broker, and the address by which this story's clients reach it.
struct Place {
  std::string name;
  EmbeddedBroker broker;  // on a broker of others it only tells the time
  std::string address;
  std::string prefix = {};  // of names, where stories share a broker

  explicit Place(std::string kind)
      : name(std::move(kind)),
        broker({.time = name == "in process, time by hand" ? EmbeddedTime::by_hand : EmbeddedTime::real}),
        address(name == "over TCP" ? broker.listen() : broker.bootstrap()) {
    if (!broker_of_others()) return;
    static int stories = 0;
    address = broker_of_others();
    prefix = "story-" + std::to_string(++stories) + "-";
  }

  std::string named(std::string_view own) const { return prefix + std::string(own); }

  Config config(std::initializer_list<Config::Entry> more = {}) const {
    Config config{{"bootstrap.servers", address}};
    for (const auto& [key, value] : more) config.set(key, value);
    return config;
  }
  bool within(Timestamp begun, Millis time) const { return broker.now() - begun < time; }
};

template <class Story>
void everywhere(Story story) {
  const std::vector<const char*> ours{"in process", "in process, time by hand", "over TCP"};
  const std::vector<const char*> theirs{"on a broker of others"};
  for (const char* kind : broker_of_others() ? theirs : ours) {
    Place place(kind);
    CAPTURE(place.name);
    story(place);
  }
}

struct Read {
  std::string key, value, headers;
  std::int32_t partition = -1;
  std::int64_t offset = -1;
};

std::vector<Read> read(Place& place, Consumer& consumer, std::size_t count) {
  std::vector<Read> all;
  const Timestamp begun = place.broker.now();
  while (all.size() < count && place.within(begun, 30s))
    for (const ConsumerRecord& record : consumer.poll(1s)) {
      std::string headers;
      for (const HeaderView& header : record.headers)
        headers += std::string(header.key) + "=" + std::string(header.value.value_or("(none)")) + ";";
      all.push_back({std::string(record.key.value_or("(none)")), std::string(record.value.value_or("(none)")),
                     headers, record.partition, record.offset});
    }
  REQUIRE(all.size() == count);
  return all;
}

TEST_CASE("records come out as they went in, with every codec") {
  everywhere([](Place& place) {
    for (const char* codec : {"none", "gzip", "snappy", "lz4", "zstd"}) {
      CAPTURE(codec);
      const std::string topic = place.named("t-") + codec;
      Producer producer(place.config({{"compression.type", codec}}));
      producer.send(
          ProducerRecord{.topic = topic, .key = "k", .value = std::string(1000, 'v'), .partition = 0});
      producer.send(ProducerRecord{
          .topic = topic, .headers = {{"unit", "C"}, {"empty", std::nullopt}}, .partition = 0});
      REQUIRE_FALSE(producer.flush(30s));
      Consumer consumer(place.config({{"auto.offset.reset", "earliest"}}));
      consumer.assign({{topic, 0}});
      const std::vector<Read> all = read(place, consumer, 2);
      CHECK(all[0].key == "k");
      CHECK(all[0].value == std::string(1000, 'v'));
      CHECK(all[1].value == "(none)");
      CHECK(all[1].headers == "unit=C;empty=(none);");
      CHECK(all[1].offset == 1);
    }
  });
}

TEST_CASE("many records and large ones arrive once and in order") {
  everywhere([](Place& place) {
    const std::string t = place.named("t");
    Producer producer(place.config({{"linger.ms", "5"}}));
    for (int i = 0; i < 5'000; ++i) producer.send({.topic = t, .value = std::to_string(i), .partition = 0});
    producer.send(ProducerRecord{.topic = t, .value = std::string(900'000, 'x'), .partition = 0});
    REQUIRE_FALSE(producer.flush(30s));
    Consumer consumer(place.config({{"auto.offset.reset", "earliest"}}));
    consumer.assign({{t, 0}});
    const std::vector<Read> all = read(place, consumer, 5'001);
    bool in_order = true;
    for (int i = 0; i < 5'000; ++i)
      in_order = in_order && all[static_cast<std::size_t>(i)].value == std::to_string(i);
    CHECK(in_order);
    CHECK(all.back().value.size() == 900'000);
  });
}

TEST_CASE("an administrator creates, lists and describes topics") {
  everywhere([](Place& place) {
    Admin admin(place.config());
    const std::string a = place.named("a"), b = place.named("b");
    auto errors = admin.create_topics(
        {{.name = b, .partitions = 3}, {.name = a, .partitions = 1}, {.name = "not legal!"}});
    CHECK_FALSE(errors[a]);
    CHECK_FALSE(errors[b]);
    CHECK(errors["not legal!"].code == kafka_error(17));
    CHECK(admin.create_topics({{.name = a}})[a].code == kafka_error(36));
    const auto listed = admin.list_topics();
    CHECK(std::count(listed.begin(), listed.end(), a) == 1);
    CHECK(std::count(listed.begin(), listed.end(), b) == 1);
    if (!broker_of_others()) CHECK(listed == std::vector<std::string>{a, b});
    CHECK(std::get<TopicInfo>(admin.describe_topics({b})[b]).partitions.size() == 3);
    CHECK(admin.describe_cluster().brokers.size() == 1);
  });
}

TEST_CASE("two members share a topic, and a successor goes on where they committed") {
  everywhere([](Place& place) {
    const std::string t = place.named("t");
    REQUIRE_FALSE(Admin(place.config()).create_topics({{.name = t, .partitions = 2}})[t]);
    Producer producer(place.config());
    const auto store = [&](std::int32_t partition, const char* value) {
      return producer.send_tracked({.topic = t, .value = value, .partition = partition}).get();
    };
    const Config config = place.config(
        {{"group.id", place.named("g")}, {"auto.offset.reset", "earliest"}, {"enable.auto.commit", "false"}});
    const Timestamp begun = place.broker.now();
    {
      Consumer one(config), two(config);
      one.subscribe({t});
      two.subscribe({t});
      while ((one.assignment().size() != 1 || two.assignment().size() != 1) && place.within(begun, 60s)) {
        one.poll(10ms);
        two.poll(10ms);
      }
      REQUIRE(one.assignment().size() == 1);
      REQUIRE(two.assignment().size() == 1);
      CHECK(one.assignment() != two.assignment());
      store(0, "first");
      store(1, "first");
      for (Consumer* each : {&one, &two}) {
        CHECK(read(place, *each, 1).at(0).value == "first");
        each->commit_sync();
      }
    }
    store(0, "second");
    Consumer successor(config);
    successor.subscribe({t});
    CHECK(read(place, successor, 1).at(0).value == "second");
    const std::vector<TopicPartition> both{{t, 0}, {t, 1}};
    CHECK(successor.committed(both).at({t, 1}).offset == 1);
  });
}

TEST_CASE("a consumer seeks and knows how far it is behind") {
  everywhere([](Place& place) {
    const std::string t = place.named("t");
    Producer producer(place.config());
    for (int i = 0; i < 10; ++i) producer.send({.topic = t, .value = std::to_string(i), .partition = 0});
    REQUIRE_FALSE(producer.flush(30s));
    Consumer consumer(place.config({{"auto.offset.reset", "earliest"}, {"max.poll.records", "1"}}));
    consumer.assign({{t, 0}});
    CHECK(read(place, consumer, 1).at(0).value == "0");
    consumer.seek({t, 0}, 8);
    CHECK(read(place, consumer, 1).at(0).value == "8");
    CHECK(consumer.position({t, 0}) == 9);
    CHECK(consumer.lag({t, 0}) == 1);
  });
}

}  // namespace
}  // namespace mini
