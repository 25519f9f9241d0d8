#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
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
// max.poll.interval.ms, or the group goes on without this member, and a line in the log says so. One thread
// uses a consumer; wakeup() may come from any. Listeners and commit callbacks run inside poll, unsubscribe or
// close, on the caller's thread, and may call the consumer (but not poll).
namespace mini {

namespace client {
class ConsumerFace;
}

// What happens to a group member's partitions. `revoked`: still owned, the last chance to commit. `lost`:
// somebody else may own them already; without a function for it, `revoked` is called. With cooperative-sticky
// alone as partition.assignment.strategy each hears of the difference only, otherwise of everything.
struct RebalanceListener {
  using Fn = std::function<void(std::span<const TopicPartition>)>;
  Fn assigned = {};
  Fn revoked = {};
  Fn lost = {};
};

enum class SeekTo { beginning, end };

struct OffsetAndTimestamp {
  std::int64_t offset = -1;
  Timestamp timestamp{};
  std::int32_t leader_epoch = -1;
};

// Who a consumer is in its group at the moment.
struct GroupMetadata {
  std::string group_id;
  std::int32_t generation = -1;  // -1: no member
  std::string member_id;
  std::optional<std::string> group_instance_id;
};

using OnLog = std::function<void(std::string_view)>;
using OnCommit = std::function<void(const Error&, const Offsets&)>;

class Consumer {
 public:
  explicit Consumer(const Config& config);  // throws KafkaError(invalid_config); connects later
  Consumer(Consumer&&) noexcept;
  Consumer& operator=(Consumer&&) noexcept;
  ~Consumer();  // close(10s); inside on_log this is left to a thread of its own

  // Replaces the subscription, or the assignment. Subscribing needs a group.id (KafkaError, invalid_call).
  void subscribe(std::vector<std::string> topics, RebalanceListener listener = {});
  // All topics whose whole name matches the regular expression (ECMAScript's), but internal ones; new topics
  // are found when the metadata is asked for again. Throws KafkaError(invalid_call) where it is none.
  void subscribe_pattern(const std::string& regex, RebalanceListener listener = {});
  void assign(std::vector<TopicPartition> partitions);
  void unsubscribe();
  std::vector<TopicPartition> assignment() const;
  std::vector<std::string> subscription() const;
  GroupMetadata group_metadata() const;

  // At most max.poll.records records; empty when `timeout` passes or wakeup() is called. Throws KafkaError
  // for what does not pass by itself: no offset with auto.offset.reset=none, no permission, bytes that are
  // broken.
  Records poll(Millis timeout);
  // Ends the poll that is under way, or else the next one; likewise position, committed and the lookups of
  // offsets below, which throw KafkaError(woken). Commits go to their end.
  void wakeup() noexcept;
  // Gives every record to `handle` until `stop` is requested; what poll throws comes out.
  template <class Handle>
  void run(std::stop_token stop, Handle&& handle);
  // A paused partition is not read and keeps its place, until it is resumed or taken away. KafkaError
  // (invalid_call) for one that is not assigned.
  void pause(std::span<const TopicPartition> partitions);
  void resume(std::span<const TopicPartition> partitions);
  std::vector<TopicPartition> paused() const;

  // Without offsets: the positions, which is what poll has given out. Throws KafkaError; ILLEGAL_GENERATION
  // (22), UNKNOWN_MEMBER_ID (25) or REBALANCE_IN_PROGRESS (27) mean that the partitions may have moved. A
  // commit that the coordinator could not take yet is made again, without the partitions that a later commit
  // names; where none is left, it ends with the coordinator's error.
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
  void seek(std::span<const TopicPartition> partitions, SeekTo where);
  // Records between the position and the partition's end as last heard; nothing before the first fetch.
  std::optional<std::int64_t> lag(const TopicPartition& partition) const;

  // The first record of each partition that is as late as that or later; partitions without one are left out.
  // Any partitions, read or not. With isolation.level=read_committed the end is where open transactions
  // begin.
  std::map<TopicPartition, OffsetAndTimestamp> offsets_for_times(
      const std::map<TopicPartition, Timestamp>& times, Millis timeout = Millis{30'000});
  std::map<TopicPartition, std::int64_t> beginning_offsets(std::span<const TopicPartition> partitions,
                                                           Millis timeout = Millis{30'000});
  std::map<TopicPartition, std::int64_t> end_offsets(std::span<const TopicPartition> partitions,
                                                     Millis timeout = Millis{30'000});

  // Commits if enable.auto.commit, leaves the group (a static member stays in it). What did not end in
  // time is returned as timed_out; a coordinator that does not answer is waited for at most three
  // seconds.
  Error close(Millis timeout);

  std::string last_problem() const;  // the latest trouble in reaching the cluster; empty while all is well
  // Where the few lines go that somebody should read; on any thread. Without it: standard error. The handler
  // may set another one, and may not close. Settings without effect are told here, or, where none is set
  // before the consumer subscribes, assigns or closes, on standard error, once in a process.
  void on_log(OnLog log);

 private:
  std::shared_ptr<client::ConsumerFace> face_;
};

template <class Handle>
void Consumer::run(std::stop_token stop, Handle&& handle) {
  const std::stop_callback wake(stop, [this] { wakeup(); });
  while (!stop.stop_requested())
    for (const ConsumerRecord& record : poll(Millis{1000})) handle(record);
}

}  // namespace mini
