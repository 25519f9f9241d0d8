#pragma once

#include <condition_variable>
#include <mutex>

#include "client/producer/producer_machine.h"
#include "client/transport/transport.h"
#include "mini/producer.h"

namespace mini::client {

// The producer as threads use it. Records go straight into the accumulator, which has locks of its own; one
// lock is around the rest of the machine, callbacks are outside of it, and the waits are here.
class ProducerFace final : private Driven {
 public:
  ProducerFace(const Config& config, std::unique_ptr<Transport> transport);
  ~ProducerFace() override;

  TopicState& topic(std::string_view name) { return accumulator_.topic(name); }
  // `topic` may be nullptr: it is looked up by name.
  void send(TopicState* topic, const RecordView& record, OnDelivery& done, Receipt* receipt);
  bool try_send(TopicState* topic, const RecordView& record, OnDelivery& done);
  // How many of the first ones were taken; `make` gives the callback of each.
  std::size_t send_some(std::span<const RecordView> records, const std::function<OnDelivery()>& make);
  Error flush(Millis timeout);
  Error close(Millis timeout);
  std::size_t in_flight() const;
  std::size_t callback_failures() const { return callback_failures_; }
  void count_callback_failure() { ++callback_failures_; }
  std::string last_problem() const;
  bool on_own_thread() const { return transport_->on_own_thread(); }

 private:
  using Lock = std::unique_lock<std::mutex>;

  void opened(LinkId link, Now now) override;
  bool received(LinkId link, protocol::BytesView bytes, Now now) override;
  void lost(LinkId link, const std::string& reason, Now now) override;
  TimeMs advance(Now now) override;

  bool append(TopicState* topic, const RecordView& record, OnDelivery& done, Receipt* receipt);
  bool tell_settled(Lock& lock);
  bool wait_for_room(Lock& lock, TimeMs deadline);
  TimeMs deadline_after(Millis timeout) const { return later(transport_->now().monotonic, timeout.count()); }
  Error why_not(Appended appended, const RecordView& record) const;
  void after_append(Lock& lock);

  const std::unique_ptr<Transport> transport_;
  std::atomic<std::size_t> callback_failures_{0};
  mutable std::mutex mutex_;
  std::condition_variable changed_;

  // Guarded by mutex_.
  ProducerMachine machine_;
  int waiters_ = 0;
  std::uint64_t seen_ = 0;  // of the metadata
  bool stopped_ = false;

  Accumulator& accumulator_;  // the machine's; for any thread
};

}  // namespace mini::client
