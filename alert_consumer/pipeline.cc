#include "alert_consumer/pipeline.h"

#include <algorithm>
#include <cassert>
#include <utility>

namespace mini::alerts {
namespace {

void merge(std::vector<Position>& into, const Position& position) {
  const auto same = [&](const Position& known) {
    return known.topic_id == position.topic_id && known.partition == position.partition;
  };
  const auto known = std::find_if(into.begin(), into.end(), same);
  if (known == into.end())
    into.push_back(position);
  else
    known->next_offset = std::max(known->next_offset, position.next_offset);
}

Written everything_of(const Batch& batch) {
  Written written;
  for (const RaisedAlert& raised : batch.alerts) written.alerts.push_back(&raised);
  for (const DeadLetter& letter : batch.dead_letters) written.dead_letters.push_back(&letter);
  return written;
}

}  // namespace

Pipeline::Pipeline(std::optional<Store> store, std::vector<std::unique_ptr<Sink>> sinks)
    : store_(std::move(store)), sinks_(std::move(sinks)) {}

void Pipeline::begin(const Batch& batch) {
  if (std::exchange(begun_, true)) return;
  for (const auto& sink : sinks_) sink->add(batch);
  for (const Position& position : batch.consumed) merge(waiting_, position);
}

std::variant<Stored, SinkError> Pipeline::write(const Batch& batch) {
  begin(batch);
  return bring_out(batch, false);
}

std::variant<Stored, SinkError> Pipeline::finish(UtcSeconds now) {
  assert(!begun_);  // a batch that is half written must be written first
  Batch nothing;
  nothing.now = now;
  return bring_out(nothing, true);
}

std::variant<Stored, SinkError> Pipeline::bring_out(const Batch& batch, bool all) {
  for (const auto& sink : sinks_)
    if (auto error = sink->flush(all)) return *std::move(error);
  const auto holds_back = [](const auto& sink) { return sink->holds_back(); };
  const bool is_held = std::any_of(sinks_.begin(), sinks_.end(), holds_back);
  const std::vector<Position> positions = is_held ? std::vector<Position>{} : waiting_;
  auto written = store(batch, positions);
  if (auto* error = std::get_if<SinkError>(&written)) return std::move(*error);
  if (!is_held) waiting_.clear();
  begun_ = false;
  Stored stored{std::move(std::get<Written>(written)), positions};
  for (const auto& sink : sinks_) {
    stored.notes += sink->take_note();
    stored.warnings += sink->take_warning();
  }
  return stored;
}

std::variant<Written, SinkError> Pipeline::store(const Batch& batch, const std::vector<Position>& positions) {
  if (!store_) return everything_of(batch);
  if (batch.records == 0 && positions.empty()) return Written{};
  auto result = store_->write(batch, positions);
  if (auto* error = std::get_if<StoreError>(&result))
    return SinkError{"Cannot write to " + store_->path() + ": " + error->message, error->retriable};
  return std::move(std::get<Written>(result));
}

}  // namespace mini::alerts
