#include "client/consumer/fetched_records.h"

#include <cassert>
#include <set>

#include "protocol/wire/reader.h"

namespace mini {
namespace client {
namespace {

using protocol::BytesView;
using protocol::Reader;

std::optional<std::string_view> read_text(Reader& in) {
  const std::int32_t size = in.varint();
  if (size < 0) return std::nullopt;
  return protocol::as_text(in.take(static_cast<std::size_t>(size)));
}

// Walks over the headers, so that they are known to be whole when somebody asks for them.
bool skip_headers(Reader& in, std::int32_t count) {
  for (std::int32_t i = 0; i < count && in.ok(); ++i) {
    const std::int32_t key_size = in.varint();
    if (key_size < 0) return false;
    in.take(static_cast<std::size_t>(key_size));
    if (const std::int32_t size = in.varint(); size >= 0) in.take(static_cast<std::size_t>(size));
  }
  return in.ok();
}

TimestampMs plus(TimestampMs base, std::int64_t delta) {
  return static_cast<TimestampMs>(static_cast<std::uint64_t>(base) + static_cast<std::uint64_t>(delta));
}

}  // namespace

BatchFacts facts_of(const protocol::BatchHeader& header, std::shared_ptr<const TopicPartition> partition) {
  const bool appended = header.timestamp_type() == protocol::TimestampType::log_append_time;
  return {std::move(partition), header.base_offset, header.base_timestamp,
          appended ? header.max_timestamp : no_timestamp, header.partition_leader_epoch};
}

std::size_t decode_record(BytesView bytes, const BatchFacts& facts, ConsumerRecord& record) {
  Reader outer(bytes);
  const std::int32_t size = outer.varint();
  if (size < 0) return 0;
  const BytesView body = outer.take(static_cast<std::size_t>(size));
  Reader in(body);
  in.int8();  // attributes
  const std::int64_t timestamp_delta = in.varlong();
  const std::int32_t offset_delta = in.varint();
  record.key = read_text(in);
  record.value = read_text(in);
  const std::int32_t header_count = in.varint();
  const std::size_t headers_at = in.position();
  if (!outer.ok() || !in.ok() || header_count < 0 || !skip_headers(in, header_count) || !in.at_end())
    return 0;
  record.topic = facts.partition->topic;
  record.partition = facts.partition->partition;
  record.offset = facts.base_offset + offset_delta;
  record.log_append_time = facts.append_time != no_timestamp;
  record.timestamp = Timestamp(
      Millis(record.log_append_time ? facts.append_time : plus(facts.base_timestamp, timestamp_delta)));
  record.leader_epoch = facts.leader_epoch;
  record.headers = {body.subspan(headers_at), header_count};
  return outer.position();
}

}  // namespace client

// ---- the public iterators ----

std::size_t Records::size() const noexcept { return fetched_ ? fetched_->count() : 0; }

std::vector<TopicPartition> Records::partitions() const {
  std::set<TopicPartition> names;
  if (fetched_)
    for (const auto& run : fetched_->runs()) names.insert(*run.facts.partition);
  return {names.begin(), names.end()};
}

Records Records::records(const TopicPartition& partition) const {
  if (!fetched_) return {};
  auto some = std::make_shared<client::FetchedRecords>();
  for (const auto& run : fetched_->runs())
    if (*run.facts.partition == partition) some->add(run);
  return Records(std::move(some));
}

Records::Iterator::Iterator(const client::FetchedRecords* fetched)
    : fetched_(fetched), left_(fetched ? fetched->count() : 0) {
  if (left_ == 0) return;
  run_left_ = fetched_->runs().front().count;
  decode();
}

Records::Iterator& Records::Iterator::operator++() {
  if (--left_ > 0) decode();
  return *this;
}

void Records::Iterator::decode() {
  if (run_left_ == 0) {
    run_left_ = fetched_->runs()[++run_].count;
    position_ = 0;
  }
  const auto& run = fetched_->runs()[run_];
  const std::size_t size = client::decode_record(run.bytes.subspan(position_), run.facts, current_);
  assert(size > 0 && "runs hold records that were decoded before");
  position_ += size;
  --run_left_;
}

ConsumedHeaders::Iterator::Iterator(std::span<const std::uint8_t> bytes, std::int32_t left)
    : bytes_(bytes), left_(left) {
  if (left_ > 0) decode();
}

ConsumedHeaders::Iterator& ConsumedHeaders::Iterator::operator++() {
  if (--left_ > 0) decode();
  return *this;
}

void ConsumedHeaders::Iterator::decode() {
  protocol::Reader in(bytes_);
  current_.key = client::read_text(in).value_or("");
  current_.value = client::read_text(in);
  bytes_ = bytes_.subspan(in.position());
}

}  // namespace mini
