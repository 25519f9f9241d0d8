#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace mini::sensor_gen {

// Of these names the one most like the word that was typed; empty where none is similar.
std::string nearest_name(std::string_view typed, const std::vector<std::string>& names);

}  // namespace mini::sensor_gen
