#include "broker/server/clock.h"

#include <chrono>

namespace mini::broker {

Now read_clock() {
  using std::chrono::duration_cast;
  return {duration_cast<Millis>(std::chrono::steady_clock::now().time_since_epoch()),
          duration_cast<Millis>(std::chrono::system_clock::now().time_since_epoch())};
}

}  // namespace mini::broker
