#include "broker/groups/offsets.h"

namespace mini::broker {

void CommittedOffsets::apply(const OffsetCommitRecord& record) {
  const OffsetCommitKey& key = record.key;
  if (record.value) {
    topics_[key.topic][key.partition] = *record.value;
    return;
  }
  const auto topic = topics_.find(key.topic);
  if (topic == topics_.end()) return;
  topic->second.erase(key.partition);
  if (topic->second.empty()) topics_.erase(topic);
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
