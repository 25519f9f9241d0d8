#pragma once

#include <map>
#include <memory>

#include "client/cluster/metadata.h"
#include "client/producer/partition_queue.h"

// The topics that records go to, found by name without a lock nearly always.
//
//   TopicState* topic = table.find("readings");            // any thread; nullptr: never heard of
//   const TopicView* view = topic->view.load();            // nullptr: its partitions are not known (yet)
//   view->partitions[3]->inlet ...
//
// A view never changes: the thread that sends makes another one when the metadata says something new. Topics,
// partitions and views live as long as the table, so that whoever saw one may go on using it.
namespace mini::client {

struct TopicView {
  std::vector<PartitionQueue*> partitions;
  protocol::ErrorCode error = protocol::ErrorCode::none;  // for good: no record can be sent

  std::int32_t count() const { return static_cast<std::int32_t>(partitions.size()); }
  bool operator==(const TopicView&) const = default;
};

struct TopicState {
  explicit TopicState(std::string_view name) : name(name) {}

  const std::string name;
  std::atomic<const TopicView*> view{nullptr};
  std::atomic<PartitionId> sticky{-1};

  std::vector<std::unique_ptr<TopicView>> views;        // all there were: guarded by the table's lock
  std::vector<std::unique_ptr<PartitionQueue>> queues;  // the thread that sends only
};

class TopicTable {
 public:
  TopicTable();

  TopicState* find(std::string_view name) const;
  TopicState& at(std::string_view name);

  // The thread that sends:
  void publish(const Metadata& metadata);
  void learn(std::string_view name, const Metadata& metadata);
  // Of all topics, in the order in which they became known.
  const std::vector<PartitionQueue*>& queues() const { return queues_; }

 private:
  void publish(TopicState& topic, const TopicMetadata* known);

  const std::uint64_t id_;  // of all tables that ever were
  mutable std::mutex mutex_;
  std::map<std::string, std::unique_ptr<TopicState>, std::less<>> topics_;  // guarded by mutex_
  std::vector<PartitionQueue*> queues_;
};

}  // namespace mini::client
