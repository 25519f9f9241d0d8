#pragma once

#include <memory>
#include <string>

#include "embedded/world.h"

// A TCP port of a world's broker, for clients of other processes and languages, with the one thread that
// serves it. That thread also does everybody's work whenever somebody rings or a moment has come.
//
//   TcpDoor door(world, 0);
//   if (door.error().empty()) tell(door.port());
//
// A small server for tests: frames are limited by socket.request.max.bytes, and who does not read its answers
// is not read from; but nobody is closed for being slow or idle.
namespace mini::embedded {

class TcpDoor {
 public:
  TcpDoor(std::shared_ptr<World> world, std::uint16_t port);  // 127.0.0.1; 0: any free one
  ~TcpDoor();                                                 // closes everything; the thread has ended

  std::uint16_t port() const;
  const std::string& error() const;  // one sentence where it could not be opened

 private:
  class Loop;
  const std::shared_ptr<Loop> loop_;
};

}  // namespace mini::embedded
