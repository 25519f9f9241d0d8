#pragma once

#include <cstddef>
#include <cstdint>

// What the broker asks of the machine it runs on. The one file of this box that knows Linux.
namespace mini::broker {

// The smaller of the machine's memory and the control group's limit, in bytes; 0 where neither can be read.
std::size_t memory_of_machine();

// A seed that nobody can guess, from the system.
std::uint64_t random_seed();

}  // namespace mini::broker
