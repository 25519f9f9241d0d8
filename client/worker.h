#pragma once

#include "client/now.h"

// Who does the work of a transport that has no thread of its own: whoever waits.
//
//   while (!settled()) worker->work(deadline);
namespace mini::client {

class Worker {
 public:
  virtual ~Worker() = default;

  // Does what there is to do, for everybody; where there is nothing, lets time pass until something happens,
  // at most until `deadline`. From any thread, holding no lock; never from inside a machine or a callback.
  virtual void work(TimeMs deadline) = 0;
};

}  // namespace mini::client
