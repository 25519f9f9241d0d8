#pragma once

#include <condition_variable>
#include <mutex>

#include "client/producer/producer_machine.h"
#include "client/transport/transport.h"
#include "mini/producer.h"

namespace mini::client {

// The producer as threads use it: one lock around the machine, callbacks outside of it, and the waits.
class ProducerFace final : private Driven {
 public:
  ProducerFace(const Config& config, std::unique_ptr<Transport> transport);
  ~ProducerFace() override;

  void send(const RecordView& record, OnDelivery& done, Receipt* receipt);
  bool try_send(const RecordView& record, OnDelivery& done);
  Error flush(Millis timeout);
  Error close(Millis timeout);
  std::size_t in_flight() const;
  std::string last_problem() const;

 private:
  using Lock = std::unique_lock<std::mutex>;

  void opened(LinkId link, Now now) override;
  void received(LinkId link, protocol::BytesView bytes, Now now) override;
  void lost(LinkId link, const std::string& reason, Now now) override;
  TimeMs advance(Now now) override;

  void tell_settled(Lock& lock);
  bool wait_for_room(Lock& lock, TimeMs deadline);
  TimeMs deadline_after(Millis timeout) const { return later(transport_->now().monotonic, timeout.count()); }
  Error why_not(Appended appended, const RecordView& record) const;
  void after_append(Lock& lock);

  const std::unique_ptr<Transport> transport_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;

  // Guarded by mutex_.
  ProducerMachine machine_;
  int waiters_ = 0;
  bool stopped_ = false;
};

}  // namespace mini::client
