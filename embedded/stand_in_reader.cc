#include "embedded/stand_in_reader.h"

namespace mini::embedded {

using Clock = std::chrono::steady_clock;

class Reader::Turn {
 public:
  Turn(Reader& reader, Clock::time_point deadline) : reader_(reader) {
    std::unique_lock lock(reader_.mutex_);
    mine_ = reader_.free_.wait_until(lock, deadline, [&] { return !reader_.taken_; });
    if (mine_) reader_.taken_ = true;
  }
  ~Turn() {
    if (!mine_) return;
    const std::lock_guard lock(reader_.mutex_);
    reader_.taken_ = false;
    reader_.free_.notify_one();
  }
  bool mine() const { return mine_; }

 private:
  Reader& reader_;
  bool mine_ = false;
};

Reader::Reader(Config config, const std::vector<TopicPartition>& partitions)
    : consumer_(config.set("auto.offset.reset", "earliest")) {
  consumer_.assign(partitions);
}

std::optional<std::string> Reader::next(Millis timeout) {
  const auto deadline = Clock::now() + timeout;
  const Turn turn(*this, deadline);
  if (!turn.mine()) return std::nullopt;
  while (at_ == records_.end()) {
    const auto left = std::chrono::ceil<Millis>(deadline - Clock::now());
    if (left < Millis(0) || stopped_) return std::nullopt;
    records_ = consumer_.poll(left);
    at_ = records_.begin();
  }
  const ConsumerRecord record = *at_;
  ++at_;
  const std::lock_guard lock(mutex_);
  next_[record.partition] = record.offset + 1;
  return std::string(record.value.value_or("null"));
}

void Reader::stop() {
  stopped_ = true;
  consumer_.wakeup();
}

Positions Reader::positions() const {
  const std::lock_guard lock(mutex_);
  return next_;
}

}  // namespace mini::embedded
