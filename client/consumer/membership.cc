#include "client/consumer/membership.h"

#include <algorithm>

#include "client/cluster/versions.h"
#include "protocol/messages/consumer_protocol.h"

// When a member does what; membership_answers.cc has what comes of it.
namespace mini::client {
namespace {

bool cooperative(const std::vector<const Assignor*>& assignors) {
  return std::all_of(assignors.begin(), assignors.end(), [](const auto* each) { return each->cooperative; });
}

}  // namespace

Membership::Membership(Cluster& cluster, Coordinator& coordinator, const ConsumerOptions& options)
    : cluster_(cluster),
      coordinator_(coordinator),
      options_(options),
      backoff_(options.retry_backoff_ms, options.retry_backoff_max_ms),
      ownership_(cooperative(options.assignors)) {}

void Membership::subscribe(std::set<std::string, std::less<>> topics, Now now) {
  now_ = now;
  polled_at_ = now.monotonic;
  topics_ = std::move(topics);
  group_topics_ = topics_;
  fatal_ = {};
  if (topics_.empty()) return leave(now);
  if (state_ == State::out)
    state_ = State::joining;
  else
    rejoin(RebalanceEvent::Kind::revoked);
}

// ---- what the user has to hear ----

void Membership::event_done(const RebalanceEvent& event, Now now) {
  now_ = now;
  ownership_.done(event);
  if (state_ == State::giving_up) return giving_up_goes_on();
  if (state_ == State::stable && ownership_.settled() && std::exchange(joins_when_settled_, false))
    rejoin(RebalanceEvent::Kind::revoked);
}

// Something ended our part in this generation: gives up what has to be given up, then joins again.
void Membership::rejoin(RebalanceEvent::Kind why) {
  ++attempt_;
  asking_ = false;
  joins_when_settled_ = false;
  members_.clear();
  if (state_ != State::giving_up || why == RebalanceEvent::Kind::lost) gives_up_as_ = why;
  state_ = State::giving_up;
  giving_up_goes_on();
}

void Membership::giving_up_goes_on() {
  ownership_.give_up(gives_up_as_, topics_);
  if (ownership_.settled()) state_ = State::joining;
}

bool Membership::polled(Now now) {
  now_ = now;
  polled_at_ = now.monotonic;
  if (state_ != State::expelled) return false;
  problem_.clear();
  rejoin(RebalanceEvent::Kind::lost);
  return true;
}

TimeMs Membership::poll_deadline() const {
  return options_.poll_interval_counts ? later(polled_at_, options_.max_poll_interval_ms) : never;
}

void Membership::check_poll_interval(Now now) {
  if (state_ == State::out || state_ == State::expelled || leaving_) return;
  if (now.monotonic < poll_deadline()) return;
  problem_ =
      "poll was not called for max.poll.interval.ms = " + std::to_string(options_.max_poll_interval_ms) +
      " ms, so this member left group " + options_.group_id +
      " and its partitions go to others until the next poll";
  notices_.push_back(problem_);
  if (!options_.group_instance_id) send_leave(now);
  reset_identity();
  ++attempt_;
  asking_ = false;
  state_ = State::expelled;
}

void Membership::leave(Now now) {
  now_ = now;
  if (state_ == State::out) return;
  // A static member comes back under its name: the group keeps its place until the session ends (KIP-345).
  if (!options_.group_instance_id) send_leave(now);
  reset_identity();
  ++attempt_;
  asking_ = false;
  ownership_.forget();
  joins_when_settled_ = false;
  state_ = State::out;
}

void Membership::send_leave(Now now) {
  // Where it does not hear of it in time, the end of the session tells the group.
  if (member_id_.empty() || !coordinator_.known()) return;
  leaving_ = true;
  leave_by_ = later(now.monotonic, close_patience_ms);
  protocol::LeaveGroupRequest::MemberIdentity self;
  self.member_id = member_id_;
  coordinator_.request(make_request<protocol::LeaveGroupRequest, protocol::LeaveGroupResponse>(
                           versions::leave_group, options_.request_timeout_ms,
                           [self, group = options_.group_id](std::int16_t version) {
                             protocol::LeaveGroupRequest request;
                             request.group_id = group;
                             if (version >= 3)
                               request.members.push_back(self);
                             else
                               request.member_id = self.member_id;
                             return request;
                           },
                           [this](Reply<protocol::LeaveGroupResponse>&) { leaving_ = false; }),
                       now);
}

void Membership::reset_identity() {
  member_id_.clear();
  generation_ = no_generation;
}

// ---- time passes ----

void Membership::advance(Now now) {
  now_ = now;
  check_poll_interval(now);
  if (now.monotonic >= leave_by_) leaving_ = false;
  if (fatal_ || !coordinator_.known()) return;
  if (state_ == State::joining && !asking_ && now.monotonic >= try_at_) join(now);
  if (state_ == State::assigning) maybe_assign(now);
  if (state_ == State::stable) check_partition_counts();
  heartbeat(now);
}

TimeMs Membership::next_deadline() const {
  if (state_ == State::out || fatal_) return leaving_ ? leave_by_ : never;
  TimeMs next = state_ == State::expelled ? never : poll_deadline();
  if (!coordinator_.known()) return next;
  if (state_ == State::joining && !asking_) next = std::min(next, try_at_);
  const bool beating = state_ == State::stable || state_ == State::giving_up;
  if (beating && !heartbeat_asked_ && generation_ >= 0) next = std::min(next, heartbeat_at_);
  return next;
}

void Membership::join(Now now) {
  asking_ = true;
  constexpr std::int64_t grace_ms = 5000;  // for the answer's way, beyond what the broker may wait
  coordinator_.request(
      make_request<protocol::JoinGroupRequest, protocol::JoinGroupResponse>(
          versions::join_group, options_.max_poll_interval_ms + grace_ms,
          [request = join_request(), instance = options_.group_instance_id](std::int16_t version) mutable {
            if (version >= 5) request.group_instance_id = instance;
            return request;
          },
          [this, attempt = attempt_](Reply<protocol::JoinGroupResponse>& reply) {
            if (attempt == attempt_) on_join(reply);
          }),
      now);
}

protocol::JoinGroupRequest Membership::join_request() const {
  protocol::JoinGroupRequest request;
  request.group_id = options_.group_id;
  request.session_timeout_ms = options_.session_timeout_ms;
  request.rebalance_timeout_ms = options_.max_poll_interval_ms;
  request.member_id = member_id_;
  request.protocol_type = "consumer";
  for (const Assignor* assignor : options_.assignors) {
    auto& each = request.protocols.emplace_back();
    each.name = assignor->name;
    each.metadata = encode_subscription(*assignor, topics_, {ownership_.owned(), generation_}, had_);
  }
  return request;
}

// The leader has to know the partitions of every topic of the group first.
void Membership::maybe_assign(Now now) {
  if (cluster_.metadata().version() == metadata_version_) return;
  for (const std::string& topic : group_topics_)
    if (!cluster_.metadata().topic(topic)) return cluster_.refresh_metadata();
  counts_ = partition_counts();
  sync(keeps_assignment_ ? Shares{} : shares(), now);
}

Membership::Shares Membership::shares() const {
  Shares shares;
  for (const auto& [member, partitions] : assignor_->assign(members_, counts_)) {
    protocol::ConsumerProtocolAssignment assignment;
    for (const TopicPartition& each : partitions) {
      auto& topics = assignment.assigned_partitions;
      if (topics.empty() || topics.back().topic != each.topic) topics.emplace_back().topic = each.topic;
      topics.back().partitions.push_back(each.partition);
    }
    auto& share = shares.emplace_back();
    share.member_id = member;
    share.assignment = protocol::encode_blob(assignment, 1);
  }
  return shares;
}

PartitionCounts Membership::partition_counts() const {
  PartitionCounts counts;
  for (const std::string& topic : group_topics_)
    if (const std::int32_t count = cluster_.metadata().partition_count(topic); count > 0)
      counts[topic] = count;
  return counts;
}

// A topic that came into being, or grew: the group shares out again.
void Membership::check_partition_counts() {
  if (members_.empty() || cluster_.metadata().version() == metadata_version_) return;
  metadata_version_ = cluster_.metadata().version();
  for (const auto& [topic, count] : partition_counts())
    if (counts_[topic] != count) return rejoin(RebalanceEvent::Kind::revoked);
}

void Membership::sync(Shares assignments, Now now) {
  state_ = State::syncing;
  protocol::SyncGroupRequest request;
  request.group_id = options_.group_id;
  request.generation_id = generation_;
  request.member_id = member_id_;
  request.protocol_type = "consumer";
  request.protocol_name = assignor_->name;
  request.assignments = std::move(assignments);
  coordinator_.request(make_request<protocol::SyncGroupRequest, protocol::SyncGroupResponse>(
                           versions::sync_group, options_.max_poll_interval_ms,
                           [request, instance = options_.group_instance_id](std::int16_t version) mutable {
                             if (version >= 3) request.group_instance_id = instance;
                             return request;
                           },
                           [this, attempt = attempt_](Reply<protocol::SyncGroupResponse>& reply) {
                             if (attempt == attempt_) on_sync(reply);
                           }),
                       now);
}

void Membership::heartbeat(Now now) {
  const bool beating = state_ == State::stable || state_ == State::giving_up;
  if (!beating || heartbeat_asked_ || generation_ < 0 || now.monotonic < heartbeat_at_) return;
  if (now.monotonic >= later(heard_at_, options_.session_timeout_ms)) {
    heard_at_ = now.monotonic;
    return coordinator_.forget();  // maybe it is another one by now
  }
  heartbeat_asked_ = true;
  heartbeat_at_ = later(now.monotonic, options_.heartbeat_interval_ms);
  protocol::HeartbeatRequest request;
  request.group_id = options_.group_id;
  request.generation_id = generation_;
  request.member_id = member_id_;
  coordinator_.request(make_request<protocol::HeartbeatRequest, protocol::HeartbeatResponse>(
                           versions::heartbeat, options_.request_timeout_ms,
                           [request, instance = options_.group_instance_id](std::int16_t version) mutable {
                             if (version >= 3) request.group_instance_id = instance;
                             return request;
                           },
                           [this, attempt = attempt_](Reply<protocol::HeartbeatResponse>& reply) {
                             heartbeat_asked_ = false;
                             if (attempt == attempt_) on_heartbeat(reply);
                           }),
                       now);
}

}  // namespace mini::client
