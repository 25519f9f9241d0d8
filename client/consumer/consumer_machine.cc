#include "client/consumer/consumer_machine.h"

namespace mini::client {

ConsumerMachine::ConsumerMachine(ClusterOptions cluster, ConsumerOptions options, Wires& wires,
                                 std::uint64_t seed)
    : options_(std::move(options)),
      cluster_(std::move(cluster), wires, seed),
      coordinator_(cluster_, options_),
      membership_(cluster_, coordinator_, options_),
      offsets_(cluster_, coordinator_, options_),
      fetcher_(cluster_, positions_, options_),
      lookups_(cluster_, options_) {}

// ---- what to read ----

AssignedPartition::Stage ConsumerMachine::first_stage() const {
  return grouped() ? AssignedPartition::Stage::committed_wanted : AssignedPartition::Stage::reset_wanted;
}

void ConsumerMachine::subscribe(Topics topics, Now now) {
  if (manual_) positions_.clear();
  manual_ = false;
  matches_ = nullptr;
  membership_.subscribe(std::move(topics), now);
  if (auto_commit_at_ == 0) auto_commit_at_ = later(now.monotonic, options_.auto_commit_interval_ms);
}

void ConsumerMachine::subscribe_matching(Matches matches, Now now) {
  if (manual_) positions_.clear();
  manual_ = false;
  if (auto_commit_at_ == 0) auto_commit_at_ = later(now.monotonic, options_.auto_commit_interval_ms);
  matches_ = std::move(matches);
  matched_version_ = cluster_.metadata().version();
  cluster_.refresh_metadata();
}

// With every picture of the cluster: topics come and go. As long as none matches, what was subscribed to
// stays.
void ConsumerMachine::match_topics(Now now) {
  if (!matches_ || cluster_.metadata().version() == matched_version_) return;
  matched_version_ = cluster_.metadata().version();
  Topics topics;
  for (const auto& [name, topic] : cluster_.metadata().topics())
    if (topic.usable() && !topic.internal && matches_(name)) topics.insert(name);
  if (!topics.empty() && topics != membership_.topics()) membership_.subscribe(std::move(topics), now);
}

void ConsumerMachine::assign(const std::vector<TopicPartition>& partitions, Now now) {
  if (!manual_) unsubscribe(now);
  matches_ = nullptr;
  manual_ = true;
  positions_.assign(partitions, first_stage());
  if (auto_commit_at_ == 0) auto_commit_at_ = later(now.monotonic, options_.auto_commit_interval_ms);
}

void ConsumerMachine::unsubscribe(Now now) {
  if (membership_.subscribed()) {
    auto_commit(now, later(now.monotonic, options_.request_timeout_ms));
    offsets_.advance(now);  // on its way before the member leaves
    membership_.subscribe({}, now);
  }
  manual_ = false;
  matches_ = nullptr;
  positions_.clear();
}

bool ConsumerMachine::seek(const TopicPartition& partition, Offset offset) {
  AssignedPartition* found = positions_.find(partition);
  if (found) found->read_from(offset);
  return found != nullptr;
}

bool ConsumerMachine::seek_to_end(const TopicPartition& partition, ResetTo end) {
  AssignedPartition* found = positions_.find(partition);
  if (!found) return false;
  found->look_for(AssignedPartition::Stage::reset_wanted);
  found->position = no_offset;
  found->sought_end = end;
  return true;
}

bool ConsumerMachine::pause(const TopicPartition& partition, bool paused) {
  AssignedPartition* found = positions_.find(partition);
  if (found) found->paused = paused;
  return found != nullptr;
}

std::vector<TopicPartition> ConsumerMachine::paused() const {
  std::vector<TopicPartition> names;
  for (const auto& [name, each] : positions_.all())
    if (each->paused) names.push_back(name);
  return names;
}

void ConsumerMachine::choose_topics() {
  if (matches_) return cluster_.want_all_topics();
  Topics topics = membership_.group_topics();
  for (const auto& [name, partition] : positions_.all()) topics.insert(name.topic);
  lookups_.add_topics(topics);
  cluster_.want_topics(std::move(topics));
}

// ---- poll ----

void ConsumerMachine::polled(Now now) {
  if (membership_.polled(now)) stirred_ = true;
  if (now.monotonic < auto_commit_at_) return;
  stirred_ = true;
  auto_commit_at_ = later(now.monotonic, options_.auto_commit_interval_ms);
  auto_commit(now, auto_commit_at_);
}

std::shared_ptr<const FetchedRecords> ConsumerMachine::take_records() {
  return positions_.take(options_.max_poll_records, stirred_);
}

void ConsumerMachine::auto_commit(Now, TimeMs deadline) {
  if (!options_.auto_commit || !grouped() || outside_its_group()) return;
  Offsets offsets = positions_.consumed();
  if (offsets.empty() || offsets == auto_committed_) return;
  offsets_.commit(offsets, membership_, deadline, [this](const Error& error, const Offsets& committed) {
    if (!error) auto_committed_ = committed;
  });
}

std::optional<RebalanceEvent> ConsumerMachine::take_event() {
  auto event = membership_.take_event();
  if (event && event->kind == RebalanceEvent::Kind::assigned)
    positions_.add(event->partitions, first_stage());
  return event;
}

void ConsumerMachine::event_done(const RebalanceEvent& event, Now now) {
  if (event.kind == RebalanceEvent::Kind::revoked) {
    auto_commit(now, later(now.monotonic, options_.request_timeout_ms));
    offsets_.advance(now);  // on its way before the member joins again
  }
  if (event.kind != RebalanceEvent::Kind::assigned) positions_.drop(event.partitions);
  auto_committed_.clear();
  membership_.event_done(event, now);
}

Error ConsumerMachine::failure() const {
  if (membership_.fatal()) return membership_.fatal();
  if (coordinator_.fatal()) return coordinator_.fatal();
  for (const std::string& name : membership_.topics()) {
    const TopicMetadata* topic = cluster_.metadata().topic(name);
    if (!topic || !failed(topic->error)) continue;
    if (Error error = broker_error(topic->error, "topic " + name); !error.retriable) return error;
  }
  return positions_.first_failure();
}

// ---- offsets ----

// It subscribed, and is no member: expelled, forgotten, or not there yet. A group without members takes a
// commit from anybody, so ours would rewind what others have read since.
bool ConsumerMachine::outside_its_group() const {
  return (matches_ || membership_.subscribed()) && membership_.generation() < 0;
}

void ConsumerMachine::commit(Offsets offsets, TimeMs deadline, GroupOffsets::Done done) {
  if (outside_its_group() && !offsets.empty())
    return done(broker_error(protocol::ErrorCode::unknown_member_id,
                             "committing offsets of group " + options_.group_id),
                {});
  offsets_.commit(std::move(offsets), membership_, deadline, std::move(done));
}

void ConsumerMachine::look_up(const std::vector<TopicPartition>& partitions, TimeMs deadline,
                              GroupOffsets::Done done) {
  offsets_.look_up(partitions, deadline, std::move(done));
}

void ConsumerMachine::look_up_times(OffsetLookups::Times times, TimeMs deadline, OffsetLookups::Done done) {
  lookups_.look_up(std::move(times), deadline, std::move(done));
}

void ConsumerMachine::look_up_positions() {
  std::map<TopicPartition, std::uint64_t> asked;
  std::vector<TopicPartition> names;
  for (const auto& [name, each] : positions_.all()) {
    if (each->stage != AssignedPartition::Stage::committed_wanted || each->asked) continue;
    each->asked = true;
    asked[name] = each->validity;
    names.push_back(name);
  }
  if (names.empty()) return;
  offsets_.look_up(names, never, [this, asked](const Error& error, const Offsets& found) {
    on_looked_up(asked, error, found);
  });
}

void ConsumerMachine::on_looked_up(const std::map<TopicPartition, std::uint64_t>& asked, const Error& error,
                                   const Offsets& found) {
  for (const auto& [name, validity] : asked) {
    AssignedPartition* partition = positions_.find(name, validity);
    if (!partition) continue;
    const auto offset = found.find(name);
    if (error)
      partition->fail(error);
    else if (offset != found.end())
      partition->read_from(offset->second.offset);
    else
      partition->look_for(AssignedPartition::Stage::reset_wanted);
  }
}

// ---- the end ----

std::optional<RebalanceEvent> ConsumerMachine::closing_event() const {
  if (manual_ || positions_.all().empty()) return std::nullopt;
  return RebalanceEvent{RebalanceEvent::Kind::revoked, positions_.names()};
}

void ConsumerMachine::begin_close(Now now, TimeMs deadline) {
  auto_commit(
      now, coordinator_.ready(now) ? deadline : std::min(deadline, later(now.monotonic, close_patience_ms)));
  offsets_.advance(now);
  membership_.leave(now);
}

void ConsumerMachine::abort(Now now) {
  cluster_.close(now);
  offsets_.fail_all(client_error(ClientErrc::closed, ""));
  lookups_.fail_all(client_error(ClientErrc::closed, ""));
}

// ---- time passes ----

void ConsumerMachine::advance(Now now) {
  choose_topics();
  cluster_.advance(now);
  match_topics(now);
  coordinator_.advance(membership_.needs_coordinator() || !offsets_.idle(), now);
  look_up_positions();
  offsets_.advance(now);  // before the membership: a commit must not come after the JoinGroup
  membership_.advance(now);
  fetcher_.advance(now);
  lookups_.advance(now);
}

TimeMs ConsumerMachine::next_deadline() const {
  const bool coordinator_needed = membership_.needs_coordinator() || !offsets_.idle();
  return std::min({cluster_.next_deadline(), coordinator_.next_deadline(coordinator_needed),
                   offsets_.next_deadline(), membership_.next_deadline(), fetcher_.next_deadline(),
                   lookups_.next_deadline()});
}

std::string ConsumerMachine::last_problem() const {
  if (!membership_.problem().empty()) return membership_.problem();
  if (std::string problem = cluster_.last_problem(); !problem.empty()) return problem;
  for (const std::string& name : membership_.topics())
    if (const TopicMetadata* topic = cluster_.metadata().topic(name); topic && failed(topic->error))
      return broker_error(topic->error, "topic " + name).message();
  for (const auto& [name, partition] : positions_.all())
    if (partition->error) return partition->error.message();
  return {};
}

}  // namespace mini::client
