#include "alert_consumer/say.h"

#include <cstdio>

namespace mini::alerts {

void say(std::string_view lines) { std::fwrite(lines.data(), 1, lines.size(), stdout); }

void complain(std::string_view sentence) {
  std::fflush(stdout);
  std::fprintf(stderr, "alert-consumer: %.*s\n", static_cast<int>(sentence.size()), sentence.data());
}

}  // namespace mini::alerts
