#pragma once

#include <deque>
#include <optional>
#include <set>

#include "client/consumer/fetched_records.h"
#include "client/errors.h"
#include "protocol/wire/slice.h"

// The fetched batches of one partition that were not given out yet. Their headers are looked at when they
// come, all else when it is taken: the checksum just before the records, which are warm then (0.83 of the
// processor time of consuming 1 KiB records), and compressed ones are inflated.
namespace mini::client {

inline constexpr std::size_t inflated_size_max = 100 * 1024 * 1024;

class PartitionBuffer {
 public:
  explicit PartitionBuffer(TopicPartition partition)
      : partition_(std::make_shared<const TopicPartition>(std::move(partition))) {}

  // The records of one fetch that was asked for from `from` on. Gives where the next fetch goes on, or an
  // error where they are no batches; an incomplete batch at the end is left for the next fetch.
  struct Added {
    Offset next_offset;
    Error error;
  };
  struct AbortedTransaction {
    ProducerId producer_id;
    Offset first_offset;
  };
  // `aborted`: whose records in these bytes are not to be read.
  Added add(const protocol::Slice& bytes, Offset from, bool check_crcs,
            std::vector<AbortedTransaction> aborted = {});

  // Moves at most `max` records to `into`, beginning at `position`, which goes on behind them.
  Error take(std::size_t max, Offset& position, FetchedRecords& into);

  std::size_t chunks() const { return chunks_.size(); }
  bool empty() const { return chunks_.empty() && !open_; }
  void clear();

 private:
  struct OpenBatch {
    BatchFacts facts;
    protocol::BytesView rest;
    std::int32_t records_left;
    Offset next_offset;
    std::shared_ptr<const void> owner;
  };

  struct Chunk {
    protocol::BytesView rest;
    std::shared_ptr<const void> owner;
    std::vector<AbortedTransaction> aborted;  // not begun yet, the latest first
    std::set<ProducerId> aborting;            // begun, and not ended yet
    bool check_crcs;
  };

  static bool was_aborted(Chunk& chunk, const protocol::BatchView& batch);
  static void note_marker(Chunk& chunk, const protocol::BatchView& batch);
  Error open_next();
  Error open(const protocol::BatchView& batch, const std::shared_ptr<const void>& owner, bool skip);
  Error take_from_open(std::size_t& room, Offset& position, FetchedRecords& into);
  Error broken(Offset offset, const std::string& why) const;

  const std::shared_ptr<const TopicPartition> partition_;
  std::deque<Chunk> chunks_;
  std::optional<OpenBatch> open_;
};

}  // namespace mini::client
