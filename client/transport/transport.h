#pragma once

#include <memory>

#include "client/now.h"
#include "client/wires.h"
#include "protocol/wire/bytes.h"

// Where a machine meets the world: bytes, time and a thread of its own.
//
//   auto transport = tcp_transport();
//   Machine machine(options, transport->wires());
//   transport->start(machine);
//   transport->ring();          // from any thread: advance soon
//   transport->stop();          // no call to the machine after this
namespace mini::client {

// What a transport drives. All calls come from the transport's thread, between start and stop.
class Driven {
 public:
  virtual ~Driven() = default;

  virtual void opened(LinkId link, Now now) = 0;
  virtual void received(LinkId link, protocol::BytesView bytes, Now now) = 0;
  virtual void lost(LinkId link, const std::string& reason, Now now) = 0;
  // After any of the above, when rung, and at the time that the last call gave. Gives the next such time.
  virtual TimeMs advance(Now now) = 0;
};

class Transport {
 public:
  virtual ~Transport() = default;

  virtual Wires& wires() = 0;
  virtual void start(Driven& machine) = 0;
  virtual void ring() = 0;
  virtual void stop() = 0;
  virtual bool on_own_thread() const = 0;
  // The transport's clock, cheap enough to be read for every record; may lag by some milliseconds.
  virtual Now now() const = 0;
};

std::unique_ptr<Transport> tcp_transport();

}  // namespace mini::client
