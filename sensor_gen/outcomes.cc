#include "sensor_gen/outcomes.h"

#include <utility>

namespace mini::sensor_gen {

void Outcomes::stored(Line line) {
  stored();
  add(std::move(line));
}

void Outcomes::failed(std::string reason) {
  failed_.fetch_add(1, std::memory_order_relaxed);
  add({std::move(reason), true, true});
}

std::vector<Outcomes::Line> Outcomes::take_lines() {
  if (!any_.load(std::memory_order_acquire)) return {};
  const std::lock_guard lock(mutex_);
  any_.store(false, std::memory_order_relaxed);
  return std::exchange(lines_, {});
}

void Outcomes::add(Line line) {
  const std::lock_guard lock(mutex_);
  if (lines_.size() < lines_max) lines_.push_back(std::move(line));
  any_.store(true, std::memory_order_release);
}

}  // namespace mini::sensor_gen
