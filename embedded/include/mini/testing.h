#pragma once

#include <functional>
#include <initializer_list>
#include <iosfwd>
#include <optional>
#include <string>
#include <vector>

#include "mini/embedded_broker.h"
#include "mini/producer.h"

// What tests say again and again, for any test framework: a Verdict is true or has a message.
//
//   using namespace mini::testing;
//   create_topic(broker, "alerts");
//   publish(broker, "readings", {{.key = "s1", .value = "41"}});
//   ...                                                    // the code under test
//   const Verdict alerts = expect_records(broker, "alerts", {{.key = "s1", .value = "HIGH_TEMP"}});
//   CHECK_MESSAGE(alerts, alerts.message);                 // doctest, Catch2
//   EXPECT_TRUE(alerts) << alerts;                         // GoogleTest
//   alerts.or_throw();                                     // no framework at all
//
// On a broker whose time is moved by hand nothing here moves it but the waits.
namespace mini::testing {

struct Message {
  std::optional<std::string> key = {};
  std::optional<std::string> value = {};  // nothing: a tombstone
  std::vector<Header> headers = {};
  std::optional<std::int32_t> partition = {};  // nothing: by the key, or any
  std::optional<Timestamp> timestamp = {};     // nothing: now
  std::int64_t offset = -1;                    // of messages that were read
};

struct [[nodiscard]] Verdict {
  std::string message = {};  // why not, for people; empty where all is as expected

  explicit operator bool() const { return message.empty(); }
  void or_throw() const;  // std::runtime_error
};
std::ostream& operator<<(std::ostream& out, const Verdict& verdict);

// KafkaError where the broker refuses.
void create_topic(EmbeddedBroker& broker, const std::string& name, std::int32_t partitions = 1,
                  const std::map<std::string, std::string>& configs = {});

// Stores them, in this order, and says where; a topic that is not there is created.
std::vector<RecordMetadata> publish(EmbeddedBroker& broker, const std::string& topic,
                                    const std::vector<Message>& messages);

// All that is in the topic now, by partition and offset; nothing where there is no such topic.
std::vector<Message> read_all(EmbeddedBroker& broker, const std::string& topic);

// ---- expectations ----

// What is set must be so; what is not may be anything.
struct Expected {
  std::optional<std::string> key = {};
  std::optional<std::string> value = {};
  std::vector<Header> headers = {};  // these among others
  std::optional<std::int32_t> partition = {};
  bool tombstone = false;  // no value at all
};

enum class Order { as_written, any };  // as written: of each partition, one partition after the other

// All records of the topic are these, no more and no fewer.
Verdict expect_records(EmbeddedBroker& broker, const std::string& topic,
                       const std::vector<Expected>& expected, Order order = Order::as_written);
Verdict expect_values(EmbeddedBroker& broker, const std::string& topic,
                      const std::vector<std::string>& values, Order order = Order::as_written);
// At least one record is so.
Verdict expect_contains(EmbeddedBroker& broker, const std::string& topic, const Expected& expected);
Verdict expect_committed(EmbeddedBroker& broker, const std::string& group, const TopicPartition& partition,
                         std::int64_t offset);

// ---- waits: end as soon as it is so, or say what was seen last ----

struct Patience {
  Millis timeout{30'000};  // on the broker's clock
  // What must go on meanwhile, such as polling the consumers of this thread; at least every 100 ms.
  std::function<void()> meanwhile = {};
};

Verdict wait_until(EmbeddedBroker& broker, const std::string& what, const std::function<bool()>& condition,
                   const Patience& patience = {});
// `members` of them; 0: any number but none.
Verdict wait_until_stable(EmbeddedBroker& broker, const std::string& group, std::size_t members = 0,
                          const Patience& patience = {});
// The group has committed the end of every partition of the topic that has records.
Verdict wait_until_caught_up(EmbeddedBroker& broker, const std::string& group, const std::string& topic,
                             const Patience& patience = {});

}  // namespace mini::testing
