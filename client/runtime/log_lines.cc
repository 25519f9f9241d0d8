#include "client/runtime/log_lines.h"

#include <cstdio>
#include <mutex>
#include <set>

namespace mini::client {

void print(const std::string& line) { std::fprintf(stderr, "mini-client: %s\n", line.c_str()); }

void print_once(const std::vector<std::string>& lines) {
  static std::mutex& mutex = *new std::mutex;  // never destroyed: clients in statics are made and end late
  static std::set<std::string>& printed = *new std::set<std::string>;
  const std::lock_guard lock(mutex);
  for (const std::string& line : lines)
    if (printed.insert(line).second) print(line);
}

}  // namespace mini::client
