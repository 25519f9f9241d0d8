#include "client/runtime/consumer_face.h"

#include "client/runtime/log_lines.h"
#include "client/runtime/seed.h"
#include "client/runtime/topic_pattern.h"
#include "client/settings/cluster_settings.h"

namespace mini::client {
namespace {

[[noreturn]] void refuse(const std::string& why) {
  throw KafkaError(client_error(ClientErrc::invalid_call, why));
}

ConsumerOptions options_for(const Config& config, const Transport& transport) {
  ConsumerOptions options = consumer_options(config);
  options.poll_interval_counts = config.is_set("max.poll.interval.ms") || !transport.hand_moved_time();
  return options;
}

}  // namespace

ConsumerFace::ConsumerFace(const Config& config, std::unique_ptr<Transport> transport)
    : transport_(std::move(transport)),
      machine_(cluster_options(config), options_for(config, *transport_), transport_->wires(), fresh_seed()),
      warnings_(config.warnings()) {
  transport_->start(*this);
}

ConsumerFace::~ConsumerFace() { close(Millis(10'000)); }

// ---- the transport's thread ----

void ConsumerFace::opened(LinkId link, Now now) {
  const Lock lock(mutex_);
  machine_.opened(link, now);
}

bool ConsumerFace::received(LinkId link, protocol::BytesView bytes, Now now) {
  const Lock lock(mutex_);
  return machine_.received(link, bytes, now);
}

void ConsumerFace::lost(LinkId link, const std::string& reason, Now now) {
  const Lock lock(mutex_);
  machine_.lost(link, reason, now);
}

TimeMs ConsumerFace::advance(Now now) {
  Lock lock(mutex_);
  machine_.advance(now);
  changed_.notify_all();
  const TimeMs next = machine_.next_deadline();
  const std::vector<std::string> notices = machine_.take_notices();
  lock.unlock();
  tell(notices);
  return next;
}

// A handler's own trouble must not become ours.
void ConsumerFace::tell(const std::vector<std::string>& notices) {
  if (notices.empty()) return;
  const std::lock_guard lock(log_mutex_);
  for (const std::string& notice : notices) {
    const auto log = log_;
    if (!log) {
      print(notice);
      continue;
    }
    try {
      (*log)(notice);
    } catch (...) {
    }
  }
}

// About the configuration: held back until the program had its chance to say where lines go.
void ConsumerFace::warn() {
  const std::lock_guard lock(log_mutex_);
  const std::vector<std::string> warnings = std::exchange(warnings_, {});
  log_ ? tell(warnings) : print_once(warnings);
}

void ConsumerFace::on_log(OnLog log) {
  const std::lock_guard lock(log_mutex_);
  log_ = log ? std::make_shared<const OnLog>(std::move(log)) : nullptr;
  warn();
}

// ---- the user's thread: what to read ----

void ConsumerFace::check_open() const {
  if (closed_) throw KafkaError(client_error(ClientErrc::closed, ""));
}

void ConsumerFace::check_group() const {
  if (machine_.options().group_id.empty()) refuse("group.id is not set");
}

void ConsumerFace::subscribe(std::vector<std::string> topics, RebalanceListener listener) {
  warn();
  const Lock lock(mutex_);
  check_open();
  check_group();
  listener_ = std::make_shared<const RebalanceListener>(std::move(listener));
  machine_.subscribe({topics.begin(), topics.end()}, transport_->now());
  transport_->ring();
}

void ConsumerFace::subscribe_pattern(const std::string& regex, RebalanceListener listener) {
  auto matches = topic_pattern(regex);
  warn();
  const Lock lock(mutex_);
  check_open();
  check_group();
  listener_ = std::make_shared<const RebalanceListener>(std::move(listener));
  machine_.subscribe_matching(std::move(matches), transport_->now());
  transport_->ring();
}

void ConsumerFace::assign(std::vector<TopicPartition> partitions) {
  warn();
  const Lock lock(mutex_);
  check_open();
  machine_.assign(partitions, transport_->now());
  transport_->ring();
}

void ConsumerFace::unsubscribe() {
  Lock lock(mutex_);
  check_open();
  if (const auto event = machine_.closing_event(); event && !in_callback_) run_listener(lock, *event);
  machine_.unsubscribe(transport_->now());
  transport_->ring();
}

std::vector<TopicPartition> ConsumerFace::assignment() const {
  const Lock lock(mutex_);
  return machine_.assignment();
}

std::vector<std::string> ConsumerFace::subscription() const {
  const Lock lock(mutex_);
  const auto& topics = machine_.membership().topics();
  return {topics.begin(), topics.end()};
}

GroupMetadata ConsumerFace::group_metadata() const {
  const Lock lock(mutex_);
  const ConsumerOptions& options = machine_.options();
  return {options.group_id, machine_.membership().generation(), machine_.membership().member_id(),
          options.group_instance_id};
}

void ConsumerFace::pause(std::span<const TopicPartition> partitions, bool paused) {
  const Lock lock(mutex_);
  check_open();
  for (const TopicPartition& each : partitions)
    if (!machine_.pause(each, paused))
      refuse("topic " + each.topic + ", partition " + std::to_string(each.partition) + " is not assigned");
  transport_->ring();
}

std::vector<TopicPartition> ConsumerFace::paused() const {
  const Lock lock(mutex_);
  return machine_.paused();
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
    auto taken = machine_.take_records();
    // Where the transport has no thread of its own, who hears this bell takes in what was fetched ahead.
    const bool nobody_else_works = taken && transport_->worker();
    if (machine_.take_stirred() || (first && !taken) || nobody_else_works) transport_->ring();
    if (taken) return Records(std::move(taken));
    if (Error failure = machine_.failure()) throw KafkaError(std::move(failure));
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
  const auto listener = listener_;
  if (!listener) return;
  const RebalanceListener::Fn& heard = event.kind == Kind::assigned  ? listener->assigned
                                       : event.kind == Kind::revoked ? listener->revoked
                                       : listener->lost              ? listener->lost
                                                                     : listener->revoked;
  if (heard) outside(lock, [&] { heard(event.partitions); });
}

// ---- the end ----

Error ConsumerFace::close(Millis timeout) {
  if (on_own_thread()) return client_error(ClientErrc::invalid_call, "close inside on_log");
  warn();
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
