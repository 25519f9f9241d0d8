#include "client/runtime/producer_face.h"

#include "client/runtime/seed.h"
#include "client/settings/cluster_settings.h"

namespace mini::client {
namespace {

ProducerOptions options_with(const Config& config, std::shared_ptr<Worker> worker) {
  ProducerOptions options = producer_options(config);
  options.worker = std::move(worker);
  return options;
}

}  // namespace

ProducerFace::ProducerFace(const Config& config, std::unique_ptr<Transport> transport)
    : transport_(std::move(transport)),
      machine_(cluster_options(config), options_with(config, transport_->worker()), transport_->wires(),
               fresh_seed()) {
  transport_->start(*this);
}

ProducerFace::~ProducerFace() { close(Millis(30'000)); }

// ---- the transport's thread ----

void ProducerFace::opened(LinkId link, Now now) {
  const Lock lock(mutex_);
  machine_.opened(link, now);
}

void ProducerFace::received(LinkId link, protocol::BytesView bytes, Now now) {
  const Lock lock(mutex_);
  machine_.received(link, bytes, now);
}

void ProducerFace::lost(LinkId link, const std::string& reason, Now now) {
  const Lock lock(mutex_);
  machine_.lost(link, reason, now);
}

TimeMs ProducerFace::advance(Now now) {
  Lock lock(mutex_);
  machine_.advance(now);
  tell_settled(lock);
  if (waiters_ > 0) changed_.notify_all();
  return machine_.next_deadline();
}

void ProducerFace::tell_settled(Lock& lock) {
  const std::vector<BatchPtr> settled = machine_.take_settled();
  if (settled.empty()) return;
  lock.unlock();
  for (const BatchPtr& batch : settled) batch->tell();
  lock.lock();
  for (const BatchPtr& batch : settled) machine_.told(*batch);
}

// ---- any thread ----

void ProducerFace::send(const RecordView& record, OnDelivery& done, Receipt* receipt) {
  Lock lock(mutex_);
  Appended appended = machine_.append(record, done, receipt, transport_->now());
  if (appended != Appended::yes) {
    const TimeMs deadline = deadline_after(Millis(machine_.options().max_block_ms));
    while (appended != Appended::yes && wait_for_room(lock, deadline))
      appended = machine_.append(record, done, receipt, transport_->now());
    if (appended != Appended::yes)
      machine_.refuse(record, done, receipt, why_not(appended, record), transport_->now());
  }
  after_append(lock);
}

bool ProducerFace::try_send(const RecordView& record, OnDelivery& done) {
  Lock lock(mutex_);
  const Appended appended = machine_.append(record, done, nullptr, transport_->now());
  if (appended != Appended::yes) transport_->ring();
  after_append(lock);
  return appended == Appended::yes;
}

void ProducerFace::after_append(Lock& lock) {
  if (!machine_.take_stirred()) return;
  if (stopped_) return tell_settled(lock);  // nobody else will
  transport_->ring();
}

bool ProducerFace::wait_for_room(Lock& lock, TimeMs deadline) {
  transport_->ring();
  if (transport_->on_own_thread() || transport_->now().monotonic >= deadline) return false;
  ++waiters_;
  transport_->wait(lock, changed_, deadline);
  --waiters_;
  return true;
}

Error ProducerFace::why_not(Appended appended, const RecordView& record) const {
  if (appended == Appended::full) return client_error(ClientErrc::buffer_full, machine_.last_problem());
  std::string problem = machine_.last_problem();
  if (problem.empty()) problem = "it does not exist (yet), or no broker leads it";
  return client_error(ClientErrc::timed_out,
                      "topic " + std::string(record.topic) + " is not known: " + problem);
}

Error ProducerFace::flush(Millis timeout) {
  if (transport_->on_own_thread()) return client_error(ClientErrc::invalid_call, "flush inside a callback");
  Lock lock(mutex_);
  if (stopped_) return {};
  const std::uint64_t ticket = machine_.flush();
  transport_->ring();
  const TimeMs deadline = deadline_after(timeout);
  ++waiters_;
  while (!machine_.told_up_to(ticket) && transport_->now().monotonic < deadline)
    transport_->wait(lock, changed_, deadline);
  --waiters_;
  if (machine_.told_up_to(ticket)) return {};
  std::string problem = std::to_string(machine_.unsettled()) + " records are not acknowledged";
  if (!machine_.last_problem().empty()) problem += ", " + machine_.last_problem();
  return client_error(ClientErrc::timed_out, std::move(problem));
}

Error ProducerFace::close(Millis timeout) {
  if (transport_->on_own_thread()) return client_error(ClientErrc::invalid_call, "close inside a callback");
  Error flushed = flush(timeout);
  transport_->stop();
  Lock lock(mutex_);
  if (stopped_) return {};
  stopped_ = true;
  machine_.abort(client_error(ClientErrc::closed, ""), transport_->now());
  tell_settled(lock);
  changed_.notify_all();
  return flushed;
}

std::size_t ProducerFace::in_flight() const {
  const Lock lock(mutex_);
  return machine_.unsettled();
}

std::string ProducerFace::last_problem() const {
  const Lock lock(mutex_);
  return machine_.last_problem();
}

}  // namespace mini::client
