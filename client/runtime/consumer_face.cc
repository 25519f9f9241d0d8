#include "client/runtime/consumer_face.h"

#include "client/runtime/seed.h"
#include "client/settings/cluster_settings.h"

namespace mini::client {
namespace {

constexpr Millis commit_timeout{60'000};

[[noreturn]] void refuse(const std::string& why) {
  throw KafkaError(client_error(ClientErrc::invalid_call, why));
}

std::string describe(const TopicPartition& partition) {
  return "topic " + partition.topic + ", partition " + std::to_string(partition.partition);
}

}  // namespace

ConsumerFace::ConsumerFace(const Config& config, std::unique_ptr<Transport> transport)
    : transport_(std::move(transport)),
      machine_(cluster_options(config), consumer_options(config), transport_->wires(), fresh_seed()) {
  transport_->start(*this);
}

ConsumerFace::~ConsumerFace() { close(Millis(30'000)); }

// ---- the transport's thread ----

void ConsumerFace::opened(LinkId link, Now now) {
  const Lock lock(mutex_);
  machine_.opened(link, now);
}

void ConsumerFace::received(LinkId link, protocol::BytesView bytes, Now now) {
  const Lock lock(mutex_);
  machine_.received(link, bytes, now);
}

void ConsumerFace::lost(LinkId link, const std::string& reason, Now now) {
  const Lock lock(mutex_);
  machine_.lost(link, reason, now);
}

TimeMs ConsumerFace::advance(Now now) {
  const Lock lock(mutex_);
  machine_.advance(now);
  changed_.notify_all();
  return machine_.next_deadline();
}

// ---- the user's thread: what to read ----

void ConsumerFace::check_open() const {
  if (closed_) throw KafkaError(client_error(ClientErrc::closed, ""));
}

void ConsumerFace::check_group() const {
  if (machine_.options().group_id.empty()) refuse("group.id is not set");
}

void ConsumerFace::subscribe(std::vector<std::string> topics, RebalanceListener listener) {
  const Lock lock(mutex_);
  check_open();
  check_group();
  listener_ = std::move(listener);
  machine_.subscribe({topics.begin(), topics.end()}, transport_->now());
  transport_->ring();
}

void ConsumerFace::assign(std::vector<TopicPartition> partitions) {
  const Lock lock(mutex_);
  check_open();
  machine_.assign(partitions, transport_->now());
  transport_->ring();
}

void ConsumerFace::unsubscribe() {
  const Lock lock(mutex_);
  check_open();
  machine_.unsubscribe(transport_->now());
  transport_->ring();
}

std::vector<TopicPartition> ConsumerFace::assignment() const {
  const Lock lock(mutex_);
  return machine_.assignment();
}

// ---- poll ----

Records ConsumerFace::poll(Millis timeout) {
  if (in_callback_) refuse("poll inside a callback");
  Lock lock(mutex_);
  check_open();
  const TimeMs deadline = deadline_after(timeout);
  for (bool first = true;; first = false) {
    machine_.polled(transport_->now());
    run_callbacks(lock);
    if (std::exchange(woken_, false)) return {};
    if (auto taken = machine_.take_records()) {
      transport_->ring();  // there is room for more
      return Records(std::move(taken));
    }
    if (Error failure = machine_.failure()) throw KafkaError(std::move(failure));
    if (first) transport_->ring();
    if (!first && passed(deadline)) return {};  // even poll(0) looks once: where nobody else works, it must
    transport_->wait(lock, changed_, deadline);
  }
}

void ConsumerFace::wakeup() noexcept {
  const Lock lock(mutex_);
  woken_ = true;
  changed_.notify_all();
  if (transport_->worker()) transport_->ring();  // who waits there waits for bells
}

// Calls the user without the lock; what the user throws goes on to whoever called us.
template <class Call>
void ConsumerFace::outside(Lock& lock, Call call) {
  lock.unlock();
  const bool before = std::exchange(in_callback_, true);
  try {
    call();
  } catch (...) {
    in_callback_ = before;
    lock.lock();
    throw;
  }
  in_callback_ = before;
  lock.lock();
}

void ConsumerFace::run_callbacks(Lock& lock) {
  for (FinishedCommit& commit : std::exchange(finished_commits_, {}))
    outside(lock, [&] { commit.tell(commit.error, commit.offsets); });
  while (auto event = machine_.take_event()) {
    struct Done {  // also where the listener throws
      ConsumerFace& face;
      const RebalanceEvent& event;
      ~Done() {
        face.machine_.event_done(event, face.transport_->now());
        face.transport_->ring();
      }
    } done{*this, *event};
    run_listener(lock, *event);
  }
}

void ConsumerFace::run_listener(Lock& lock, const RebalanceEvent& event) {
  using Kind = RebalanceEvent::Kind;
  const RebalanceListener::Fn& heard = event.kind == Kind::assigned  ? listener_.assigned
                                       : event.kind == Kind::revoked ? listener_.revoked
                                       : listener_.lost              ? listener_.lost
                                                                     : listener_.revoked;
  if (heard) outside(lock, [&] { heard(event.partitions); });
}

// ---- offsets ----

GroupOffsets::Done ConsumerFace::into(const std::shared_ptr<Outcome>& outcome) {
  return [outcome](const Error& error, const Offsets& offsets) {
    outcome->done = true;
    outcome->error = error;
    outcome->offsets = offsets;
  };
}

std::shared_ptr<ConsumerFace::Outcome> ConsumerFace::wait_for(Lock& lock,
                                                              const std::shared_ptr<Outcome>& outcome,
                                                              TimeMs deadline) {
  transport_->ring();
  while (!outcome->done && !passed(deadline)) transport_->wait(lock, changed_, deadline);
  if (!outcome->done) outcome->error = client_error(ClientErrc::timed_out, machine_.last_problem());
  if (outcome->error) throw KafkaError(outcome->error);
  return outcome;
}

void ConsumerFace::commit_sync(std::optional<Offsets> offsets) {
  Lock lock(mutex_);
  check_open();
  check_group();
  const auto outcome = std::make_shared<Outcome>();
  machine_.commit(offsets ? std::move(*offsets) : machine_.consumed(), deadline_after(commit_timeout),
                  into(outcome));
  wait_for(lock, outcome, deadline_after(commit_timeout));
}

void ConsumerFace::commit_async(std::optional<Offsets> offsets, OnCommit done) {
  const Lock lock(mutex_);
  check_open();
  check_group();
  machine_.commit(offsets ? std::move(*offsets) : machine_.consumed(), deadline_after(commit_timeout),
                  [this, done = std::move(done)](const Error& error, const Offsets& committed) {
                    if (done) finished_commits_.push_back({done, error, committed});
                  });
  transport_->ring();
}

Offsets ConsumerFace::committed(std::span<const TopicPartition> partitions, Millis timeout) {
  Lock lock(mutex_);
  check_open();
  check_group();
  const auto outcome = std::make_shared<Outcome>();
  machine_.look_up({partitions.begin(), partitions.end()}, deadline_after(timeout), into(outcome));
  return wait_for(lock, outcome, deadline_after(timeout))->offsets;
}

Offset ConsumerFace::position(const TopicPartition& partition, Millis timeout) {
  Lock lock(mutex_);
  check_open();
  const TimeMs deadline = deadline_after(timeout);
  for (;;) {
    const AssignedPartition* found = machine_.find(partition);
    if (!found) refuse(describe(partition) + " is not assigned");
    if (found->stage == AssignedPartition::Stage::failed) throw KafkaError(found->error);
    if (found->stage == AssignedPartition::Stage::reading) return found->position;
    if (passed(deadline)) throw KafkaError(client_error(ClientErrc::timed_out, machine_.last_problem()));
    transport_->wait(lock, changed_, deadline);
  }
}

void ConsumerFace::seek(const TopicPartition& partition, Offset offset) {
  const Lock lock(mutex_);
  check_open();
  if (offset < 0) refuse("an offset below zero");
  if (!machine_.seek(partition, offset)) refuse(describe(partition) + " is not assigned");
  transport_->ring();
}

std::optional<std::int64_t> ConsumerFace::lag(const TopicPartition& partition) const {
  const Lock lock(mutex_);
  const AssignedPartition* found = machine_.find(partition);
  if (!found || found->position < 0 || found->high_watermark < 0) return std::nullopt;
  return std::max<std::int64_t>(0, found->high_watermark - found->position);
}

// ---- the end ----

Error ConsumerFace::close(Millis timeout) {
  Lock lock(mutex_);
  if (closed_) return {};
  const TimeMs deadline = deadline_after(timeout);
  try {
    if (const auto event = machine_.closing_event()) run_listener(lock, *event);
  } catch (...) {  // closing goes on, come what may
  }
  closed_ = true;
  machine_.begin_close(transport_->now(), deadline_after(timeout));
  transport_->ring();
  while (!machine_.closed() && !passed(deadline)) transport_->wait(lock, changed_, deadline);
  const bool ended = machine_.closed();
  std::string problem = ended ? "" : machine_.last_problem();
  lock.unlock();
  transport_->stop();
  lock.lock();
  machine_.abort(transport_->now());
  try {
    run_callbacks(lock);
  } catch (...) {
  }
  return ended ? Error{} : client_error(ClientErrc::timed_out, "closing: " + problem);
}

std::string ConsumerFace::last_problem() const {
  const Lock lock(mutex_);
  return machine_.last_problem();
}

}  // namespace mini::client
