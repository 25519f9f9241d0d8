#include "client/producer/accumulator.h"

#include <algorithm>

#include "client/errors.h"

namespace mini::client {
namespace {

using protocol::ErrorCode;

TimestampMs timestamp_of(const RecordView& record, Now now) {
  return record.timestamp ? record.timestamp->time_since_epoch().count() : now.wall;
}

std::string name_of(const RecordView& record) { return "topic " + std::string(record.topic); }

}  // namespace

// ---- a partition's order ----

void PartitionQueue::put_back(BatchPtr batch) {
  const auto later = std::find_if(waiting.begin(), waiting.end(),
                                  [&](const BatchPtr& each) { return each->serial() > batch->serial(); });
  waiting.insert(later, std::move(batch));
}

void PartitionQueue::landed(const Batch& batch) {
  std::erase_if(in_flight, [&](const BatchPtr& each) { return each.get() == &batch; });
}

bool PartitionQueue::earlier_pending(const Batch& batch) const {
  const auto earlier = [&](const BatchPtr& each) { return each->serial() < batch.serial(); };
  return std::any_of(in_flight.begin(), in_flight.end(), earlier) ||
         std::any_of(waiting.begin(), waiting.end(), earlier);
}

bool PartitionQueue::later_sealed(const Batch& batch) const {
  const auto later = [&](const BatchPtr& each) { return each->sealed() && each->serial() > batch.serial(); };
  return std::any_of(in_flight.begin(), in_flight.end(), later) ||
         std::any_of(waiting.begin(), waiting.end(), later);
}

// ---- taking records ----

Appended Accumulator::append(const RecordView& record, OnDelivery& done, Receipt* receipt,
                             const Metadata& metadata, Now now) {
  const TopicMetadata* known = metadata.topic(record.topic);
  if (!known || !known->usable()) {
    if (!known || !failed(known->error) || protocol::describe(known->error).retriable)
      return Appended::unknown_topic;
    refuse(record, done, receipt, broker_error(known->error, name_of(record)), now);
    return Appended::yes;
  }
  const auto count = static_cast<std::int32_t>(known->partitions.size());
  if (record.partition && (*record.partition < 0 || *record.partition >= count)) {
    refuse(record, done, receipt,
           broker_error(ErrorCode::unknown_topic_or_partition,
                        name_of(record) + " has " + std::to_string(count) + " partitions, none is number " +
                            std::to_string(*record.partition)),
           now);
    return Appended::yes;
  }
  headers_.clear();
  for (std::size_t i = 0; i < record.headers.size(); ++i)
    headers_.push_back({record.headers[i].key, record.headers[i].value});
  const protocol::NewRecord encoded{timestamp_of(record, now), record.key, record.value, headers_};
  const std::size_t size = protocol::batch_header_size + protocol::record_size(encoded, 0, encoded.timestamp);
  if (size > options_.request_size_max || size > options_.buffer_memory) {
    refuse(record, done, receipt, client_error(ClientErrc::record_too_large, std::to_string(size) + " bytes"),
           now);
    return Appended::yes;
  }
  if (memory_used_ + size > options_.buffer_memory) return Appended::full;

  PartitionQueue& queue = choose(topic(record.topic, count), record, count);
  put(batch_for(queue, encoded, now), encoded, done, receipt);
  return Appended::yes;
}

void Accumulator::refuse(const RecordView& record, OnDelivery& done, Receipt* receipt, Error error, Now now) {
  const BatchPtr alone = new_batch({std::string(record.topic), record.partition.value_or(-1)}, 0, now);
  put(*alone, {.timestamp = timestamp_of(record, now)}, done, receipt);
  settle(alone, std::move(error));
}

Accumulator::Topic& Accumulator::topic(std::string_view name, std::int32_t partition_count) {
  auto found = topics_.find(name);
  if (found == topics_.end()) found = topics_.emplace(std::string(name), Topic{}).first;
  Topic& topic = found->second;
  while (topic.partitions.size() < static_cast<std::size_t>(partition_count)) {
    auto queue = std::make_unique<PartitionQueue>();
    queue->partition = {found->first, static_cast<PartitionId>(topic.partitions.size())};
    topic.partitions.push_back(queue.get());
    queues_.push_back(std::move(queue));
  }
  return topic;
}

PartitionQueue& Accumulator::choose(Topic& topic, const RecordView& record, std::int32_t count) {
  const auto at = [&](PartitionId id) -> PartitionQueue& {
    return *topic.partitions[static_cast<std::size_t>(id)];
  };
  if (record.partition) return at(*record.partition);
  if (record.key) return at(partition_for_key(protocol::as_bytes(*record.key), count));
  const bool may_stay = topic.sticky >= 0 && topic.sticky < count && at(topic.sticky).open();
  if (!may_stay) topic.sticky = next_sticky(topic.sticky, count, random_);
  return at(topic.sticky);
}

BatchPtr Accumulator::new_batch(const TopicPartition& partition, std::uint64_t serial, Now now) {
  stirred_ = true;
  const std::uint64_t ticket = last_ticket_ + 1;  // of the record it is made for
  active_.insert(ticket);
  return std::make_shared<Batch>(partition, serial, ticket, now, options_.delivery_timeout_ms);
}

Batch& Accumulator::batch_for(PartitionQueue& queue, const protocol::NewRecord& record, Now now) {
  if (Batch* open = queue.open()) {
    if (open->size_with(record) <= options_.batch_size) return *open;
    open->close();
  }
  queue.waiting.push_back(new_batch(queue.partition, queue.next_serial++, now));
  return *queue.waiting.back();
}

void Accumulator::put(Batch& batch, const protocol::NewRecord& record, OnDelivery& done, Receipt* receipt) {
  const std::size_t before = batch.accounted();
  batch.append(record, std::move(done));
  if (receipt) *receipt = batch.track(options_.worker);
  memory_used_ += batch.accounted() - before;
  ++last_ticket_;
  ++unsettled_;
}

// ---- the end ----

void Accumulator::settle(const BatchPtr& batch, Error error, Offset base_offset, TimestampMs append_time) {
  batch->settle(std::move(error), base_offset, append_time);
  memory_used_ -= batch->accounted();
  settled_.push_back(batch);
}

void Accumulator::told(const Batch& batch) {
  active_.erase(batch.first_ticket());
  unsettled_ -= static_cast<std::size_t>(batch.count());
}

}  // namespace mini::client
