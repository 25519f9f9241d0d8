#include "client/consumer/fetched_records.h"

#include <cassert>
#include <set>

#include "protocol/wire/reader.h"

namespace mini {
namespace client {
namespace {

using protocol::BytesView;
using protocol::Reader;

// Reads a record's fields. Most of its numbers take one byte or two: those are read in place, the rest by the
// Reader. Sticky, as that is.
class Cursor {
 public:
  explicit Cursor(BytesView bytes) : at_(bytes.data()), end_(bytes.data() + bytes.size()) {}

  bool ok() const { return ok_; }
  bool at_end() const { return at_ == end_; }
  BytesView rest() const { return {at_, end_}; }
  std::size_t left() const { return static_cast<std::size_t>(end_ - at_); }

  std::int32_t varint() {
    if (left() >= 2) {
      if (at_[0] < 0x80) return unzigzag(*at_++);
      if (at_[1] < 0x80) {
        const std::uint32_t raw = (at_[0] & 0x7fu) | static_cast<std::uint32_t>(at_[1]) << 7;
        at_ += 2;
        return unzigzag(raw);
      }
    }
    return slow(&Reader::varint);
  }
  std::int64_t varlong() {
    if (left() >= 1 && at_[0] < 0x80) return unzigzag(*at_++);
    return slow(&Reader::varlong);
  }
  BytesView take(std::int32_t size) {
    if (size < 0 || static_cast<std::size_t>(size) > left()) {
      fail();
      return {};
    }
    const std::uint8_t* from = at_;
    at_ += size;
    return {from, static_cast<std::size_t>(size)};
  }
  std::optional<std::string_view> text() {
    const std::int32_t size = varint();
    if (size < 0) return std::nullopt;
    return protocol::as_text(take(size));
  }

 private:
  static std::int32_t unzigzag(std::uint32_t raw) {
    return static_cast<std::int32_t>((raw >> 1) ^ (~(raw & 1) + 1));
  }
  template <class Value>
  Value slow(Value (Reader::*read)()) {
    Reader in(rest());
    const Value value = (in.*read)();
    in.ok() ? void(at_ += in.position()) : fail();
    return value;
  }
  void fail() {
    ok_ = false;
    at_ = end_;
  }

  const std::uint8_t* at_;
  const std::uint8_t* end_;
  bool ok_ = true;
};

// Walks over the headers, so that they are known to be whole when somebody asks for them.
bool skip_headers(Cursor& in, std::int32_t count) {
  for (std::int32_t i = 0; i < count && in.ok(); ++i) {
    in.take(in.varint());
    if (const std::int32_t size = in.varint(); size >= 0) in.take(size);
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
  Cursor outer(bytes);
  const std::int32_t size = outer.varint();
  Cursor in(outer.take(size));
  in.take(1);  // attributes
  const std::int64_t timestamp_delta = in.varlong();
  const std::int32_t offset_delta = in.varint();
  record.key = in.text();
  record.value = in.text();
  const std::int32_t header_count = in.varint();
  const BytesView headers = in.rest();
  if (!outer.ok() || !in.ok() || header_count < 0 || !skip_headers(in, header_count) || !in.at_end())
    return 0;
  record.topic = facts.partition->topic;
  record.partition = facts.partition->partition;
  record.offset = facts.base_offset + offset_delta;
  record.log_append_time = facts.append_time != no_timestamp;
  record.timestamp = Timestamp(
      Millis(record.log_append_time ? facts.append_time : plus(facts.base_timestamp, timestamp_delta)));
  record.leader_epoch = facts.leader_epoch;
  record.headers = {headers, header_count};
  return bytes.size() - outer.left();
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
  client::Cursor in(bytes_);
  current_.key = in.text().value_or("");
  current_.value = in.text();
  bytes_ = in.rest();
}

}  // namespace mini
