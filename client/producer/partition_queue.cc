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

bool PartitionQueue::later_sealed(const Batch& batch) const {
  const auto later = [&](BatchPtr each) { return each->sealed() && each->serial > batch.serial; };
  return std::any_of(in_flight.begin(), in_flight.end(), later) ||
         std::any_of(waiting.begin(), waiting.end(), later);
}

}  // namespace mini::client
