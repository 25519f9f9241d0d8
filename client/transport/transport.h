#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>

#include "client/now.h"
#include "client/wires.h"
#include "client/worker.h"
#include "mini/config.h"
#include "protocol/wire/bytes.h"

// Where a machine meets the world: bytes, time, and a thread of its own or those that wait.
//
//   auto transport = tcp_transport();
//   Machine machine(options, transport->wires());
//   transport->start(machine);
//   transport->ring();          // from any thread: advance soon
//   transport->stop();          // no call to the machine after this
namespace mini::client {

// What a transport drives. Calls come one at a time, between start and stop: from the transport's thread, or
// from threads that wait.
class Driven {
 public:
  virtual ~Driven() = default;

  virtual void opened(LinkId link, Now now) = 0;
  // False: only a part of an answer, of which nothing comes before its rest; `advance` need not follow.
  virtual bool received(LinkId link, protocol::BytesView bytes, Now now) = 0;
  virtual void lost(LinkId link, const std::string& reason, Now now) = 0;
  // After any of the above but a `received` that gave false, when rung, and at the time that the last call
  // gave. Gives the next such time.
  virtual TimeMs advance(Now now) = 0;
};

class Transport {
 public:
  virtual ~Transport() = default;

  virtual Wires& wires() = 0;
  virtual void start(Driven& machine) = 0;
  virtual void ring() = 0;
  virtual void stop() = 0;
  // Whether this thread is inside a call to the machine: it must not wait.
  virtual bool on_own_thread() const = 0;
  // The transport's clock, cheap enough to be read for every record; may lag by some milliseconds.
  virtual Now now() const = 0;
  // Whether its time passes only when somebody says so, as in a test: a limit that is about slow people or
  // programs means nothing then.
  virtual bool hand_moved_time() const { return false; }
  // Nothing where the transport has a thread of its own. May outlive the transport.
  virtual std::shared_ptr<Worker> worker() const { return nullptr; }

  // Waits until `changed` is notified, something else happened, or `deadline` of now().monotonic. `lock` is
  // free meanwhile.
  void wait(std::unique_lock<std::mutex>& lock, std::condition_variable& changed, TimeMs deadline) const;
};

std::unique_ptr<Transport> tcp_transport();
// TCP, or what `inproc:N` in bootstrap.servers stands for (KafkaError, invalid_config, where it is gone).
std::unique_ptr<Transport> transport_for(const Config& config);

}  // namespace mini::client
