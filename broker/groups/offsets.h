#pragma once

#include <map>

#include "broker/groups/records.h"

// The committed offsets of one group: topic, then partition.
//
//   if (const OffsetCommitValue* committed = offsets.find("readings", 0)) use(committed->offset);
//
// A value. It is changed by applied records alone.
namespace mini::broker {

class CommittedOffsets {
 public:
  using Partitions = std::map<PartitionId, OffsetCommitValue>;
  using Topics = std::map<std::string, Partitions, std::less<>>;

  void apply(const OffsetCommitRecord& record);   // sets, or takes away
  std::size_t charge() const { return charge_; }  // for mini.memory.limit; see memory.h
  std::size_t growth_by(std::string_view topic, PartitionId partition, const OffsetCommitValue& value) const;

  const OffsetCommitValue* find(std::string_view topic, PartitionId partition) const;  // nullptr: none
  const Partitions* find(std::string_view topic) const;
  const Topics& topics() const { return topics_; }  // a topic in it has at least one partition
  bool empty() const { return topics_.empty(); }

  bool operator==(const CommittedOffsets&) const = default;

 private:
  void forget(const OffsetCommitKey& key);

  Topics topics_;
  std::size_t charge_ = 0;
};

// When offsets of a group grow old (KIP-211): counted from what, or not at all while its members hold them.
enum class RetentionSince { never, group_became_empty, commit };

struct OffsetExpiry {
  RetentionSince since = RetentionSince::never;
  TimestampMs became_empty = no_timestamp;  // no_timestamp: not known, the commit counts
  TimestampMs now = 0;
  TimestampMs retention_ms = 0;

  // A commit that named its own retention (OffsetCommit v2-4) expires by that one.
  bool expired(const OffsetCommitValue& committed) const;
};

}  // namespace mini::broker
