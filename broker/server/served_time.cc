#include "broker/server/served_time.h"

#include <algorithm>

namespace mini::broker {

Millis ServedTime::tell(Millis machine, std::optional<Millis> due) {
  Millis now = machine - away_;
  if (due && now - *due > away_min) {
    now = std::max(last_, *due - grace);
    away_ = machine - now;
  }
  return last_ = std::max(last_, now);
}

}  // namespace mini::broker
