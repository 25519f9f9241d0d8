#pragma once

#include <string_view>

namespace mini::alerts {

// One or more whole lines on standard output; both threads may.
void say(std::string_view lines);
void complain(std::string_view sentence);  // "alert-consumer: ..." on standard error

}  // namespace mini::alerts
