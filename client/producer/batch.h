#pragma once

#include "client/now.h"
#include "client/producer/completion.h"
#include "client/producer/delivery_list.h"
#include "client/producer/sealed_bytes.h"
#include "protocol/records/builder.h"
#include "protocol/wire/slice.h"

// One batch of one partition, from the first record to the last callback: filled, closed, sealed, sent (maybe
// again), settled, told, and used again for another one.
//
// It is filled under its partition's lock, by any thread; once it is closed it belongs to the thread that
// sends. Sealing writes header and checksum; a sealed batch's bytes never change and stay alive while
// anybody, such as a socket, holds a slice of them. Settling stores the end; telling runs the callbacks, and
// is done by whoever drives the machine, outside of its lock.
namespace mini::client {

struct PartitionQueue;

class Batch {
 public:
  explicit Batch(std::shared_ptr<PagePool> pool) : pool_(std::move(pool)) {}
  ~Batch();
  Batch(const Batch&) = delete;
  Batch& operator=(const Batch&) = delete;

  PartitionQueue* queue() const { return queue_; }
  const TopicPartition& partition() const { return *partition_; }
  TimeMs created() const { return created_; }
  TimeMs deadline() const { return deadline_; }
  std::int32_t count() const { return count_; }
  std::size_t size() const { return sealed() ? sealed_->size() : size_; }

  // ---- filling: under the partition's lock ----
  // `partition` lives longer than the batch is used; there is no queue for a batch that is never sent.
  void begin(PartitionQueue* queue, const TopicPartition& partition, Now now,
             std::int64_t delivery_timeout_ms);
  struct Measure {
    std::int64_t timestamp_delta = 0;
    std::size_t body = 0;
    std::size_t size = 0;  // in the batch; with the batch's header where it is the first record
  };
  Measure measure(TimestampMs timestamp, std::size_t content_size) const {
    Measure measure;
    if (count_ > 0) measure.timestamp_delta = protocol::timestamp_delta(timestamp, base_timestamp_);
    measure.body = protocol::record_body_size(content_size, count_, measure.timestamp_delta);
    measure.size = protocol::record_size(measure.body) + (count_ == 0 ? protocol::batch_header_size : 0);
    return measure;
  }
  bool has_room(std::size_t size) const { return last_page_ && last_page_->left() >= size; }
  void add_page(Page* page);
  bool has_delivery_room() const { return deliveries_.has_room(); }
  void add_delivery_page(Page* page) { deliveries_.add_page(page); }
  bool has_completion() const { return completion_ != nullptr; }
  void adopt(Completion* completion) { completion_ = completion; }
  // There is room for all of it. `receipt` is filled in where it is not null.
  void append(const protocol::NewRecord& record, const Measure& measure, OnDelivery& done, Receipt* receipt);
  // A record that is only here to fail: it takes no room.
  void append_unsent(TimestampMs timestamp, OnDelivery& done, Receipt* receipt);
  bool closed() const { return closed_.load(std::memory_order_acquire); }
  void close() { closed_.store(true, std::memory_order_release); }

  // ---- sending ----
  struct Identity {
    ProducerId id = no_producer_id;
    ProducerEpoch epoch = no_producer_epoch;
    std::int32_t base_sequence = -1;

    bool known() const { return id >= 0; }
  };
  bool sealed() const { return sealed_ != nullptr; }
  // Again with another identity: the old bytes stay as they are for who holds them.
  void seal(protocol::Codec codec, Identity identity);
  const Identity& identity() const { return identity_; }
  std::int32_t next_sequence() const;
  protocol::Records records() const;

  std::uint64_t number = 0;  // of all that are handed over
  std::uint64_t serial = 0;  // of those of its partition
  std::int64_t attempts = 0;
  TimeMs retry_at = 0;
  bool numbered = false;      // its sequence numbers count in its partition
  bool maybe_stored = false;  // an attempt ended without anybody knowing
  bool in_flight = false;
  bool told = false;

  // ---- the end ----
  bool settled() const { return settled_; }
  void settle(Error error, Offset base_offset, TimestampMs log_append_time);
  std::size_t tell();  // once; gives how many callbacks threw
  void recycle();      // as if it were new

 private:
  protocol::BatchHeader header() const;
  protocol::Bytes compressed() const;
  void settle_completion();

  const std::shared_ptr<PagePool> pool_;
  PartitionQueue* queue_ = nullptr;
  const TopicPartition* partition_ = nullptr;
  TimeMs created_ = 0;
  TimeMs deadline_ = never;

  Page* pages_ = nullptr;  // room for the header, then records
  Page* last_page_ = nullptr;
  std::size_t size_ = 0;
  std::int32_t count_ = 0;
  TimestampMs base_timestamp_ = 0;
  TimestampMs max_timestamp_ = 0;
  std::atomic<bool> closed_{false};
  DeliveryList deliveries_;
  Completion* completion_ = nullptr;

  std::shared_ptr<const SealedBytes> sealed_;
  Identity identity_;
  protocol::Codec codec_ = protocol::Codec::none;

  bool settled_ = false;
  Error error_;
  Offset base_offset_ = no_offset;
  TimestampMs log_append_time_ = no_timestamp;
};

using BatchPtr = Batch*;  // owned by the accumulator, from `begin` to `told`

}  // namespace mini::client
