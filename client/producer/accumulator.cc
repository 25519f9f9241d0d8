#include "client/producer/accumulator.h"

#include <algorithm>
#include <cassert>

namespace mini::client {
namespace {

constexpr std::size_t batches_more_than_pages = 1024;  // a compressed one needs less than a page

}  // namespace

// A batch of one record that is only here to fail.
struct Accumulator::Refused {
  Refused(TopicPartition partition, std::shared_ptr<PagePool> pool)
      : partition(std::move(partition)), batch(std::move(pool)) {}

  const TopicPartition partition;
  Batch batch;
};

Accumulator::Accumulator(const ProducerOptions& options, std::uint64_t seed)
    : options_(options),
      pool_(std::make_shared<PagePool>(options.buffer_memory)),
      completions_(std::make_shared<Completions>(options.worker)),
      batches_max_(std::min(pool_->pages_max() + batches_more_than_pages, FreeList<Batch>::capacity_max)),
      free_(batches_max_),
      begun_(batches_max_),
      moves_(seed) {}

Accumulator::~Accumulator() = default;

// ---- batches ----

// No more than can be handed over.
Batch* Accumulator::new_batch() {
  const std::lock_guard lock(batches_mutex_);
  if (batches_.size() >= batches_max_) return nullptr;
  batches_.push_back(std::make_unique<Batch>(pool_));
  return batches_.back().get();
}

void Accumulator::recycle(Batch& batch) {
  batch.recycle();
  [[maybe_unused]] const bool taken = free_.put(&batch);
  assert(taken);
}

// ---- the thread that sends ----

void Accumulator::refuse(const RecordView& record, OnDelivery& done, Receipt* receipt, Error error, Now now) {
  auto refused = std::make_unique<Refused>(
      TopicPartition{std::string(record.topic), record.partition.value_or(-1)}, pool_);
  Batch& batch = refused->batch;
  refusals_.emplace(&batch, std::move(refused));
  batch.begin(nullptr, refusals_[&batch]->partition, now, options_.delivery_timeout_ms);
  if (receipt) batch.adopt(completions_->make());
  batch.append_unsent(timestamp_of(record, now), done, receipt);
  batch.close();
  ++refused_;
  number(batch);
  settle(&batch, std::move(error));
}

void Accumulator::end() {
  for (PartitionQueue* queue : topics_.queues()) {
    const std::lock_guard lock(queue->inlet.mutex);
    queue->inlet.ended = true;
    if (Batch* open = std::exchange(queue->inlet.open, nullptr)) open->close();
  }
  intake();
}

void Accumulator::intake() {
  while (Batch* batch = begun_.pop()) {
    PartitionQueue& queue = *batch->queue();
    number(*batch);
    batch->serial = queue.next_serial++;
    queue.waiting.push_back(batch);
    if (!std::exchange(queue.active, true)) active_.push_back(&queue);
  }
}

void Accumulator::number(Batch& batch) {
  batch.number = ++last_number_;
  numbers_.insert(numbers_.end(), batch.number);
}

void Accumulator::drop_inactive() {
  std::erase_if(active_, [](PartitionQueue* queue) {
    queue->active = !queue->waiting.empty() || !queue->in_flight.empty();
    return !queue->active;
  });
}

// ---- the end ----

void Accumulator::settle(BatchPtr batch, Error error, Offset base_offset, TimestampMs append_time) {
  batch->settle(std::move(error), base_offset, append_time);
  settled_.push_back(batch);
}

void Accumulator::told(Batch& batch) {
  numbers_.erase(batch.number);
  told_ += static_cast<std::uint64_t>(batch.count());
  batch.told = true;
  if (!batch.in_flight) done_with(batch);
}

void Accumulator::done_with(Batch& batch) {
  if (refusals_.erase(&batch) == 0) recycle(batch);
}

std::size_t Accumulator::unsettled() const {
  std::uint64_t taken = refused_;
  for (const PartitionQueue* queue : topics_.queues())
    taken += queue->inlet.taken.load(std::memory_order_relaxed);
  return static_cast<std::size_t>(taken - told_);
}

}  // namespace mini::client
