#pragma once

#include <memory>
#include <vector>

#include "mini/record.h"
#include "protocol/records/batch.h"

// What stands behind Records: stretches of encoded records, each of one batch, and the memory they lie in.
namespace mini::client {

// What the records of one batch have in common.
struct BatchFacts {
  std::shared_ptr<const TopicPartition> partition;
  Offset base_offset = 0;
  TimestampMs base_timestamp = 0;
  TimestampMs append_time = no_timestamp;  // instead of each record's own, where it is not -1
  LeaderEpoch leader_epoch = no_leader_epoch;
};

BatchFacts facts_of(const protocol::BatchHeader& header, std::shared_ptr<const TopicPartition> partition);

// Decodes the record at the front of `bytes`. Gives its size, zero where it is broken.
std::size_t decode_record(protocol::BytesView bytes, const BatchFacts& facts, ConsumerRecord& record);

class FetchedRecords {
 public:
  struct Run {
    BatchFacts facts;
    protocol::BytesView bytes;  // whole records, decoded once already
    std::size_t count = 0;
    std::shared_ptr<const void> owner;
  };

  void add(Run run) {
    count_ += run.count;
    runs_.push_back(std::move(run));
  }
  const std::vector<Run>& runs() const { return runs_; }
  std::size_t count() const { return count_; }

 private:
  std::vector<Run> runs_;
  std::size_t count_ = 0;
};

}  // namespace mini::client
