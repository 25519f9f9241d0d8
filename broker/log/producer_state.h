#pragma once

#include <array>
#include <list>
#include <memory>
#include <unordered_map>

#include "broker/env/now.h"
#include "protocol/error_code.h"
#include "protocol/records/batch.h"

// What a partition knows of the idempotent producers that wrote to it: their epoch and last five batches
// (KIP-98), so that a batch sent again is acknowledged again and not stored again.
//
//   const Judgement judged = producers.judge(batch);
//   if (failed(judged.error)) return refuse(judged.error);
//   if (judged.repeated) return acknowledge(judged.base_offset, judged.append_time);
//   producers.remember(batch, {.base_offset = end, .now = now.monotonic}, count_max);
//
// Outlives the records. A producer it does not know is accepted at any sequence. Owns no memory before the
// first one: many partitions never see one.
namespace mini::broker {

struct Judgement {
  protocol::ErrorCode error = protocol::ErrorCode::none;
  bool repeated = false;  // one of the last five batches of its producer; then where it is, and its time
  Offset base_offset = no_offset;
  TimestampMs append_time = no_timestamp;
};

class ProducerStates {
 public:
  static constexpr std::size_t batches_kept = 5;

  struct Stored {
    Offset base_offset;
    TimestampMs append_time = no_timestamp;
    Millis now{0};  // monotonic
  };

  // Batches without a producer, and control batches, are always accepted. Errors:
  // OUT_OF_ORDER_SEQUENCE_NUMBER for a gap, a batch older than the last five, or a higher epoch that does not
  // begin at 0; INVALID_PRODUCER_EPOCH for a lower epoch; INVALID_RECORD for a producer without a sequence.
  Judgement judge(const protocol::BatchHeader& batch) const;
  // The batch was accepted and is in the log now. Past `count_max` producers the one that has been silent for
  // longest is forgotten.
  void remember(const protocol::BatchHeader& batch, const Stored& stored, std::size_t count_max);
  // Forgets who appended nothing since `moment`, a monotonic time.
  void forget_silent_since(Millis moment);

  std::size_t size() const { return known_ ? known_->by_id.size() : 0; }
  std::size_t memory_bytes() const { return size() * bytes_each; }

 private:
  struct SeenBatch {
    std::int32_t first_sequence, last_sequence;
    Offset base_offset;
    TimestampMs append_time;
  };
  struct Producer {
    ProducerId id;
    ProducerEpoch epoch = no_producer_epoch;
    std::uint8_t count = 0;                      // of `seen` that are filled
    std::uint8_t next = 0;                       // which of `seen` comes next
    std::array<SeenBatch, batches_kept> seen{};  // a ring
    Millis last_append{0};

    const SeenBatch& latest() const { return seen[(next + batches_kept - 1) % batches_kept]; }
    const SeenBatch* find(const protocol::BatchHeader& batch) const;
    void add(const SeenBatch& batch);
  };
  using Producers = std::list<Producer>;
  // The producer, its links, and its entry in the map.
  static constexpr std::size_t bytes_each = sizeof(Producer) + 8 * sizeof(void*);

  struct Known {
    Producers by_age;  // who appended last comes last
    std::unordered_map<ProducerId, Producers::iterator> by_id;
  };

  static Judgement judge_known(const Producer& producer, const protocol::BatchHeader& batch);
  Producer& touch(ProducerId id);
  void forget_oldest();

  std::unique_ptr<Known> known_;  // null before the first
};

}  // namespace mini::broker
