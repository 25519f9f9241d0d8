#pragma once

#include <time.h>

#include <array>
#include <cstdint>
#include <map>
#include <string>

// What the load generator reads off the machine: time, processor time, memory, and a histogram.
namespace mini::bench {

inline std::int64_t now_ns() {
  timespec time{};
  ::clock_gettime(CLOCK_MONOTONIC, &time);
  return std::int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec;
}

// Nanoseconds on a processor, over all threads of the process, from /proc/PID/task/*/schedstat. 0: this
// process.
std::int64_t cpu_ns(int pid);
// Of this process, its threads that have ended too.
std::int64_t process_cpu_ns();
// From /proc/PID/smaps_rollup, in KiB.
struct Memory {
  std::int64_t resident = 0;
  std::int64_t anonymous = 0;
};
Memory memory_of(int pid);
void pin_to(int core);  // this thread; nothing happens for a core that is not there

// Counts by value with three significant bits below the leading one: at most 1/16 off, like an HDR histogram.
class Histogram {
 public:
  void add(std::int64_t value);
  std::int64_t percentile(double percent) const;  // the upper end of the bucket
  std::int64_t count() const { return count_; }
  std::int64_t greatest() const { return greatest_; }

 private:
  static constexpr int sub_bits = 4;
  static std::size_t bucket(std::int64_t value);
  static std::int64_t upper_end(std::size_t bucket);

  std::array<std::int64_t, 64 << sub_bits> counts_{};
  std::int64_t count_ = 0;
  std::int64_t greatest_ = 0;
};

// One line of JSON on stdout: {"name": number, ...}.
void print_figures(const std::map<std::string, double>& figures);

}  // namespace mini::bench
