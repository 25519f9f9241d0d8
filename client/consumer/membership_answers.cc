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
  assignor_ = find_assignor(answer.protocol_name.value_or(""));
  if (!assignor_)
    return on_error(client_error(
        ClientErrc::unsupported,
        "group " + options_.group_id + " chose the unknown assignor " + answer.protocol_name.value_or("")));
  heard_at_ = now_.monotonic;
  asking_ = true;
  if (answer.leader == answer.member_id) return lead(answer);
  group_topics_ = topics_;
  sync({}, now_);
}

void Membership::lead(const protocol::JoinGroupResponse& response) {
  members_.clear();
  keeps_assignment_ = response.skip_assignment;
  group_topics_ = topics_;
  for (const auto& member : response.members) {
    members_.push_back(read_member(member, *assignor_));
    group_topics_.insert(members_.back().topics.begin(), members_.back().topics.end());
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
  std::vector<TopicPartition> assigned;
  if (const auto assignment = protocol::decode_assignment(reply.response.assignment)) {
    for (const auto& topic : assignment->assigned_partitions)
      for (const std::int32_t partition : topic.partitions) assigned.push_back({topic.topic, partition});
  } else if (!reply.response.assignment.empty()) {
    return on_error(client_error(ClientErrc::bad_answer,
                                 "the assignment of group " + options_.group_id + " cannot be read"));
  }
  backoff_.reset();
  problem_.clear();
  heard_at_ = now_.monotonic;
  heartbeat_at_ = later(now_.monotonic, options_.heartbeat_interval_ms);
  had_ = {assigned, generation_};
  joins_when_settled_ = ownership_.assign(assigned);
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
    return rejoin(RebalanceEvent::Kind::lost);
  }
  if (coordinator_.note(error) || is(ErrorCode::rebalance_in_progress)) {
    if (!owns) try_again();
    return;
  }
  fatal_ = error;
  reset_identity();
  if (!ownership_.owned().empty()) rejoin(RebalanceEvent::Kind::lost);
}

void Membership::try_again() {
  ++attempt_;
  asking_ = false;
  members_.clear();
  state_ = State::joining;
  try_at_ = now_.monotonic + backoff_.next_ms(cluster_.random());
}

}  // namespace mini::client
