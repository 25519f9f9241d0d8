#include <algorithm>
#include <cassert>

#include "client/errors.h"
#include "client/producer/accumulator.h"

// How a record comes into its batch: on the thread that gives it.
namespace mini::client {
namespace {

using protocol::ErrorCode;

constexpr std::size_t run_max = 16;  // records under one lock

std::string name_of(const RecordView& record) { return "topic " + std::string(record.topic); }

// A record's headers in the words of the protocol; valid until the thread's next record.
std::span<const protocol::HeaderView> headers_of(const RecordView& record) {
  if (record.headers.empty()) return {};
  thread_local std::vector<protocol::HeaderView> room;
  room.clear();
  for (std::size_t i = 0; i < record.headers.size(); ++i)
    room.push_back({record.headers[i].key, record.headers[i].value});
  return room;
}

std::size_t size_alone(std::size_t content_size) {
  return protocol::batch_header_size + protocol::record_size(protocol::record_body_size(content_size, 0, 0));
}

}  // namespace

// A record on its way into a batch.
struct Accumulator::Entry {
  const protocol::NewRecord record;
  OnDelivery& done;
  Receipt* const receipt;
  const Now now;
  const std::size_t content_size;
  bool may_move;  // to another partition, where a batch would have to be begun
};

// What was got ready outside of the lock; what is not needed after all goes back.
struct Accumulator::Spare {
  Accumulator& owner;
  Batch* batch = nullptr;
  Page* page = nullptr;
  Page* delivery_page = nullptr;
  Completion* completion = nullptr;
  std::size_t page_room = 0;  // what the next page needs

