#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>

#include "mini/record.h"

// A broker inside your own process, for tests: no socket and no thread unless asked for.
//
//   mini::EmbeddedBroker broker({.time = mini::EmbeddedTime::by_hand});
//   mini::Producer producer({{"bootstrap.servers", broker.bootstrap()}});
//   producer.send_tracked({.topic = "readings", .value = "21"}).get();
//   broker.advance(1h);                     // everybody's hour: sessions, retention, lingering
//
// Every client of this library takes the address that bootstrap() gives. None of them has a thread then:
// whoever waits (poll, flush, close, a receipt, any call of Admin) does the work of all, the broker's too,
// and settle() does it without waiting. Callbacks run inside these calls.
//
// Time is the machine's, or moved by hand. Moved by hand, it stands still while there is something to do, and
// when somebody waits and there is nothing, it leaps to the next moment that anybody waits for: poll(10s) on
// an empty topic comes back at once, and ten seconds have passed for everybody. It starts at `start`, so that
// two runs see the same times. Use it from one thread. max.poll.interval.ms does not count then, unless it is
// set.
//
// One setting differs from mini-broker's defaults: group.initial.rebalance.delay.ms is 0, so that a group's
// first member does not wait for company. Brokers side by side share nothing.
namespace mini {

namespace embedded {
class World;
class TcpDoor;
}  // namespace embedded

enum class EmbeddedTime { real, by_hand };

inline constexpr Timestamp embedded_start{Millis{1'767'225'600'000}};  // 2026-01-01 00:00:00 UTC

struct EmbeddedOptions {
  std::map<std::string, std::string> config = {};  // by Kafka's names, as in server.properties
  EmbeddedTime time = EmbeddedTime::real;
  Timestamp start = embedded_start;  // by hand only
  std::uint64_t seed = 1;            // of topic ids, member ids and the cluster's id
};

class EmbeddedBroker {
 public:
  // KafkaError (invalid_config) with a sentence for each value that cannot be used.
  EmbeddedBroker() : EmbeddedBroker(EmbeddedOptions{}) {}
  explicit EmbeddedBroker(const EmbeddedOptions& options);
  EmbeddedBroker(const EmbeddedBroker&) = delete;
  EmbeddedBroker& operator=(const EmbeddedBroker&) = delete;
  ~EmbeddedBroker();  // stop()

  // "inproc:N": for clients in this process.
  const std::string& bootstrap() const { return bootstrap_; }
  // Opens a TCP port on this machine as well (0: a free one) and gives its address, "127.0.0.1:PORT", for
  // clients of any language. From now on one thread serves it, and does everybody's work whenever somebody
  // rings or a moment has come. With time moved by hand such clients keep their own clocks: they are answered
  // at once, but what they wait for in time comes with advance(). Once; KafkaError where the port is taken.
  std::string listen(std::uint16_t port = 0);

  // Does what there is to do, for everybody, and returns when all is quiet.
  void settle();
  // By hand only: lets `duration` pass, step by step through every moment that anybody waits for.
  void advance(Millis duration);
  Timestamp now() const;

  // Cuts the connections of the clients with this client.id, and each that they open, until reconnect(): to
  // the broker they are dead, and after session.timeout.ms a group goes on without them.
  void disconnect(const std::string& client_id);
  void reconnect(const std::string& client_id);

  // Every record is gone, clients find nobody. Once is enough; the rest of the calls do nothing then.
  void stop();

  const std::shared_ptr<embedded::World>& world() const { return world_; }  // for mini/testing.h

 private:
  std::shared_ptr<embedded::World> world_;
  std::string bootstrap_;
  std::unique_ptr<embedded::TcpDoor> door_;
  bool stopped_ = false;
};

}  // namespace mini
