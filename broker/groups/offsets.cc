#include "broker/groups/offsets.h"

#include <algorithm>

#include "broker/groups/memory.h"

namespace mini::broker {
namespace {

std::size_t charge_of(const OffsetCommitValue& value) { return offset_charge + value.metadata.size(); }
std::size_t charge_of(std::string_view topic) { return offset_charge + topic.size(); }

}  // namespace

void CommittedOffsets::apply(const OffsetCommitRecord& record) {
  const OffsetCommitKey& key = record.key;
  if (!record.value) return forget(key);
  const auto [topic, is_first] = topics_.try_emplace(key.topic);
  if (is_first) charge_ += charge_of(key.topic);
  const auto [committed, is_new] = topic->second.try_emplace(key.partition);
  if (!is_new) charge_ -= charge_of(committed->second);
  committed->second = *record.value;
  committed->second.metadata.shrink_to_fit();  // only what stays is counted
  charge_ += charge_of(committed->second);
}

void CommittedOffsets::forget(const OffsetCommitKey& key) {
  const auto topic = topics_.find(key.topic);
  if (topic == topics_.end()) return;
  const auto committed = topic->second.find(key.partition);
  if (committed == topic->second.end()) return;
  charge_ -= charge_of(committed->second);
  topic->second.erase(committed);
  if (!topic->second.empty()) return;
  charge_ -= charge_of(topic->first);
  topics_.erase(topic);
}

std::size_t CommittedOffsets::growth_by(std::string_view topic, PartitionId partition,
                                        const OffsetCommitValue& value) const {
  const std::size_t wanted = charge_of(value);
  if (const OffsetCommitValue* held = find(topic, partition))
    return wanted - std::min(wanted, charge_of(*held));
  return find(topic) ? wanted : wanted + charge_of(topic);
}

const CommittedOffsets::Partitions* CommittedOffsets::find(std::string_view topic) const {
  const auto found = topics_.find(topic);
  return found == topics_.end() ? nullptr : &found->second;
}

const OffsetCommitValue* CommittedOffsets::find(std::string_view topic, PartitionId partition) const {
  const Partitions* partitions = find(topic);
  if (!partitions) return nullptr;
  const auto found = partitions->find(partition);
  return found == partitions->end() ? nullptr : &found->second;
}

bool OffsetExpiry::expired(const OffsetCommitValue& committed) const {
  if (since == RetentionSince::never) return false;
  if (committed.expire_timestamp != no_timestamp) return now >= committed.expire_timestamp;
  const bool by_group = since == RetentionSince::group_became_empty && became_empty != no_timestamp;
  return now - (by_group ? became_empty : committed.commit_timestamp) >= retention_ms;
}

}  // namespace mini::broker
