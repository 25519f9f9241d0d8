#pragma once

#include "broker/env/events.h"
#include "broker/env/memory_budget.h"
#include "broker/env/random.h"
#include "broker/env/timers.h"

// What every part of the broker is given besides its own collaborators and the settings.
//
//   Random random(seed); Events events; MemoryBudget memory(1 << 30); Timers timers;
//   Environment environment{random, events, memory, timers};
//
// References only: whoever builds the broker owns the four and keeps them until the broker is gone.
namespace mini::broker {

struct Environment {
  Random& random;
  Events& events;
  MemoryBudget& memory;
  Timers& timers;
};

}  // namespace mini::broker
