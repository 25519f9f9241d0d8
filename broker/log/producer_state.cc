#include "broker/log/producer_state.h"

#include <iterator>
#include <limits>

namespace mini::broker {

using protocol::BatchHeader;
using protocol::ErrorCode;

namespace {

bool is_tracked(const BatchHeader& batch) { return batch.has_producer() && !batch.control(); }

std::int32_t sequence_after(std::int32_t sequence) {
  return sequence == std::numeric_limits<std::int32_t>::max() ? 0 : sequence + 1;
}

}  // namespace

Judgement ProducerStates::judge(const BatchHeader& batch) const {
  if (!is_tracked(batch)) return {};
  if (batch.base_sequence < 0) return {.error = ErrorCode::invalid_record};
  if (!known_) return {};
  const auto found = known_->by_id.find(batch.producer_id);
  return found == known_->by_id.end() ? Judgement{} : judge_known(*found->second, batch);
}

Judgement ProducerStates::judge_known(const Producer& producer, const BatchHeader& batch) {
  if (batch.producer_epoch < producer.epoch) return {.error = ErrorCode::invalid_producer_epoch};
  const bool new_epoch = batch.producer_epoch > producer.epoch;
  if (const SeenBatch* seen = new_epoch ? nullptr : producer.find(batch))
    return {.repeated = true, .base_offset = seen->base_offset, .append_time = seen->append_time};
  const std::int32_t expected = new_epoch ? 0 : sequence_after(producer.latest().last_sequence);
  if (batch.base_sequence != expected) return {.error = ErrorCode::out_of_order_sequence_number};
  return {};
}

void ProducerStates::remember(const BatchHeader& batch, const Stored& stored, std::size_t count_max) {
  if (!is_tracked(batch)) return;
  Producer& producer = touch(batch.producer_id);
  if (producer.epoch != batch.producer_epoch) producer.count = 0;
  producer.epoch = batch.producer_epoch;
  producer.last_append = stored.now;
  producer.add({batch.base_sequence, batch.last_sequence(), stored.base_offset, stored.append_time});
  while (size() > count_max) forget_oldest();
}

void ProducerStates::forget_silent_since(Millis moment) {
  while (size() > 0 && known_->by_age.front().last_append <= moment) forget_oldest();
}

ProducerStates::Producer& ProducerStates::touch(ProducerId id) {
  if (!known_) known_ = std::make_unique<Known>();
  auto& [by_age, by_id] = *known_;
  const auto found = by_id.find(id);
  if (found != by_id.end()) {
    by_age.splice(by_age.end(), by_age, found->second);
  } else {
    by_id.emplace(id, by_age.insert(by_age.end(), Producer{.id = id}));
  }
  return by_age.back();
}

void ProducerStates::forget_oldest() {
  known_->by_id.erase(known_->by_age.front().id);
  known_->by_age.pop_front();
}

const ProducerStates::SeenBatch* ProducerStates::Producer::find(const BatchHeader& batch) const {
  for (std::size_t age = 0; age < count; ++age) {
    const SeenBatch& one = seen[(next + batches_kept - 1 - age) % batches_kept];
    if (one.first_sequence == batch.base_sequence && one.last_sequence == batch.last_sequence()) return &one;
  }
  return nullptr;
}

void ProducerStates::Producer::add(const SeenBatch& batch) {
  seen[next] = batch;
  next = static_cast<std::uint8_t>((next + 1) % batches_kept);
  if (count < batches_kept) ++count;
}

}  // namespace mini::broker
