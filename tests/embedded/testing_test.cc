// The helpers: what they say when all is well, and when it is not.
#include "mini/testing.h"

#include <doctest/doctest.h>

#include <sstream>

#include "mini/consumer.h"

namespace mini::testing {
namespace {

using namespace std::chrono_literals;
using doctest::Contains;

void check_says(const std::string& message, const std::string& part) {
  INFO(message);
  CHECK(message.find(part) != std::string::npos);
}

const EmbeddedOptions by_hand{.time = EmbeddedTime::by_hand};

TEST_CASE("what is published is read back, by partition and offset") {
  EmbeddedBroker broker(by_hand);
  create_topic(broker, "t", 2);
  const auto stored = publish(broker, "t",
                              {{.key = "a", .value = "1", .partition = 1},
                               {.key = "b", .partition = 0, .timestamp = Timestamp(5s)},
                               {.value = "3", .headers = {{"unit", "C"}}, .partition = 1}});
  CHECK(stored.at(2).offset == 1);
  const std::vector<Message> all = read_all(broker, "t");
  REQUIRE(all.size() == 3);
  CHECK(all[0].key == "b");
  CHECK_FALSE(all[0].value);
  CHECK(all[0].timestamp == Timestamp(5s));
  CHECK(all[2].headers.at(0).key == "unit");
  CHECK(all[2].offset == 1);
  CHECK(broker.now() == embedded_start);
  CHECK(read_all(broker, "no_such_topic").empty());
}

TEST_CASE("a topic that exists already is refused") {
  EmbeddedBroker broker(by_hand);
  create_topic(broker, "t");
  CHECK_THROWS_AS(create_topic(broker, "t"), KafkaError);
}

TEST_CASE("expectations that hold say nothing") {
  EmbeddedBroker broker(by_hand);
  publish(broker, "t", {{.key = "a", .value = "1"}, {.key = "b"}});
  CHECK(expect_records(broker, "t", {{.key = "a", .value = "1"}, {.key = "b", .tombstone = true}}));
  CHECK(expect_records(broker, "t", {{.tombstone = true}, {.value = "1"}}, Order::any));
  CHECK(expect_contains(broker, "t", {.key = "b"}));
  CHECK(expect_values(broker, "empty", {}));
}

TEST_CASE("expectations that do not hold say what was found and what was missed") {
  EmbeddedBroker broker(by_hand);
  publish(broker, "t", {{.key = "a", .value = "1"}, {.key = "b", .value = "2"}});
  const Verdict fewer = expect_values(broker, "t", {"1"});
  CHECK_FALSE(fewer);
  CHECK(fewer.message ==
        "topic t holds 2 records, 1 expected:"
        "\n  partition 0 offset 0: key \"a\", value \"1\""
        "\n  partition 0 offset 1: key \"b\", value \"2\"  <- not expected");
  check_says(expect_values(broker, "t", {"1", "3"}).message, "<- expected value \"3\"");
  check_says(expect_values(broker, "t", {"2", "1", "0"}, Order::any).message, "missing: value \"0\"");
  check_says(expect_contains(broker, "t", {.key = "c"}).message, "none with key \"c\"");
  CHECK_THROWS_WITH(expect_values(broker, "t", {}).or_throw(), Contains("topic t holds 2 records"));
  std::ostringstream out;
  out << fewer;
  CHECK(out.str() == fewer.message);
}

TEST_CASE("waits for groups end when it is so, and say what was seen last") {
  EmbeddedBroker broker(by_hand);
  create_topic(broker, "t");
  publish(broker, "t", {{.value = "1"}, {.value = "2"}});
  CHECK(wait_until_stable(broker, "g", 1, {.timeout = 5s}).message ==
        "group g is stable with 1 members: not within 5000 ms; it is Dead with 0 members");
  check_says(wait_until_caught_up(broker, "g", "t", {.timeout = 5s}).message,
             "partition 0 is at nothing committed of 2");

  Consumer consumer(
      {{"bootstrap.servers", broker.bootstrap()}, {"group.id", "g"}, {"auto.offset.reset", "earliest"}});
  consumer.subscribe({"t"});
  std::size_t read = 0;
  const Patience polling{.meanwhile = [&] { read += consumer.poll(0ms).size(); }};
  CHECK(wait_until_stable(broker, "g", 1, polling));
  CHECK(wait_until(
      broker, "two records are read", [&] { return read == 2; }, polling));
  consumer.commit_sync();
  CHECK(wait_until_caught_up(broker, "g", "t"));
  CHECK(expect_committed(broker, "g", {"t", 0}, 2));
  check_says(expect_committed(broker, "g", {"t", 0}, 1).message, "has committed 2");
}

}  // namespace
}  // namespace mini::testing
