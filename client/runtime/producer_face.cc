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
               fresh_seed()),
      accumulator_(machine_.accumulator()) {
  // Where whoever waits does the work, everybody sees by himself when there is room again.
  if (!transport_->worker()) accumulator_.pool().set_bell([this] { transport_->ring(); });
  transport_->start(*this);
}

ProducerFace::~ProducerFace() { close(Millis(30'000)); }

// ---- the transport's thread ----

void ProducerFace::opened(LinkId link, Now now) {
  const Lock lock(mutex_);
  machine_.opened(link, now);
}

bool ProducerFace::received(LinkId link, protocol::BytesView bytes, Now now) {
  const Lock lock(mutex_);
  return machine_.received(link, bytes, now);
}

void ProducerFace::lost(LinkId link, const std::string& reason, Now now) {
  const Lock lock(mutex_);
  machine_.lost(link, reason, now);
}

TimeMs ProducerFace::advance(Now now) {
  Lock lock(mutex_);
  const bool room = accumulator_.pool().take_room_made();
  machine_.advance(now);
  const bool told = tell_settled(lock);
  // Only for news: whoever waits would look in vain, and ring again.
  const bool learned = std::exchange(seen_, machine_.metadata_version()) != machine_.metadata_version();
  if (waiters_ > 0 && (room || told || learned)) changed_.notify_all();
  return machine_.next_deadline();
}

bool ProducerFace::tell_settled(Lock& lock) {
  const std::vector<BatchPtr> settled = machine_.take_settled();
  if (settled.empty()) return false;
  lock.unlock();
  for (BatchPtr batch : settled) callback_failures_ += batch->tell();
  lock.lock();
  for (BatchPtr batch : settled) machine_.told(*batch);
  return true;
}

// ---- any thread ----

// Without the machine's lock, nearly always.
bool ProducerFace::append(TopicState* topic, const RecordView& record, OnDelivery& done, Receipt* receipt) {
  const Now now = transport_->now();
  const Taken taken = topic ? accumulator_.append(*topic, record, done, receipt, now)
                            : accumulator_.append(record, done, receipt, now);
  if (taken.stirred) transport_->ring();
  return taken.appended == Appended::yes;
}

void ProducerFace::send(TopicState* topic, const RecordView& record, OnDelivery& done, Receipt* receipt) {
  if (append(topic, record, done, receipt)) return;
  Lock lock(mutex_);
  Appended appended = machine_.append(record, done, receipt, transport_->now());
  if (appended != Appended::yes) {
    const TimeMs deadline = deadline_after(Millis(machine_.options().max_block_ms));
    transport_->ring();
    do {
      accumulator_.pool().want_room();
      appended = machine_.append(record, done, receipt, transport_->now());
      if (machine_.take_hurried()) transport_->ring();
    } while (appended != Appended::yes && wait_for_room(lock, deadline));
    if (appended != Appended::yes)
      machine_.refuse(record, done, receipt, why_not(appended, record), transport_->now());
  }
  after_append(lock);
}

std::size_t ProducerFace::send_some(std::span<const RecordView> records,
                                    const std::function<OnDelivery()>& make) {
  bool stirred = false;
  const std::size_t taken = accumulator_.append_run(records, make, transport_->now(), stirred);
  if (stirred) transport_->ring();
  return taken;
}

bool ProducerFace::try_send(TopicState* topic, const RecordView& record, OnDelivery& done) {
  if (append(topic, record, done, nullptr)) return true;
  Lock lock(mutex_);
  const Appended appended = machine_.append(record, done, nullptr, transport_->now());
  after_append(lock);
  return appended == Appended::yes;
}

void ProducerFace::after_append(Lock& lock) {
  if (stopped_) {
    tell_settled(lock);  // nobody else will
    return;
  }
  lock.unlock();
  transport_->ring();
}

bool ProducerFace::wait_for_room(Lock& lock, TimeMs deadline) {
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
  const std::uint64_t number = machine_.flush();
  transport_->ring();
  const TimeMs deadline = deadline_after(timeout);
  ++waiters_;
  while (!machine_.told_up_to(number) && transport_->now().monotonic < deadline)
    transport_->wait(lock, changed_, deadline);
  --waiters_;
  if (machine_.told_up_to(number)) return {};
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