  ~Spare() {
    if (batch) owner.recycle(*batch);
    if (page) owner.pool_->put(page);
    if (delivery_page) owner.pool_->put(delivery_page);
    if (completion) completion->release();
  }
};

Taken Accumulator::append(const RecordView& record, OnDelivery& done, Receipt* receipt, Now now) {
  TopicState* topic = topics_.find(record.topic);
  if (!topic) return {Appended::unknown_topic};
  return append(*topic, record, done, receipt, now);
}

Taken Accumulator::append(TopicState& topic, const RecordView& record, OnDelivery& done, Receipt* receipt,
                          Now now) {
  const TopicView* view = topic.view.load(std::memory_order_acquire);
  if (!view) return {Appended::unknown_topic};
  const std::int32_t count = view->count();
  if (count == 0 || (record.partition && (*record.partition < 0 || *record.partition >= count)))
    return {Appended::impossible};
  const protocol::NewRecord encoded{timestamp_of(record, now), record.key, record.value, headers_of(record)};
  Entry entry{encoded, done, receipt, now, protocol::record_content_size(encoded), false};
  if (too_large(entry)) return {Appended::impossible};
  PartitionId partition = choose(topic, record, count, entry.may_move);
  if (partition < 0) partition = move_on(topic, partition, count);
  return append_to(topic, *view, partition, entry);
}

// What comes after one another for one partition, as long as nothing has to be made for it.
std::size_t Accumulator::append_run(std::span<const RecordView> records,
                                    const std::function<OnDelivery()>& make, Now now, bool& stirred) {
  TopicState* topic = records.empty() ? nullptr : topics_.find(records[0].topic);
  const TopicView* view = topic ? topic->view.load(std::memory_order_acquire) : nullptr;
  if (!view) return 0;
  Taken taken;
  Spare spare{*this};  // outlives the lock
  PartitionQueue* queue = nullptr;
  std::unique_lock<ShortLock> lock;
  std::size_t count = 0;
  for (; count < std::min(records.size(), run_max); ++count) {
    const RecordView& record = records[count];
    bool may_move = false;
    const PartitionId partition = choose(*topic, record, view->count(), may_move);
    if (record.topic != topic->name || partition < 0 || partition >= view->count()) break;
    PartitionQueue* const goal = view->partitions[static_cast<std::size_t>(partition)];
    if (queue && goal != queue) break;
    if (!std::exchange(queue, goal)) lock = std::unique_lock(goal->inlet.mutex);
    const protocol::NewRecord encoded{timestamp_of(record, now), record.key, record.value,
                                      headers_of(record)};
    OnDelivery done = make();
    Entry entry{encoded, done, nullptr, now, protocol::record_content_size(encoded), may_move};
    if (too_large(entry) || put(*goal, entry, spare, taken) != Missing::nothing) break;
  }
  stirred = taken.stirred;
  return count;
}

bool Accumulator::too_large(const Entry& entry) const {
  const std::size_t size = size_alone(entry.content_size);
  return size > options_.request_size_max || size > options_.buffer_memory;
}

// -1 where nothing is chosen yet. `may_move`: any other one will do as well.
PartitionId Accumulator::choose(TopicState& topic, const RecordView& record, std::int32_t count,
                                bool& may_move) const {
  if (record.partition) return *record.partition;
  if (count == 0) return -1;
  if (const auto by_key = partition_for(options_.partitioner, record.key, count)) return *by_key;
  const PartitionId sticky = topic.sticky.load(std::memory_order_relaxed);
  if (sticky < 0 || sticky >= count) return -1;
  may_move = count > 1;
  return sticky;
}

PartitionId Accumulator::move_on(TopicState& topic, PartitionId before, std::int32_t count) {
  Random random(moves_.fetch_add(0x9e3779b97f4a7c15, std::memory_order_relaxed));
  const PartitionId next = next_sticky(before, count, random);
  topic.sticky.store(next, std::memory_order_relaxed);
  return next;
}

Taken Accumulator::append_to(TopicState& topic, const TopicView& view, PartitionId partition, Entry& entry) {
  Taken taken;
  Spare spare{*this};
  for (;;) {
    const Missing missing =
        lock_and_put(*view.partitions[static_cast<std::size_t>(partition)], entry, spare, taken);
    if (missing == Missing::nothing) return taken;
    taken.appended = Appended::full;
    if (missing == Missing::end) taken.appended = Appended::impossible;
    if (missing == Missing::end || missing == Missing::place) return taken;
    if (missing == Missing::partition) {
      partition = move_on(topic, partition, view.count());
      entry.may_move = false;
    } else if (!find(missing, spare)) {
      return taken;
    }
    taken.appended = Appended::yes;
  }
}

Accumulator::Missing Accumulator::lock_and_put(PartitionQueue& queue, Entry& entry, Spare& spare,
                                               Taken& taken) {
  const std::lock_guard lock(queue.inlet.mutex);
  return put(queue, entry, spare, taken);
}

// Under the lock: encodes the record, or says what is missing for that.
Accumulator::Missing Accumulator::put(PartitionQueue& queue, Entry& entry, Spare& spare, Taken& taken) {
  Inlet& inlet = queue.inlet;
  if (inlet.ended) return Missing::end;
  Batch::Measure measure;
  if (inlet.open) {
    measure = inlet.open->measure(entry.record.timestamp, entry.content_size);
    if (inlet.open->size() + measure.size > options_.batch_size) {
      std::exchange(inlet.open, nullptr)->close();
      taken.stirred = true;
    }
  }
  const bool begins = !inlet.open;
  if (begins) {
    if (entry.may_move) return Missing::partition;
    if (!spare.batch && !(spare.batch = free_.try_take())) return Missing::batch;
    measure = spare.batch->measure(entry.record.timestamp, entry.content_size);
  }
  Batch& batch = begins ? *spare.batch : *inlet.open;
  if (const Missing missing = stock(batch, entry, measure.size, spare); missing != Missing::nothing)
    return missing;
  if (begins) {
    batch.begin(&queue, queue.partition, entry.now, options_.delivery_timeout_ms);
    if (!begun_.push(&batch)) return Missing::place;
    inlet.open = std::exchange(spare.batch, nullptr);
    taken.stirred = true;
  }
  batch.append(entry.record, measure, entry.done, entry.receipt);
  inlet.taken.store(inlet.taken.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
  return Missing::nothing;
}

// Gives the batch the room that the record needs.
Accumulator::Missing Accumulator::stock(Batch& batch, const Entry& entry, std::size_t size, Spare& spare) {
  if (!batch.has_room(size)) {
    if (!spare.page && size <= pool_->page_room()) spare.page = pool_->try_take();
    spare.page_room = size;
    if (!spare.page || spare.page->room < size) return Missing::page;
    batch.add_page(std::exchange(spare.page, nullptr));
  }
  if (entry.done && !batch.has_delivery_room()) {
    if (!spare.delivery_page) spare.delivery_page = pool_->try_take();
    if (!spare.delivery_page) return Missing::delivery_page;
    batch.add_delivery_page(std::exchange(spare.delivery_page, nullptr));
  }
  if (entry.receipt && !batch.has_completion()) {
    if (!spare.completion) spare.completion = completions_->try_take();
    if (!spare.completion) return Missing::completion;
    batch.adopt(std::exchange(spare.completion, nullptr));
  }
  return Missing::nothing;
}

// Outside of the lock. The room for callbacks counts, but may pass the limit: where there was memory for the
// record, it is taken.
bool Accumulator::find(Missing missing, Spare& spare) {
  switch (missing) {
    case Missing::batch: return (spare.batch = new_batch()) != nullptr;
    case Missing::page:
      if (spare.page) pool_->put(spare.page);  // too small
      return (spare.page = pool_->make(spare.page_room)) != nullptr;
    case Missing::delivery_page: return (spare.delivery_page = pool_->make(0, true)) != nullptr;
    case Missing::completion: return (spare.completion = completions_->make()) != nullptr;
    default: return false;  // nothing that could be made
  }
}

Error Accumulator::why_impossible(const RecordView& record) const {
  const TopicState* topic = topics_.find(record.topic);
  const TopicView* view = topic ? topic->view.load() : nullptr;
  if (!view) return client_error(ClientErrc::closed, name_of(record));
  if (failed(view->error)) return broker_error(view->error, name_of(record));
  if (record.partition && (*record.partition < 0 || *record.partition >= view->count()))
    return broker_error(ErrorCode::unknown_topic_or_partition,
                        name_of(record) + " has " + std::to_string(view->count()) +
                            " partitions, none is number " + std::to_string(*record.partition));
  const protocol::NewRecord encoded{0, record.key, record.value, headers_of(record)};
  const std::size_t size = size_alone(protocol::record_content_size(encoded));
  return client_error(ClientErrc::record_too_large, std::to_string(size) + " bytes");
}

}  // namespace mini::client
