#pragma once

#include "broker/env/now.h"

// The one place of the broker that reads clocks: once per wake-up.
namespace mini::broker {

Now read_clock();

}  // namespace mini::broker
