#pragma once

#include <cstdint>

#include "client/now.h"

// Who does the work of a transport that has no thread of its own: whoever waits.
//
//   for (auto heard = worker->heard(); !settled(); heard = worker->heard()) worker->work(deadline, heard);
//
// `heard` comes before the look: what another thread does between the look and the wait ends the wait.
namespace mini::client {

class Worker {
 public:
  virtual ~Worker() = default;

  // How often something has happened so far.
  virtual std::uint64_t heard() const = 0;
  // Does what there is to do, for everybody; where there is nothing, lets time pass until something happens
  // that is not `heard`, at most until `deadline`. From any thread, holding no lock.
  virtual void work(TimeMs deadline, std::uint64_t heard) = 0;
};

}  // namespace mini::client
