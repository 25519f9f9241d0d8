#include "client/consumer/positions.h"

#include <set>

namespace mini::client {

void Positions::assign(const std::vector<TopicPartition>& partitions, AssignedPartition::Stage first) {
  const std::set<TopicPartition> staying(partitions.begin(), partitions.end());
  std::erase_if(partitions_, [&](const auto& each) { return !staying.contains(each.first); });
  add(partitions, first);
}

void Positions::add(const std::vector<TopicPartition>& partitions, AssignedPartition::Stage first) {
  for (const TopicPartition& partition : partitions) {
    auto& slot = partitions_[partition];
    if (slot) continue;
    slot = std::make_unique<AssignedPartition>(partition);
    slot->stage = first;
    slot->validity = next_validity_;
    next_validity_ += 1u << 20;  // room for the seeks of one assignment
  }
}

void Positions::drop(const std::vector<TopicPartition>& partitions) {
  for (const TopicPartition& partition : partitions) partitions_.erase(partition);
}

AssignedPartition* Positions::find(const TopicPartition& partition) const {
  const auto found = partitions_.find(partition);
  return found == partitions_.end() ? nullptr : found->second.get();
}

AssignedPartition* Positions::find(const TopicPartition& partition, std::uint64_t validity) const {
  AssignedPartition* found = find(partition);
  return found && found->validity == validity ? found : nullptr;
}

std::vector<TopicPartition> Positions::names() const {
  std::vector<TopicPartition> names;
  for (const auto& [name, partition] : partitions_) names.push_back(name);
  return names;
}

Offsets Positions::consumed() const {
  Offsets offsets;
  for (const auto& [name, partition] : partitions_)
    if (partition->position >= 0) offsets[name] = {partition->position, no_leader_epoch, ""};
  return offsets;
}

// Begins with another partition each time, so that a busy one does not starve the others.
std::shared_ptr<const FetchedRecords> Positions::take(std::size_t max, bool& room_made) {
  if (partitions_.empty()) return nullptr;
  auto taken = std::make_shared<FetchedRecords>();
  auto at = std::next(partitions_.begin(), static_cast<std::ptrdiff_t>(next_to_take_++ % partitions_.size()));
  for (std::size_t i = 0; i < partitions_.size() && taken->count() < max; ++i) {
    AssignedPartition& each = *at->second;
    if (each.stage == AssignedPartition::Stage::reading && !each.paused && !each.buffer.empty()) {
      const std::size_t chunks = each.buffer.chunks();
      if (Error error = each.buffer.take(max - taken->count(), each.position, *taken))
        each.fail(std::move(error));
      if (each.buffer.chunks() < chunks) room_made = true;
    }
    if (++at == partitions_.end()) at = partitions_.begin();
  }
  return taken->count() > 0 ? taken : nullptr;
}

Error Positions::first_failure() const {
  for (const auto& [name, partition] : partitions_)
    if (partition->stage == AssignedPartition::Stage::failed) return partition->error;
  return {};
}

}  // namespace mini::client
