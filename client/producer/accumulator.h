#pragma once

#include <set>

#include "client/producer/handover.h"
#include "client/producer/partitioner.h"
#include "client/producer/settings.h"
#include "client/producer/topic_table.h"

// Records that wait to be sent, in batches by partition.
//
//   Taken taken = accumulator.append(record, done, nullptr, now);      // any thread
//   if (taken.stirred) wake_the_sender();
//
//   accumulator.intake();                                  // the sender: batches that were begun
//   for (PartitionQueue* queue : accumulator.active()) ... // takes them from the front
//   for (BatchPtr batch : accumulator.take_settled()) { batch->tell(); accumulator.told(*batch); }
//
// A record is encoded on the thread that gives it, straight into the open batch of its partition, under that
// partition's lock. What has to be allocated is allocated outside of it: batches and their pages are used
// again and again, so that a steady flow allocates nothing. Every record taken is in a batch that is settled
// sooner or later.
namespace mini::client {

enum class Appended : std::uint8_t {
  yes,
  full,           // buffer.memory; nothing was taken
  unknown_topic,  // not yet known how many partitions it has; nothing was taken
  impossible,     // it can never be sent, see `why_impossible`; nothing was taken
};

struct Taken {
  Appended appended = Appended::yes;
  bool stirred = false;  // a batch was begun or filled
};

inline TimestampMs timestamp_of(const RecordView& record, Now now) {
  return record.timestamp ? record.timestamp->time_since_epoch().count() : now.wall;
}

class Accumulator {
 public:
  Accumulator(const ProducerOptions& options, std::uint64_t seed);
  ~Accumulator();

  // ---- any thread (accumulator_append.cc) ----
  // `receipt` is filled in where it is not null. `done` is taken with the record only.
  Taken append(const RecordView& record, OnDelivery& done, Receipt* receipt, Now now);
  Taken append(TopicState& topic, const RecordView& record, OnDelivery& done, Receipt* receipt, Now now);
  // How many of the first ones were taken, under one lock; zero says nothing about why. `make` gives the
  // callback of each.
  std::size_t append_run(std::span<const RecordView> records, const std::function<OnDelivery()>& make,
                         Now now, bool& stirred);
  TopicState& topic(std::string_view name) { return topics_.at(name); }
  PagePool& pool() { return *pool_; }

  // ---- the thread that sends ----
  void publish(const Metadata& metadata) { topics_.publish(metadata); }
  void learn(std::string_view topic, const Metadata& metadata) { topics_.learn(topic, metadata); }
  Error why_impossible(const RecordView& record) const;
  // Takes the record to fail it.
  void refuse(const RecordView& record, OnDelivery& done, Receipt* receipt, Error error, Now now);
  // From now on nothing is taken.
  void end();

  void intake();
  const std::vector<PartitionQueue*>& active() const { return active_; }
  void drop_inactive();
  void settle(BatchPtr batch, Error error, Offset base_offset = no_offset,
              TimestampMs append_time = no_timestamp);

  std::vector<BatchPtr> take_settled() { return std::exchange(settled_, {}); }
  void told(Batch& batch);
  void done_with(Batch& batch);  // told, and no longer in flight: used again

  std::size_t unsettled() const;  // records whose end was not told yet
  bool idle() const { return numbers_.empty(); }
  std::uint64_t last_number() const { return last_number_; }
  bool told_up_to(std::uint64_t number) const { return numbers_.empty() || *numbers_.begin() > number; }

 private:
  struct Entry;
  struct Spare;
  struct Refused;
  enum class Missing : std::uint8_t {
    nothing,
    batch,
    page,
    delivery_page,
    completion,
    place,
    partition,
    end
  };

  Taken append_to(TopicState& topic, const TopicView& view, PartitionId partition, Entry& entry);
  PartitionId choose(TopicState& topic, const RecordView& record, std::int32_t count, bool& may_move) const;
  bool too_large(const Entry& entry) const;
  Missing lock_and_put(PartitionQueue& queue, Entry& entry, Spare& spare, Taken& taken);
  Missing put(PartitionQueue& queue, Entry& entry, Spare& spare, Taken& taken);
  Missing stock(Batch& batch, const Entry& entry, std::size_t size, Spare& spare);
  bool find(Missing missing, Spare& spare);
  PartitionId move_on(TopicState& topic, PartitionId before, std::int32_t count);
  Batch* new_batch();
  void recycle(Batch& batch);
  void number(Batch& batch);

  const ProducerOptions& options_;
  const std::shared_ptr<PagePool> pool_;
  const std::shared_ptr<Completions> completions_;
  const std::size_t batches_max_;
  FreeList<Batch> free_;
  Handover begun_;
  TopicTable topics_;
  std::atomic<std::uint64_t> moves_;

  ShortLock batches_mutex_;
  std::vector<std::unique_ptr<Batch>> batches_;  // all there are; guarded by batches_mutex_

  // The thread that sends only.
  std::vector<PartitionQueue*> active_;
  std::vector<BatchPtr> settled_;
  std::set<std::uint64_t> numbers_;  // of batches that were not told yet
  std::uint64_t last_number_ = 0;
  std::uint64_t refused_ = 0;  // records, ever
  std::uint64_t told_ = 0;     // records, ever
  std::map<const Batch*, std::unique_ptr<Refused>> refusals_;
};

}  // namespace mini::client
