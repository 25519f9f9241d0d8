#include "tests/bench/load/measure.h"

#include <sched.h>
#include <unistd.h>

#include <algorithm>
#include <bit>
#include <cstdio>
#include <filesystem>
#include <fstream>

namespace mini::bench {

std::int64_t cpu_ns(int pid) {
  const std::string tasks = "/proc/" + (pid ? std::to_string(pid) : "self") + "/task";
  std::int64_t total = 0;
  std::error_code ended;
  for (const auto& task : std::filesystem::directory_iterator(tasks, ended)) {
    std::int64_t on_cpu = 0;
    std::ifstream(task.path() / "schedstat") >> on_cpu;
    total += on_cpu;
  }
  return total;
}

std::int64_t process_cpu_ns() {
  timespec time{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return std::int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec;
}

Memory memory_of(int pid) {
  std::ifstream in("/proc/" + std::to_string(pid) + "/smaps_rollup");
  Memory memory;
  for (std::string line; std::getline(in, line);) {
    const auto number = [&] { return std::stoll(line.substr(line.find(':') + 1)); };
    if (line.starts_with("Rss:")) memory.resident = number();
    if (line.starts_with("Anonymous:")) memory.anonymous = number();
  }
  return memory;
}

void pin_to(int core) {
  if (core < 0) return;
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(core, &set);
  ::sched_setaffinity(0, sizeof set, &set);
}

std::size_t Histogram::bucket(std::int64_t value) {
  const auto bits = static_cast<std::uint64_t>(std::max<std::int64_t>(value, 0));
  const int width = std::bit_width(bits);
  if (width <= sub_bits) return static_cast<std::size_t>(bits);
  const int shift = width - sub_bits - 1;
  return (static_cast<std::size_t>(shift) << sub_bits) + static_cast<std::size_t>(bits >> shift);
}

std::int64_t Histogram::upper_end(std::size_t bucket) {
  if (bucket < (2u << sub_bits)) return static_cast<std::int64_t>(bucket);
  const std::size_t shift = (bucket >> sub_bits) - 1;
  const std::size_t leading = bucket - (shift << sub_bits);
  return static_cast<std::int64_t>(((leading + 1) << shift) - 1);
}

void Histogram::add(std::int64_t value) {
  ++counts_[bucket(value)];
  ++count_;
  greatest_ = std::max(greatest_, value);
}

std::int64_t Histogram::percentile(double percent) const {
  const auto wanted = static_cast<std::int64_t>(static_cast<double>(count_) * percent / 100);
  std::int64_t seen = 0;
  for (std::size_t i = 0; i < counts_.size(); ++i)
    if ((seen += counts_[i]) > wanted) return std::min(upper_end(i), greatest_);
  return greatest_;
}

void print_figures(const std::map<std::string, double>& figures) {
  const char* separator = "{";
  for (const auto& [name, value] : figures) {
    std::printf("%s\"%s\": %.6g", separator, name.c_str(), value);
    separator = ", ";
  }
  std::printf("}\n");
}

}  // namespace mini::bench
