#pragma once

#include <deque>
#include <mutex>
#include <vector>

#include "client/producer/batch.h"
#include "client/producer/short_lock.h"

// A partition as records reach it and as they leave it.
namespace mini::client {

// Where threads put records in. On a cache line of its own; the lock is held for tens of nanoseconds, never
// while anything is waited for, allocated or called back.
struct alignas(128) Inlet {
  ShortLock mutex;
  Batch* open = nullptr;                // guarded by mutex
  bool ended = false;                   // guarded by mutex; nothing is taken any more
  std::atomic<std::uint64_t> taken{0};  // records ever taken; written under mutex
};

struct PartitionQueue {
  TopicPartition partition;
  Inlet inlet;

  // The thread that sends only: the batches in the order in which they have to be stored.
  std::deque<BatchPtr> waiting;     // by serial; the last one may still be filled
  std::vector<BatchPtr> in_flight;  // by serial
  std::uint64_t next_serial = 0;
  Batch::Identity next;     // what the next batch gets; none: what the producer has, from zero
  bool acquainted = false;  // the broker has stored a batch under this producer id
  bool broken = false;  // sequence numbers are missing, or may be: no batch gets any under this producer id
  bool active = false;  // something is waiting or in flight

  // Nobody puts anything into this batch any more.
  void close(Batch& batch);
  void put_back(BatchPtr batch);
  void landed(Batch& batch);  // no longer in flight
  bool earlier_pending(const Batch& batch) const;
  // The batch ended otherwise than stored, and what becomes of its sequence numbers.
  void give_up_numbers(const Batch& batch);
  // What is in flight, or may be stored and comes again, is known by its producer id only.
  bool needs_its_id() const;
  // Under another producer id, beginning with what has to be sent again.
  void begin_anew();

 private:
  bool later_numbered(const Batch& batch) const;
};

}  // namespace mini::client
