#pragma once

#include <cstdint>
#include <string>

#include "protocol/wire/out_buffer.h"

// What the machines need from whoever moves bytes: TCP, a simulation, or a broker in the same process. The
// owner of the wires answers by Cluster::opened, received and lost, never from inside these calls.
namespace mini::client {

using LinkId = std::uint32_t;

class Wires {
 public:
  virtual ~Wires() = default;

  virtual void open(LinkId link, const std::string& host, std::uint16_t port) = 0;
  // In order, after what was given before; the bytes are the wires' own from now on.
  virtual void send(LinkId link, protocol::OutBuffer bytes) = 0;
  // What is not sent yet is dropped, and nothing is told about this link any more.
  virtual void close(LinkId link) = 0;
  // So many bytes are still to come of an answer that has begun; 0: none has. Who moves the bytes may wait
  // for a good part of them, instead of coming with each few.
  virtual void awaits(LinkId, std::size_t) {}
};

}  // namespace mini::client
