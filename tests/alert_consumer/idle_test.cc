#include "alert_consumer/idle.h"

#include <doctest/doctest.h>

using namespace mini::alerts;
using namespace std::chrono_literals;

namespace {

IdleFacts all_is_well() {
  IdleFacts facts;
  facts.bootstrap_server = "localhost:9092";
  facts.topic = "sensor_data";
  facts.group = "g";
  facts.partitions = 3;
  facts.position_was_known = true;
  facts.messages_read = 5;
  facts.position = 5;
  facts.lag = 0;
  return facts;
}

std::string reason(void (*change)(IdleFacts&)) {
  IdleFacts facts = all_is_well();
  change(facts);
  return idle_reason(facts);
}

}  // namespace

TEST_CASE("each reason for silence has its sentence") {
  CHECK(reason([](IdleFacts& f) { f.trouble = "Connection refused"; }) ==
        "localhost:9092 cannot be reached: Connection refused.");
  CHECK(reason([](IdleFacts& f) {
          f.topic_exists = false, f.topics = {"sensor-data", "x"}, f.partitions = 0;
        }) ==
        "there is no topic sensor_data on localhost:9092 (did you mean 'sensor-data'?); reading begins when "
        "it is made.");
  CHECK(reason([](IdleFacts& f) { f.partitions = 0; }) ==
        "no partitions are assigned to this member of group g: others have them all, or the group has not "
        "settled yet.");
  CHECK(reason([](IdleFacts& f) { f.messages_read = 0, f.position = 0; }) == "topic sensor_data is empty.");
  CHECK(reason([](IdleFacts& f) {
          f.messages_read = 0, f.position = 9, f.reset_to_latest = true, f.position_was_known = false;
        }) ==
        "reading began at the latest record of topic sensor_data (auto.offset.reset=latest), and none was "
        "written "
        "since; older ones are read by another --group with --from-beginning.");
  CHECK(reason([](IdleFacts& f) { f.lag = 7; }) ==
        "7 records wait in topic sensor_data, and none has come yet.");
  CHECK(reason([](IdleFacts&) {}) ==
        "everything in topic sensor_data was read, and nothing new was written.");
}

TEST_CASE("it is said after ten seconds of silence, and each reason once until a record comes") {
  const IdleWatch::Time start{};
  IdleWatch watch(start);
  const IdleFacts facts = all_is_well();
  CHECK_FALSE(watch.due(start + 9999ms));
  CHECK(watch.due(start + 10s));
  CHECK(watch.sentence(facts).starts_with("No message for 10 s: everything"));
  CHECK_FALSE(watch.due(start + 11s));
  CHECK(watch.due(start + 20s));
  CHECK(watch.sentence(facts) == "");
  IdleFacts other = facts;
  other.partitions = 0;
  CHECK(watch.sentence(other).starts_with("No message for 20 s: no partitions"));
  watch.record_came(start + 25s);
  CHECK_FALSE(watch.due(start + 34s));
  CHECK(watch.due(start + 35s));
  CHECK(watch.sentence(other).starts_with("No message for 10 s: no partitions"));
}

TEST_CASE("the silence that ends a run begins when there is something to be silent") {
  using enum IdleExit::Verdict;
  const IdleExit::Time start{};
  IdleExit exit(500ms, start);
  exit.reached();
  CHECK(exit.verdict(start + 3s) == go_on);  // a group waits three seconds for its first members
  exit.begin(start + 3s);
  exit.begin(start + 3400ms);  // a later assignment is no record
  CHECK(exit.verdict(start + 3499ms) == go_on);
  CHECK(exit.verdict(start + 3500ms) == silent);
  exit.record_came(start + 3499ms);
  CHECK(exit.verdict(start + 3998ms) == go_on);
  CHECK(exit.verdict(start + 3999ms) == silent);
}

TEST_CASE("a broker that is never reached and a group that never settles are waited for, but not for ever") {
  using enum IdleExit::Verdict;
  const IdleExit::Time start{};
  IdleExit exit(500ms, start);
  CHECK(exit.verdict(start + 10499ms) == go_on);
  CHECK(exit.verdict(start + 10500ms) == never_reached);
  exit.reached();
  CHECK(exit.verdict(start + 60499ms) == go_on);
  CHECK(exit.verdict(start + 60500ms) == never_joined);
}

TEST_CASE("who did not ask for an end by silence waits for ever") {
  const IdleExit::Time start{};
  IdleExit exit(std::nullopt, start);
  CHECK(exit.verdict(start + 1h) == IdleExit::Verdict::go_on);
  exit.begin(start);
  CHECK(exit.verdict(start + 1h) == IdleExit::Verdict::go_on);
}
