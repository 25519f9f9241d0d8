#pragma once

#include <string>
#include <vector>

// Standard error, for the few lines that somebody should read.
namespace mini::client {

void print(const std::string& line);
// Each line once in a process: programs make several clients of one Config.
void print_once(const std::vector<std::string>& lines);

}  // namespace mini::client
