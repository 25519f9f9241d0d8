#pragma once

#include <string>
#include <string_view>

namespace mini::alerts {

// The bytes as text that every reader of UTF-8 takes: where they are none, each that is not ASCII becomes a
// question mark.
std::string as_utf8(std::string_view bytes);

}  // namespace mini::alerts
