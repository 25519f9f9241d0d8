#include "client/producer/batch.h"

#include <cassert>

namespace mini::client {
namespace {

Timestamp to_timestamp(TimestampMs ms) { return Timestamp(Millis(ms)); }

}  // namespace

Batch::~Batch() { recycle(); }

// ---- filling ----

void Batch::begin(PartitionQueue* queue, const TopicPartition& partition, Now now,
                  std::int64_t delivery_timeout_ms) {
  queue_ = queue;
  partition_ = &partition;
  created_ = now.monotonic;
  deadline_ = later(now.monotonic, delivery_timeout_ms);
}

void Batch::add_page(Page* page) {
  (pages_ ? last_page_->next : pages_) = page;
  last_page_ = page;
}

void Batch::append(const protocol::NewRecord& record, const Measure& measure, OnDelivery& done,
                   Receipt* receipt) {
  assert(!closed() && has_room(measure.size));
  Page& page = *last_page_;
  std::uint8_t* at = page.bytes() + page.filled;
  if (count_ == 0) {
    base_timestamp_ = max_timestamp_ = record.timestamp;
    at += protocol::batch_header_size;
  }
  max_timestamp_ = std::max(max_timestamp_, record.timestamp);
  protocol::encode_record(record, count_, measure.timestamp_delta, measure.body, at);
  page.filled += measure.size;
  size_ += measure.size;
  append_unsent(record.timestamp, done, receipt);
}

void Batch::append_unsent(TimestampMs timestamp, OnDelivery& done, Receipt* receipt) {
  if (done) deliveries_.add(count_, timestamp, std::move(done));
  if (receipt) {
    completion_->retain();
    *receipt = Receipt(completion_, count_, to_timestamp(timestamp));
  }
  ++count_;
}

// ---- sending ----

void Batch::seal(protocol::Codec codec, Identity identity) {
  assert(closed());
  identity_ = identity;
  codec_ = codec;
  if (sealed_ || codec != protocol::Codec::none) {
    protocol::Bytes bytes = sealed_ ? sealed_->copy() : compressed();
    protocol::seal_batch(bytes.data(), bytes.size(), header());
    sealed_ = std::make_shared<const SealedBytes>(pool_, std::move(bytes));
    pool_->put_all(std::exchange(pages_, nullptr));
  } else {
    std::uint8_t* const begin = pages_->bytes();
    sealed_ = std::make_shared<const SealedBytes>(pool_, std::exchange(pages_, nullptr));
    protocol::seal_batch(begin, sealed_->pieces(), header());
  }
  last_page_ = nullptr;
}

// Room for the header, then the records in a form that is smaller.
protocol::Bytes Batch::compressed() const {
  protocol::Bytes plain;
  plain.reserve(size_);
  for (Page* page = pages_; page; page = page->next)
    plain.insert(plain.end(), page->bytes(), page->bytes() + page->filled);
  protocol::Bytes bytes(protocol::batch_header_size);
  protocol::compress(codec_, protocol::BytesView(plain).subspan(protocol::batch_header_size), bytes);
  return bytes;
}

protocol::BatchHeader Batch::header() const {
  protocol::BatchHeader header;
  header.attributes = static_cast<std::int16_t>(codec_);
  header.last_offset_delta = count_ - 1;
  header.base_timestamp = base_timestamp_;
  header.max_timestamp = max_timestamp_;
  header.producer_id = identity_.id;
  header.producer_epoch = identity_.epoch;
  header.base_sequence = identity_.base_sequence;
  header.record_count = count_;
  return header;
}

// Sequences wrap from 2147483647 to 0.
std::int32_t Batch::next_sequence() const {
  return static_cast<std::int32_t>(
      (static_cast<std::uint32_t>(identity_.base_sequence) + static_cast<std::uint32_t>(count_)) &
      0x7fffffffu);
}

protocol::Records Batch::records() const {
  protocol::Records records;
  for (const protocol::BytesView piece : sealed_->pieces()) records.add(protocol::Slice(piece, sealed_));
  return records;
}

// ---- the end ----

void Batch::settle(Error error, Offset base_offset, TimestampMs log_append_time) {
  assert(!settled_ && closed());
  settled_ = true;
  error_ = std::move(error);
  base_offset_ = base_offset;
  log_append_time_ = log_append_time;
}

std::size_t Batch::tell() {
  assert(settled_);
  if (completion_) settle_completion();
  std::size_t failures = 0;
  deliveries_.for_each([&](WaitingDelivery& each) {
    const Offset offset = base_offset_ < 0 ? no_offset : base_offset_ + each.index;
    const TimestampMs timestamp = log_append_time_ >= 0 ? log_append_time_ : each.timestamp;
    try {
      each.done({error_, *partition_, offset, to_timestamp(timestamp)});
    } catch (...) {  // a callback's troubles are its own
      ++failures;
    }
  });
  deliveries_.drop();
  return failures;
}

void Batch::settle_completion() {
  auto& result = completion_->result;
  result.error = error_;
  result.partition = *partition_;
  result.base_offset = base_offset_;
  result.log_append_time = log_append_time_;
  completion_->settle();
}

void Batch::recycle() {
  deliveries_.drop();
  pool_->put_all(deliveries_.take_pages());
  pool_->put_all(std::exchange(pages_, nullptr));
  last_page_ = nullptr;
  sealed_.reset();
  if (completion_) std::exchange(completion_, nullptr)->release();
  queue_ = nullptr;
  partition_ = nullptr;
  size_ = 0;
  count_ = 0;
  number = serial = 0;
  attempts = 0;
  retry_at = 0;
  numbered = maybe_stored = false;
  in_flight = told = settled_ = false;
  closed_.store(false, std::memory_order_relaxed);
  error_ = {};
  base_offset_ = no_offset;
  log_append_time_ = no_timestamp;
}

}  // namespace mini::client
