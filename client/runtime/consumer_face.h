#pragma once

#include <condition_variable>
#include <mutex>

#include "client/consumer/consumer_machine.h"
#include "client/transport/transport.h"
#include "mini/consumer.h"

namespace mini::client {

// The consumer as its one thread uses it: one lock around the machine, listeners and callbacks outside of it,
// and the waits.
class ConsumerFace final : private Driven {
 public:
  ConsumerFace(const Config& config, std::unique_ptr<Transport> transport);
  ~ConsumerFace() override;

  void subscribe(std::vector<std::string> topics, RebalanceListener listener);
  void subscribe_pattern(const std::string& regex, RebalanceListener listener);
  void assign(std::vector<TopicPartition> partitions);
  void unsubscribe();
  std::vector<TopicPartition> assignment() const;
  std::vector<std::string> subscription() const;
  GroupMetadata group_metadata() const;
  Records poll(Millis timeout);
  void wakeup() noexcept;
  void pause(std::span<const TopicPartition> partitions, bool paused);
  std::vector<TopicPartition> paused() const;
  void commit_sync(std::optional<Offsets> offsets);
  void commit_async(std::optional<Offsets> offsets, OnCommit done);
  Offsets committed(std::span<const TopicPartition> partitions, Millis timeout);
  Offset position(const TopicPartition& partition, Millis timeout);
  void seek(const TopicPartition& partition, Offset offset);
  void seek(std::span<const TopicPartition> partitions, SeekTo where);
  std::optional<std::int64_t> lag(const TopicPartition& partition) const;
  std::map<TopicPartition, OffsetAndTimestamp> offsets_for_times(
      const std::map<TopicPartition, Timestamp>& times, Millis timeout);
  std::map<TopicPartition, Offset> ends(std::span<const TopicPartition> partitions, SeekTo which,
                                        Millis timeout);
  Error close(Millis timeout);
  void on_log(OnLog log);
  std::string last_problem() const;
  bool on_own_thread() const { return transport_->on_own_thread(); }

 private:
  using Lock = std::unique_lock<std::mutex>;
  struct Outcome {
    bool done = false;
    Error error;
    Offsets offsets;
  };
  struct FinishedCommit {
    OnCommit tell;
    Error error;
    Offsets offsets;
  };

  void opened(LinkId link, Now now) override;
  bool received(LinkId link, protocol::BytesView bytes, Now now) override;
  void lost(LinkId link, const std::string& reason, Now now) override;
  TimeMs advance(Now now) override;

  void tell(const std::vector<std::string>& notices);
  void warn();
  void check_open() const;
  void check_group() const;
  void run_callbacks(Lock& lock);
  void run_listener(Lock& lock, const RebalanceEvent& event);
  template <class Call>
  void outside(Lock& lock, Call call);
  std::shared_ptr<Outcome> wait_for(Lock& lock, const std::shared_ptr<Outcome>& outcome, TimeMs deadline,
                                    bool wakes = true);
  OffsetLookups::Answers look_up(OffsetLookups::Times times, Millis timeout);
  void check_woken();
  GroupOffsets::Done into(const std::shared_ptr<Outcome>& outcome);
  bool passed(TimeMs deadline) const { return transport_->now().monotonic >= deadline; }
  TimeMs deadline_after(Millis timeout) const { return later(transport_->now().monotonic, timeout.count()); }

  const std::unique_ptr<Transport> transport_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;

  // Guarded by mutex_.
  ConsumerMachine machine_;
  std::vector<FinishedCommit> finished_commits_;
  bool woken_ = false;
  bool closed_ = false;

  // Held while the handler runs, so that who takes it away knows that it is not called any more; the handler
  // itself may do so too.
  std::recursive_mutex log_mutex_;
  std::shared_ptr<const OnLog> log_;   // guarded by log_mutex_
  std::vector<std::string> warnings_;  // guarded by log_mutex_; not told yet

  // The user's thread only.
  std::shared_ptr<const RebalanceListener> listener_;  // shared with the call of it: it may subscribe anew
  bool in_callback_ = false;
};

}  // namespace mini::client
