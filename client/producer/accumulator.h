#pragma once

#include <deque>
#include <map>
#include <memory>
#include <set>
#include <vector>

#include "client/cluster/metadata.h"
#include "client/producer/batch.h"
#include "client/producer/partitioner.h"
#include "client/producer/settings.h"

// Records that wait to be sent, in batches by partition.
//
//   switch (accumulator.append(record, done, nullptr, metadata, now)) ...
//   for (const auto& queue : accumulator.queues()) ...          // the sender takes them from the front
//   for (const BatchPtr& batch : accumulator.take_settled()) { batch->tell(); accumulator.told(*batch); }
//
// Every record taken has a ticket, higher than those before it, and is in a batch that is settled sooner or
// later: at once with an error, where it can never be sent.
namespace mini::client {

enum class Appended {
  yes,
  full,           // buffer.memory; nothing was taken
  unknown_topic,  // not yet known how many partitions it has; nothing was taken
};

// A partition's batches, in the order in which they have to be stored.
struct PartitionQueue {
  TopicPartition partition;
  std::deque<BatchPtr> waiting;     // by serial; the last one may still be filled
  std::vector<BatchPtr> in_flight;  // by serial
  std::uint64_t next_serial = 0;
  std::int32_t next_sequence = 0;
  bool acquainted = false;  // the broker has stored a batch under the present producer id

  Batch* open() const { return waiting.empty() || waiting.back()->closed() ? nullptr : waiting.back().get(); }
  void put_back(BatchPtr batch);
  void landed(const Batch& batch);  // no longer in flight
  bool earlier_pending(const Batch& batch) const;
  bool later_sealed(const Batch& batch) const;
};

class Accumulator {
 public:
  Accumulator(const ProducerOptions& options, std::uint64_t seed) : options_(options), random_(seed) {}

  // `receipt` is filled in where it is not null. `done` is taken with the record only.
  Appended append(const RecordView& record, OnDelivery& done, Receipt* receipt, const Metadata& metadata,
                  Now now);
  // Takes the record to fail it.
  void refuse(const RecordView& record, OnDelivery& done, Receipt* receipt, Error error, Now now);

  const std::vector<std::unique_ptr<PartitionQueue>>& queues() const { return queues_; }
  void settle(const BatchPtr& batch, Error error, Offset base_offset = no_offset,
              TimestampMs append_time = no_timestamp);

  std::vector<BatchPtr> take_settled() { return std::exchange(settled_, {}); }
  void told(const Batch& batch);

  bool take_stirred() { return std::exchange(stirred_, false); }
  std::size_t unsettled() const { return unsettled_; }  // records whose end was not told yet
  std::uint64_t last_ticket() const { return last_ticket_; }
  bool told_up_to(std::uint64_t ticket) const { return active_.empty() || *active_.begin() > ticket; }

 private:
  struct Topic {
    std::vector<PartitionQueue*> partitions;
    PartitionId sticky = -1;
  };

  Topic& topic(std::string_view name, std::int32_t partition_count);
  PartitionQueue& choose(Topic& topic, const RecordView& record, std::int32_t count);
  BatchPtr new_batch(const TopicPartition& partition, std::uint64_t serial, Now now);
  Batch& batch_for(PartitionQueue& queue, const protocol::NewRecord& record, Now now);
  void put(Batch& batch, const protocol::NewRecord& record, OnDelivery& done, Receipt* receipt);

  const ProducerOptions& options_;
  Random random_;
  std::map<std::string, Topic, std::less<>> topics_;
  std::vector<std::unique_ptr<PartitionQueue>> queues_;  // of all topics
  std::vector<protocol::HeaderView> headers_;            // room for one record's
  std::vector<BatchPtr> settled_;
  std::set<std::uint64_t> active_;  // first tickets of batches that were not told yet
  std::uint64_t last_ticket_ = 0;
  std::size_t unsettled_ = 0;
  std::size_t memory_used_ = 0;
  bool stirred_ = false;
};

}  // namespace mini::client
