#include "client/consumer/partition_buffer.h"

#include <algorithm>
#include <limits>

#include "protocol/records/builder.h"
#include "protocol/records/record.h"

namespace mini::client {

using protocol::BatchView;
using protocol::BytesView;
using protocol::ErrorCode;

namespace {

constexpr std::size_t control_batch_size_max = 4096;

// Offsets that can be reckoned with, and counts that are counts.
bool plausible(const protocol::BatchHeader& header) {
  constexpr Offset offset_max = std::numeric_limits<Offset>::max() - (Offset{1} << 32);
  return header.base_offset >= 0 && header.base_offset <= offset_max && header.last_offset_delta >= 0 &&
         header.record_count >= 0;
}

}  // namespace

void PartitionBuffer::clear() {
  chunks_.clear();
  open_.reset();
}

Error PartitionBuffer::broken(Offset offset, const std::string& why) const {
  return broker_error(ErrorCode::corrupt_message, "topic " + partition_->topic + ", partition " +
                                                      std::to_string(partition_->partition) + ", offset " +
                                                      std::to_string(offset) + ": " + why);
}

PartitionBuffer::Added PartitionBuffer::add(const protocol::Slice& bytes, Offset from, bool check_crcs,
                                            std::vector<AbortedTransaction> aborted) {
  Added added{from, {}};
  const auto owner = std::make_shared<protocol::Slice>(bytes);
  BytesView rest = bytes.view();
  std::size_t useful = 0;
  bool sound = true;
  while (auto batch = BatchView::parse(rest)) {
    if (!plausible(batch->header())) {
      added.error = broken(from, "the header of the batch makes no sense");
      return added;
    }
    if (batch->header().next_offset() > added.next_offset) {
      added.next_offset = batch->header().next_offset();
      ++useful;
    } else if (check_crcs && !batch->crc_matches()) {
      sound = false;  // it may only say that it is of no use: to be told in its turn, not fetched for ever
    }
    rest = rest.subspan(batch->header().size());
  }
  // The first batch always comes whole (KIP-74).
  if (rest.size() == bytes.size() && !rest.empty())
    added.error = broken(from, "what was fetched is no record batch of version 2");
  std::sort(aborted.begin(), aborted.end(),
            [](const auto& a, const auto& b) { return a.first_offset > b.first_offset; });
  if (useful > 0 || !sound)
    chunks_.push_back(
        {bytes.view().first(bytes.size() - rest.size()), owner, std::move(aborted), {}, check_crcs});
  return added;
}

Error PartitionBuffer::take(std::size_t max, Offset& position, FetchedRecords& into) {
  std::size_t room = max;
  while (room > 0) {
    if (!open_ && chunks_.empty()) return {};
    if (!open_) {
      if (Error error = open_next()) return error;
      continue;
    }
    if (open_->next_offset <= position) {  // asked for from its middle or before, and given out already
      open_.reset();
      continue;
    }
    if (Error error = take_from_open(room, position, into)) return error;
  }
  return {};
}

Error PartitionBuffer::open_next() {
  Chunk& chunk = chunks_.front();
  const auto batch = BatchView::parse(chunk.rest);
  if (!batch) {
    chunks_.pop_front();
    return {};
  }
  chunk.rest = chunk.rest.subspan(batch->header().size());
  if (chunk.check_crcs && !batch->crc_matches())
    return broken(batch->header().base_offset, "the checksum of the batch does not match");
  const bool control = batch->header().control();
  const bool skip = control || was_aborted(chunk, *batch);
  if (control) note_marker(chunk, *batch);
  const std::shared_ptr<const void> owner = chunk.owner;
  if (chunk.rest.empty()) chunks_.pop_front();
  return open(*batch, owner, skip);
}

// A transaction's records lie between the offset where it began and its marker.
bool PartitionBuffer::was_aborted(Chunk& chunk, const BatchView& batch) {
  while (!chunk.aborted.empty() && chunk.aborted.back().first_offset <= batch.header().last_offset()) {
    chunk.aborting.insert(chunk.aborted.back().producer_id);
    chunk.aborted.pop_back();
  }
  return batch.header().transactional() && chunk.aborting.contains(batch.header().producer_id);
}

void PartitionBuffer::note_marker(Chunk& chunk, const BatchView& batch) {
  was_aborted(chunk, batch);  // it may have nothing but its marker in these bytes
  protocol::Bytes room;
  protocol::RecordReader records(batch, room, control_batch_size_max);
  const auto record = records.next();
  if (record && protocol::control_type(*record) == protocol::ControlType::abort)
    chunk.aborting.erase(batch.header().producer_id);
}

Error PartitionBuffer::open(const BatchView& batch, const std::shared_ptr<const void>& owner, bool skip) {
  const protocol::BatchHeader& header = batch.header();
  const std::int32_t count = skip ? 0 : header.record_count;
  open_ = OpenBatch{facts_of(header, partition_), batch.payload(), count, header.next_offset(), owner};
  if (header.codec() == protocol::Codec::none || count == 0) return {};
  auto room = std::make_shared<protocol::Bytes>();
  const auto inflated = protocol::decompress(header.codec(), batch.payload(), *room, inflated_size_max);
  if (inflated == protocol::Inflated::too_large)
    return broken(header.base_offset,
                  "the batch inflates to more than " + std::to_string(inflated_size_max) + " bytes");
  if (inflated != protocol::Inflated::ok)
    return broken(header.base_offset, "the batch cannot be decompressed");
  open_->rest = *room;
  open_->owner = std::move(room);
  return {};
}

Error PartitionBuffer::take_from_open(std::size_t& room, Offset& position, FetchedRecords& into) {
  FetchedRecords::Run run{open_->facts, open_->rest, 0, open_->owner};
  std::size_t run_size = 0;
  ConsumerRecord record;
  Error error;
  while (open_->records_left > 0 && run.count < room) {
    const std::size_t size = decode_record(open_->rest, open_->facts, record);
    const bool possible =
        size > 0 && record.offset < open_->next_offset && (run.count == 0 || record.offset >= position);
    if (!possible) {
      error = broken(position, "a record cannot be read");
      break;
    }
    open_->rest = open_->rest.subspan(size);
    --open_->records_left;
    if (record.offset < position) {  // before the position: only possible at the beginning
      if (run.count == 0) run.bytes = open_->rest;
      continue;
    }
    run_size += size;
    ++run.count;
    position = record.offset + 1;
  }
  room -= run.count;
  run.bytes = run.bytes.first(run_size);
  if (run.count > 0) into.add(std::move(run));
  if (!error && open_->records_left == 0) {
    position = std::max(position, open_->next_offset);
    open_.reset();
  }
  return error;
}

}  // namespace mini::client
