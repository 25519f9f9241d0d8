#pragma once

#include <map>
#include <memory>

#include "client/consumer/partition_buffer.h"
#include "client/consumer/settings.h"
#include "client/now.h"

// The partitions that this consumer reads, where it stands in each, and what was fetched ahead.
//
// A partition's position is first looked for among the group's committed offsets, then, where there is none,
// by auto.offset.reset; only then is it fetched. Two offsets are kept: `position` is the next record to give
// out, `fetch_from` the next to ask for.
namespace mini::client {

struct AssignedPartition {
  enum class Stage { committed_wanted, reset_wanted, reading, failed };

  explicit AssignedPartition(const TopicPartition& partition) : partition(partition), buffer(partition) {}

  const TopicPartition partition;
  Stage stage = Stage::committed_wanted;
  Offset position = no_offset;
  Offset fetch_from = no_offset;
  Offset end = no_offset;  // as last heard: of what this consumer may read
  bool paused = false;
  std::optional<ResetTo> sought_end;  // instead of auto.offset.reset
  PartitionBuffer buffer;
  bool asked = false;          // an answer about its position, or a fetch, is on its way
  std::uint64_t validity = 0;  // grows with every seek: answers to earlier questions are not for us any more
  TimeMs ask_at = 0;
  Error error;  // why it failed, or is not read at the moment

  ResetTo reset_to(ResetTo otherwise) const { return sought_end.value_or(otherwise); }
  void read_from(Offset offset) {
    ++validity;
    sought_end.reset();
    asked = false;
    stage = Stage::reading;
    position = fetch_from = offset;
    buffer.clear();
    error = {};
  }
  void look_for(Stage wanted) {
    ++validity;
    asked = false;
    stage = wanted;
    buffer.clear();
  }
  void fail(Error why) {
    ++validity;
    asked = false;
    stage = Stage::failed;
    error = std::move(why);
  }
};

class Positions {
 public:
  using Partitions = std::map<TopicPartition, std::unique_ptr<AssignedPartition>>;

  // Partitions that stay keep their place.
  void assign(const std::vector<TopicPartition>& partitions, AssignedPartition::Stage first);
  void add(const std::vector<TopicPartition>& partitions, AssignedPartition::Stage first);
  void drop(const std::vector<TopicPartition>& partitions);
  void clear() { partitions_.clear(); }

  AssignedPartition* find(const TopicPartition& partition) const;
  // The same as long as it was not sought or assigned anew.
  AssignedPartition* find(const TopicPartition& partition, std::uint64_t validity) const;
  const Partitions& all() const { return partitions_; }

  std::vector<TopicPartition> names() const;
  Offsets consumed() const;  // the positions that are known
  // `room_made`: a partition has taken its last from one of the answers that wait.
  std::shared_ptr<const FetchedRecords> take(std::size_t max, bool& room_made);
  Error first_failure() const;

 private:
  Partitions partitions_;
  std::uint64_t next_validity_ = 1;
  std::size_t next_to_take_ = 0;
};

}  // namespace mini::client
