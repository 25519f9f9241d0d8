#include "client/runtime/consumer_face.h"

// The consumer's offsets as its one thread asks for them.
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

void ConsumerFace::check_woken() {
  if (std::exchange(woken_, false)) throw KafkaError(client_error(ClientErrc::woken, ""));
}

GroupOffsets::Done ConsumerFace::into(const std::shared_ptr<Outcome>& outcome) {
  return [outcome](const Error& error, const Offsets& offsets) {
    outcome->done = true;
    outcome->error = error;
    outcome->offsets = offsets;
  };
}

std::shared_ptr<ConsumerFace::Outcome> ConsumerFace::wait_for(Lock& lock,
                                                              const std::shared_ptr<Outcome>& outcome,
                                                              TimeMs deadline, bool wakes) {
  transport_->ring();
  while (!outcome->done && !passed(deadline)) {
    if (wakes) check_woken();
    transport_->wait(lock, changed_, deadline);
  }
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
  wait_for(lock, outcome, deadline_after(commit_timeout), false);
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
    check_woken();
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

void ConsumerFace::seek(std::span<const TopicPartition> partitions, SeekTo where) {
  const Lock lock(mutex_);
  check_open();
  const ResetTo end = where == SeekTo::beginning ? ResetTo::earliest : ResetTo::latest;
  for (const TopicPartition& each : partitions)
    if (!machine_.seek_to_end(each, end)) refuse(describe(each) + " is not assigned");
  transport_->ring();
}

std::optional<std::int64_t> ConsumerFace::lag(const TopicPartition& partition) const {
  const Lock lock(mutex_);
  const AssignedPartition* found = machine_.find(partition);
  if (!found || found->position < 0 || found->end < 0) return std::nullopt;
  return std::max<std::int64_t>(0, found->end - found->position);
}

// ---- offsets of any partitions ----

OffsetLookups::Answers ConsumerFace::look_up(OffsetLookups::Times times, Millis timeout) {
  Lock lock(mutex_);
  check_open();
  const auto outcome = std::make_shared<Outcome>();
  const auto answers = std::make_shared<OffsetLookups::Answers>();
  machine_.look_up_times(std::move(times), deadline_after(timeout),
                         [outcome, answers](const Error& error, const OffsetLookups::Answers& found) {
                           outcome->done = true;
                           outcome->error = error;
                           *answers = found;
                         });
  wait_for(lock, outcome, deadline_after(timeout));
  return std::move(*answers);
}

std::map<TopicPartition, OffsetAndTimestamp> ConsumerFace::offsets_for_times(
    const std::map<TopicPartition, Timestamp>& times, Millis timeout) {
  OffsetLookups::Times wanted;
  for (const auto& [partition, time] : times) {
    if (time.time_since_epoch().count() < 0) refuse("a time before 1970");
    wanted[partition] = time.time_since_epoch().count();
  }
  std::map<TopicPartition, OffsetAndTimestamp> offsets;
  for (const auto& [partition, found] : look_up(std::move(wanted), timeout))
    if (found.offset >= 0)
      offsets[partition] = {found.offset, Timestamp(Millis(found.timestamp)), found.leader_epoch};
  return offsets;
}

std::map<TopicPartition, Offset> ConsumerFace::ends(std::span<const TopicPartition> partitions, SeekTo which,
                                                    Millis timeout) {
  OffsetLookups::Times wanted;
  for (const TopicPartition& each : partitions)
    wanted[each] = which == SeekTo::beginning ? beginning_of_partition : end_of_partition;
  std::map<TopicPartition, Offset> offsets;
  for (const auto& [partition, found] : look_up(std::move(wanted), timeout))
    offsets[partition] = found.offset;
  return offsets;
}

}  // namespace mini::client
