#pragma once

#include <span>
#include <string_view>

// What somebody who mistyped a name may have meant.
//
//   nearest_name("num.partition", names) == "num.partitions"
namespace mini::broker {

// The one of `names` that differs by the fewest letters; empty when none is near enough to be what was meant.
std::string_view nearest_name(std::string_view name, std::span<const std::string_view> names);

}  // namespace mini::broker
