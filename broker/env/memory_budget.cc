#include "broker/env/memory_budget.h"

#include <cassert>
#include <utility>

namespace mini::broker {

bool MemoryBudget::try_take(std::size_t bytes) {
  if (bytes > available()) return false;
  used_ += bytes;
  return true;
}

void MemoryBudget::take(std::size_t bytes) { used_ += bytes; }

void MemoryBudget::give_back(std::size_t bytes) {
  assert(bytes <= used_);
  used_ -= bytes;
}

MemoryClaim::MemoryClaim(MemoryClaim&& other) noexcept
    : budget_(other.budget_), bytes_(std::exchange(other.bytes_, 0)) {}

MemoryClaim& MemoryClaim::operator=(MemoryClaim&& other) noexcept {
  if (this == &other) return *this;
  release();
  budget_ = other.budget_;
  bytes_ = std::exchange(other.bytes_, 0);
  return *this;
}

bool MemoryClaim::try_resize(std::size_t bytes) {
  assert(budget_ != nullptr || bytes == 0);
  if (bytes > bytes_ && !budget_->try_take(bytes - bytes_)) return false;
  if (bytes < bytes_) budget_->give_back(bytes_ - bytes);
  bytes_ = bytes;
  return true;
}

void MemoryClaim::resize(std::size_t bytes) {
  assert(budget_ != nullptr || bytes == 0);
  if (bytes > bytes_) budget_->take(bytes - bytes_);
  if (bytes < bytes_) budget_->give_back(bytes_ - bytes);
  bytes_ = bytes;
}

void MemoryClaim::release() {
  if (bytes_ > 0) budget_->give_back(std::exchange(bytes_, 0));
}

}  // namespace mini::broker
