#include "client/producer/completion.h"
#include "mini/producer.h"

namespace mini {

namespace client {

void Completion::settle() {
  std::vector<std::function<void()>> then;
  {
    const std::lock_guard lock(mutex_);
    settled_.store(true, std::memory_order_release);
    then.swap(then_);
  }
  settled_.notify_all();
  for (const auto& each : then) each();
}

void Completion::when_settled(std::function<void()> then) {
  {
    const std::lock_guard lock(mutex_);
    if (!settled()) return then_.push_back(std::move(then));
  }
  then();
}

void Completion::put_back() {
  const std::shared_ptr<Completions> home = std::move(home_);
  settled_.store(false, std::memory_order_relaxed);
  references_.store(1, std::memory_order_relaxed);
  if (!home->free_.put(this)) delete this;
}

Completions::~Completions() {
  while (Completion* free = free_.try_take()) delete free;
}

Completion* Completions::try_take() {
  Completion* taken = free_.try_take();
  if (taken) taken->home_ = shared_from_this();
  return taken;
}

Completion* Completions::make() {
  auto* made = new Completion();
  made->worker = worker_;
  made->home_ = shared_from_this();
  return made;
}

}  // namespace client

Receipt::Receipt(const Receipt& other)
    : completion_(other.completion_), index_(other.index_), timestamp_(other.timestamp_) {
  if (completion_) completion_->retain();
}
Receipt::Receipt(Receipt&& other) noexcept
    : completion_(std::exchange(other.completion_, nullptr)),
      index_(other.index_),
      timestamp_(other.timestamp_) {}
Receipt& Receipt::operator=(Receipt other) noexcept {
  std::swap(completion_, other.completion_);
  std::swap(index_, other.index_);
  std::swap(timestamp_, other.timestamp_);
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
  const Offset offset = result.base_offset < 0 ? no_offset : result.base_offset + index_;
  const TimestampMs appended = result.log_append_time;
  return {result.partition, offset, appended < 0 ? timestamp_ : Timestamp(Millis(appended))};
}

std::future<RecordMetadata> Receipt::to_future() const {
  // Where nobody works unless somebody waits, waiting for the future has to be the work.
  if (!completion_ || completion_->worker)
    return std::async(std::launch::deferred, [self = *this] { return self.get(); });
  auto promise = std::make_shared<std::promise<RecordMetadata>>();
  std::future<RecordMetadata> future = promise->get_future();
  completion_->when_settled([promise, self = *this] {
    try {
      promise->set_value(self.get());
    } catch (...) {
      promise->set_exception(std::current_exception());
    }
  });
  return future;
}

}  // namespace mini
