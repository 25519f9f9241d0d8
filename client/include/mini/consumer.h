#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "mini/config.h"
#include "mini/error.h"
#include "mini/record.h"

// Reads records, alone or as a member of a group.
//
//   mini::Consumer consumer({{"bootstrap.servers", "localhost:9092"},
//                            {"group.id", "alerts"}, {"enable.auto.commit", "false"},
//                            {"auto.offset.reset", "earliest"}});
//   consumer.subscribe({"readings"});
//   while (running) {
//     for (const mini::ConsumerRecord& record : consumer.poll(200ms)) store(record);
//     consumer.commit_sync();
//   }
//   consumer.close(10s);
//
// Records are fetched ahead and heartbeats are sent on the client's own thread; poll has to be called within
// max.poll.interval.ms, or the group goes on without this member. One thread uses a consumer; wakeup() may
// come from any. Listeners and commit callbacks run inside poll or close, on the caller's thread, and may
// call the consumer (but not poll).
namespace mini {

namespace client {
class ConsumerFace;
}

// What happens to a group member's partitions. `revoked`: still owned, the last chance to commit. `lost`:
// somebody else may own them already.
struct RebalanceListener {
  using Fn = std::function<void(std::span<const TopicPartition>)>;
  Fn assigned = {};
  Fn revoked = {};
  Fn lost = {};
};

using OnCommit = std::function<void(const Error&, const Offsets&)>;

class Consumer {
 public:
  explicit Consumer(const Config& config);  // throws KafkaError(invalid_config); connects later
  Consumer(Consumer&&) noexcept;
  Consumer& operator=(Consumer&&) noexcept;
  ~Consumer();  // close(30s)

  // Replaces the subscription, or the assignment. Subscribing needs a group.id (KafkaError, invalid_call).
  void subscribe(std::vector<std::string> topics, RebalanceListener listener = {});
  void assign(std::vector<TopicPartition> partitions);
  void unsubscribe();
  std::vector<TopicPartition> assignment() const;

  // At most max.poll.records records; empty when `timeout` passes or wakeup() is called. Throws KafkaError
  // for what does not pass by itself: no offset with auto.offset.reset=none, no permission, bytes that are
  // broken.
  Records poll(Millis timeout);
  void wakeup() noexcept;

  // Without offsets: the positions, which is what poll has given out. Throws KafkaError; ILLEGAL_GENERATION
  // (22), UNKNOWN_MEMBER_ID (25) or REBALANCE_IN_PROGRESS (27) mean that the partitions may have moved.
  void commit_sync();
  void commit_sync(const Offsets& offsets);
  void commit_async(OnCommit done = {});
  void commit_async(const Offsets& offsets, OnCommit done = {});
  // Partitions without a committed offset are left out.
  Offsets committed(std::span<const TopicPartition> partitions, Millis timeout = Millis{30'000});

  // The next offset to be given out. Waits until it is known; throws KafkaError (timed_out, or invalid_call
  // for a partition that is not assigned).
  std::int64_t position(const TopicPartition& partition, Millis timeout = Millis{30'000});
  void seek(const TopicPartition& partition, std::int64_t offset);
  // Records between the position and the partition's end as last heard; nothing before the first fetch.
  std::optional<std::int64_t> lag(const TopicPartition& partition) const;

  // Commits if enable.auto.commit, leaves the group. What did not end in time is returned as timed_out.
  Error close(Millis timeout);

  std::string last_problem() const;  // the latest trouble in reaching the cluster; empty while all is well

 private:
  std::unique_ptr<client::ConsumerFace> face_;
};

}  // namespace mini
