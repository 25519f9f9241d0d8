#include "client/consumer/membership.h"
#include "protocol/messages/consumer_protocol.h"

// What the coordinator's answers mean for a member.
namespace mini::client {

using protocol::ErrorCode;

void Membership::on_join(Reply<protocol::JoinGroupResponse>& reply) {
  asking_ = false;
  const auto& answer = reply.response;
  if (!reply.error && answer.error_code == ErrorCode::member_id_required) {  // KIP-394
    member_id_ = answer.member_id;
    return;
  }
  if (reply.error) return on_error(reply.error);
  if (failed(answer.error_code))
    return on_error(broker_error(answer.error_code, "joining group " + options_.group_id));
  backoff_.reset();
  member_id_ = answer.member_id;
  generation_ = answer.generation_id;
  protocol_name_ = answer.protocol_name.value_or("range");
  heard_at_ = now_.monotonic;
  asking_ = true;
  if (answer.leader == answer.member_id && !answer.skip_assignment) return lead(answer);
  group_topics_ = topics_;
  sync({}, now_);
}

void Membership::lead(const protocol::JoinGroupResponse& response) {
  members_.clear();
  group_topics_ = topics_;
  for (const auto& member : response.members) {
    GroupMember known{member.member_id, member.group_instance_id.value_or(""), {}};
    if (const auto subscription = protocol::decode_subscription(member.metadata))
      known.topics = subscription->topics;
    group_topics_.insert(known.topics.begin(), known.topics.end());
    members_.push_back(std::move(known));
  }
  // Partition counts as of now, not as of the last time somebody looked.
  metadata_version_ = cluster_.metadata().version();
  cluster_.refresh_metadata();
  state_ = State::assigning;
}

void Membership::on_sync(Reply<protocol::SyncGroupResponse>& reply) {
  asking_ = false;
  if (reply.error) return on_error(reply.error);
  if (failed(reply.response.error_code))
    return on_error(broker_error(reply.response.error_code, "syncing group " + options_.group_id));
  RebalanceEvent assigned{RebalanceEvent::Kind::assigned, {}};
  if (const auto assignment = protocol::decode_assignment(reply.response.assignment)) {
    for (const auto& topic : assignment->assigned_partitions)
      for (const std::int32_t partition : topic.partitions)
        assigned.partitions.push_back({topic.topic, partition});
  } else if (!reply.response.assignment.empty()) {
    return on_error(client_error(ClientErrc::bad_answer,
                                 "the assignment of group " + options_.group_id + " cannot be read"));
  }
  backoff_.reset();
  problem_.clear();
  heard_at_ = now_.monotonic;
  heartbeat_at_ = later(now_.monotonic, options_.heartbeat_interval_ms);
  event_ = std::move(assigned);
  state_ = State::stable;
}

void Membership::on_heartbeat(Reply<protocol::HeartbeatResponse>& reply) {
  if (reply.error) {  // the session may well outlive this
    coordinator_.note(reply.error);
    return;
  }
  const ErrorCode code = reply.response.error_code;
  if (!failed(code)) {
    heard_at_ = now_.monotonic;
    return;
  }
  // While the user has yet to hear of it, the next heartbeats say the same again.
  if (code == ErrorCode::rebalance_in_progress) {
    heard_at_ = now_.monotonic;
    if (state_ == State::stable) rejoin(RebalanceEvent::Kind::revoked);
    return;
  }
  // Behind it a JoinGroup is on its way already, whose own answer tells what we are. Joining a second time
  // would leave a member behind that nobody is, and the whole group would wait for it.
  if (state_ != State::stable && state_ != State::giving_up) return;
  on_error(broker_error(code, "group " + options_.group_id));
}

void Membership::on_error(const Error& error) {
  const int code = error.code.value();
  const auto is = [code](ErrorCode each) { return code == static_cast<int>(each); };
  if (error.code == ClientErrc::closed) return;
  problem_ = error.message();
  const bool forgotten = is(ErrorCode::unknown_member_id) || is(ErrorCode::illegal_generation);
  const bool owns = state_ == State::stable || state_ == State::giving_up;
  if (forgotten) {
    reset_identity();
    if (owns && event_ && !event_taken_ && event_->kind == RebalanceEvent::Kind::revoked)
      event_->kind = RebalanceEvent::Kind::lost;
    else
      rejoin(RebalanceEvent::Kind::lost);
    return;
  }
  if (coordinator_.note(error) || is(ErrorCode::rebalance_in_progress)) {
    if (!owns) try_again();
    return;
  }
  fatal_ = error;
  reset_identity();
  if (!owned_.empty()) rejoin(RebalanceEvent::Kind::lost);
}

void Membership::try_again() {
  ++attempt_;
  asking_ = false;
  members_.clear();
  state_ = State::joining;
  try_at_ = now_.monotonic + backoff_.next_ms(cluster_.random());
}

}  // namespace mini::client
