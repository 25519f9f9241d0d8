#include "broker/env/events.h"

namespace mini::broker {

std::string_view to_string(Level level) {
  switch (level) {
    case Level::trace: return "trace";
    case Level::debug: return "debug";
    case Level::info: return "info";
    case Level::warn: return "warn";
    case Level::error: return "error";
    case Level::critical: return "critical";
  }
  return "";
}

}  // namespace mini::broker
