#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <string>
#include <vector>

// What became of the events: told by the client's thread, read by the program's. Where these two meet.
//
// Counts are exact. Of the lines at most lines_max wait at a time; further ones are dropped (they are for
// people; the events themselves are counted all the same).
namespace mini::sensor_gen {

class Outcomes {
 public:
  static constexpr std::size_t lines_max = 10'000;

  struct Line {
    std::string text;
    bool failed = false;
    bool unusual = false;
  };

  void stored() { stored_.fetch_add(1, std::memory_order_relaxed); }
  void stored(Line line);
  void failed(std::string reason);

  std::uint64_t stored_count() const { return stored_.load(std::memory_order_relaxed); }
  std::uint64_t failed_count() const { return failed_.load(std::memory_order_relaxed); }
  std::vector<Line> take_lines();  // what came since the last call, in order

 private:
  void add(Line line);

  std::atomic<std::uint64_t> stored_{0}, failed_{0};
  std::atomic<bool> any_{false};
  std::mutex mutex_;
  std::vector<Line> lines_;  // guarded by mutex_
};

}  // namespace mini::sensor_gen
