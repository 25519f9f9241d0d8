#include "client/producer/batch.h"

#include <cassert>

namespace mini::client {
namespace {

Timestamp to_timestamp(TimestampMs ms) { return Timestamp(Millis(ms)); }

}  // namespace

Batch::Batch(TopicPartition partition, std::uint64_t serial, std::uint64_t first_ticket, Now now,
             std::int64_t delivery_timeout_ms)
    : partition_(std::move(partition)),
      serial_(serial),
      first_ticket_(first_ticket),
      created_(now.monotonic),
      deadline_(later(now.monotonic, delivery_timeout_ms)),
      filling_(protocol::batch_header_size) {}

Batch::~Batch() {
  if (completion_) completion_->release();
}

std::size_t Batch::size_with(const protocol::NewRecord& record) const {
  return filling_.size() +
         protocol::record_size(record, count_, count_ == 0 ? record.timestamp : base_timestamp_);
}

void Batch::append(const protocol::NewRecord& record, OnDelivery&& done) {
  assert(!closed_);
  if (count_ == 0) base_timestamp_ = max_timestamp_ = record.timestamp;
  max_timestamp_ = std::max(max_timestamp_, record.timestamp);
  last_timestamp_ = record.timestamp;
  protocol::encode_record(record, count_, base_timestamp_, filling_);
  if (done) waiting_.push_back({count_, record.timestamp, std::move(done)});
  ++count_;
  accounted_ = filling_.size();
}

Receipt Batch::track(const std::shared_ptr<Worker>& worker) {
  if (!completion_) {
    completion_ = new Completion();
    completion_->worker = worker;
  }
  completion_->result.timestamps.emplace_back(count_ - 1, last_timestamp_);
  completion_->retain();
  return Receipt(completion_, count_ - 1);
}

void Batch::seal(protocol::Codec codec, Identity identity) {
  closed_ = true;
  identity_ = identity;
  auto bytes = std::make_shared<protocol::Bytes>();
  if (sealed_) {
    *bytes = *sealed_;
  } else if (codec == protocol::Codec::none) {
    *bytes = std::move(filling_);
  } else {
    bytes->resize(protocol::batch_header_size);
    protocol::compress(codec, protocol::BytesView(filling_).subspan(protocol::batch_header_size), *bytes);
  }
  filling_ = {};
  protocol::BatchHeader header;
  header.attributes = static_cast<std::int16_t>(codec);
  header.last_offset_delta = count_ - 1;
  header.base_timestamp = base_timestamp_;
  header.max_timestamp = max_timestamp_;
  header.producer_id = identity.id;
  header.producer_epoch = identity.epoch;
  header.base_sequence = identity.base_sequence;
  header.record_count = count_;
  protocol::seal_batch(bytes->data(), bytes->size(), header);
  sealed_ = std::move(bytes);
}

// Sequences wrap from 2147483647 to 0.
std::int32_t Batch::next_sequence() const {
  return static_cast<std::int32_t>(
      (static_cast<std::uint32_t>(identity_.base_sequence) + static_cast<std::uint32_t>(count_)) &
      0x7fffffffu);
}

void Batch::settle(Error error, Offset base_offset, TimestampMs log_append_time) {
  assert(!settled_);
  settled_ = true;
  closed_ = true;
  error_ = std::move(error);
  base_offset_ = base_offset;
  log_append_time_ = log_append_time;
}

void Batch::tell() {
  assert(settled_);
  if (completion_) {
    auto& result = completion_->result;
    result.error = error_;
    result.partition = partition_;
    result.base_offset = base_offset_;
    result.log_append_time = log_append_time_;
    completion_->settle();
  }
  for (Waiting& each : waiting_) {
    const Offset offset = base_offset_ < 0 ? no_offset : base_offset_ + each.index;
    const TimestampMs timestamp = log_append_time_ >= 0 ? log_append_time_ : each.timestamp;
    try {
      each.done({error_, partition_, offset, to_timestamp(timestamp)});
    } catch (...) {  // a callback's troubles are its own
    }
  }
  waiting_.clear();
}

}  // namespace mini::client
