#include "client/producer/completion.h"
#include "mini/producer.h"

namespace mini {

Receipt::Receipt(const Receipt& other) : completion_(other.completion_), index_(other.index_) {
  if (completion_) completion_->retain();
}
Receipt::Receipt(Receipt&& other) noexcept
    : completion_(std::exchange(other.completion_, nullptr)), index_(other.index_) {}
Receipt& Receipt::operator=(Receipt other) noexcept {
  std::swap(completion_, other.completion_);
  std::swap(index_, other.index_);
  return *this;
}
Receipt::~Receipt() {
  if (completion_) completion_->release();
}

bool Receipt::ready() const { return !completion_ || completion_->settled(); }

void Receipt::wait() const {
  if (completion_) completion_->wait();
}

Error Receipt::error() const {
  wait();
  return completion_ ? completion_->result.error : Error{};
}

RecordMetadata Receipt::get() const {
  if (Error failed = error()) throw KafkaError(std::move(failed));
  if (!completion_) return {};
  const auto& result = completion_->result;
  TimestampMs timestamp = result.log_append_time;
  if (timestamp < 0)
    for (const auto& [index, own] : result.timestamps)
      if (index == index_) timestamp = own;
  const Offset offset = result.base_offset < 0 ? no_offset : result.base_offset + index_;
  return {result.partition, offset, Timestamp(Millis(timestamp))};
}

}  // namespace mini
