#include <sys/random.h>
#include <unistd.h>

#include <fstream>
#include <limits>
#include <stdexcept>
#include <string>

#include "broker/server/machine.h"

namespace mini::broker {
namespace {

constexpr std::size_t unlimited = std::numeric_limits<std::size_t>::max();

std::size_t physical_memory() {
  const long pages = ::sysconf(_SC_PHYS_PAGES), page_size = ::sysconf(_SC_PAGESIZE);
  if (pages <= 0 || page_size <= 0) return unlimited;
  return static_cast<std::size_t>(pages) * static_cast<std::size_t>(page_size);
}

std::size_t number_in(const std::string& path) {
  std::ifstream file(path);
  std::size_t bytes = 0;
  return file >> bytes ? bytes : unlimited;  // "max" is no number, and means unlimited
}

// "0::/user.slice/x" in version 2; the group's own files are under the mount by that path.
std::size_t control_group_limit() {
  std::size_t least = std::min(number_in("/sys/fs/cgroup/memory.max"),
                               number_in("/sys/fs/cgroup/memory/memory.limit_in_bytes"));
  std::ifstream file("/proc/self/cgroup");
  for (std::string line; std::getline(file, line);) {
    if (line.rfind("0::", 0) == 0)
      least = std::min(least, number_in("/sys/fs/cgroup" + line.substr(3) + "/memory.max"));
  }
  return least;
}

}  // namespace

std::size_t memory_of_machine() {
  const std::size_t least = std::min(physical_memory(), control_group_limit());
  return least == unlimited ? 0 : least;
}

// std::random_device asks the processor what it is first, which costs a virtual machine dearly.
std::uint64_t random_seed() {
  std::uint64_t seed = 0;
  if (::getrandom(&seed, sizeof seed, 0) != sizeof seed)
    throw std::runtime_error("the system gives no randomness");
  return seed;
}

}  // namespace mini::broker
