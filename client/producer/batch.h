#pragma once

#include <memory>
#include <vector>

#include "client/now.h"
#include "client/producer/completion.h"
#include "mini/producer.h"
#include "protocol/records/builder.h"
#include "protocol/wire/slice.h"

// One batch of one partition, from the first record to the last callback: filled, closed, sealed, sent (maybe
// again), settled, told.
//
// Sealing writes header and checksum; a sealed batch's bytes never change and stay alive while anybody, such
// as a socket, holds a slice of them. Settling stores the end; telling runs the callbacks, and is done by
// whoever drives the machine, outside of its lock.
namespace mini::client {

class Batch {
 public:
  Batch(TopicPartition partition, std::uint64_t serial, std::uint64_t first_ticket, Now now,
        std::int64_t delivery_timeout_ms);
  ~Batch();
  Batch(const Batch&) = delete;
  Batch& operator=(const Batch&) = delete;

  const TopicPartition& partition() const { return partition_; }
  std::uint64_t serial() const { return serial_; }              // order within the partition
  std::uint64_t first_ticket() const { return first_ticket_; }  // of its first record
  TimeMs created() const { return created_; }
  TimeMs deadline() const { return deadline_; }
  std::int32_t count() const { return count_; }
  std::size_t size() const { return sealed() ? sealed_->size() : filling_.size(); }
  std::size_t accounted() const { return accounted_; }  // bytes taken of buffer.memory

  // ---- filling ----
  bool closed() const { return closed_; }
  void close() { closed_ = true; }
  void append(const protocol::NewRecord& record, OnDelivery&& done);
  // A receipt for the record appended last; `worker` makes it settle where no thread does by itself.
  Receipt track(const std::shared_ptr<Worker>& worker);
  std::size_t size_with(const protocol::NewRecord& record) const;

  // ---- sending ----
  struct Identity {
    ProducerId id = no_producer_id;
    ProducerEpoch epoch = no_producer_epoch;
    std::int32_t base_sequence = -1;
  };
  bool sealed() const { return sealed_ != nullptr; }
  // Again with another identity: the old bytes stay as they are for who holds them.
  void seal(protocol::Codec codec, Identity identity);
  const Identity& identity() const { return identity_; }
  std::int32_t next_sequence() const;
  protocol::Slice slice() const { return {protocol::BytesView(*sealed_), sealed_}; }

  std::int64_t attempts = 0;
  TimeMs retry_at = 0;

  // ---- the end ----
  bool settled() const { return settled_; }
  void settle(Error error, Offset base_offset, TimestampMs log_append_time);
  void tell();  // once

 private:
  struct Waiting {
    std::int32_t index;
    TimestampMs timestamp;
    OnDelivery done;
  };

  const TopicPartition partition_;
  const std::uint64_t serial_;
  const std::uint64_t first_ticket_;
  const TimeMs created_;
  const TimeMs deadline_;

  protocol::Bytes filling_;  // room for the header, then records
  std::int32_t count_ = 0;
  TimestampMs base_timestamp_ = 0;
  TimestampMs max_timestamp_ = 0;
  TimestampMs last_timestamp_ = 0;
  std::size_t accounted_ = 0;
  bool closed_ = false;
  std::vector<Waiting> waiting_;
  Completion* completion_ = nullptr;

  std::shared_ptr<const protocol::Bytes> sealed_;
  Identity identity_;

  bool settled_ = false;
  Error error_;
  Offset base_offset_ = no_offset;
  TimestampMs log_append_time_ = no_timestamp;
};

using BatchPtr = std::shared_ptr<Batch>;

}  // namespace mini::client
