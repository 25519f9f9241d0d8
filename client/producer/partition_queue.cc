#include "client/producer/partition_queue.h"

#include <algorithm>

namespace mini::client {

void PartitionQueue::close(Batch& batch) {
  if (batch.closed()) return;
  const std::lock_guard lock(inlet.mutex);
  if (inlet.open == &batch) inlet.open = nullptr;
  batch.close();
}

void PartitionQueue::put_back(BatchPtr batch) {
  const auto later = std::find_if(waiting.begin(), waiting.end(),
                                  [&](BatchPtr each) { return each->serial > batch->serial; });
  waiting.insert(later, batch);
}

void PartitionQueue::landed(Batch& batch) {
  std::erase(in_flight, &batch);
  batch.in_flight = false;
}

bool PartitionQueue::earlier_pending(const Batch& batch) const {
  const auto earlier = [&](BatchPtr each) { return each->serial < batch.serial; };
  return std::any_of(in_flight.begin(), in_flight.end(), earlier) ||
         std::any_of(waiting.begin(), waiting.end(), earlier);
}

// If they were the last ones and are certainly not in the log, they are simply used again.
void PartitionQueue::give_up_numbers(const Batch& batch) {
  if (!batch.numbered) return;
  if (batch.maybe_stored || later_numbered(batch))
    broken = true;
  else
    next.base_sequence = batch.identity().base_sequence;
}

bool PartitionQueue::needs_its_id() const {
  return !in_flight.empty() || std::any_of(waiting.begin(), waiting.end(), [](BatchPtr each) {
    return each->numbered && each->maybe_stored;
  });
}

void PartitionQueue::begin_anew() {
  next = {};
  acquainted = broken = false;
  for (BatchPtr batch : waiting) batch->numbered = false;
}

bool PartitionQueue::later_numbered(const Batch& batch) const {
  const auto later = [&](BatchPtr each) { return each->numbered && each->serial > batch.serial; };
  return std::any_of(in_flight.begin(), in_flight.end(), later) ||
         std::any_of(waiting.begin(), waiting.end(), later);
}

}  // namespace mini::client
