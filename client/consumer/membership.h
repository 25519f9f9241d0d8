#pragma once

#include <set>

#include "client/consumer/coordinator.h"
#include "client/consumer/ownership.h"
#include "client/consumer/subscription.h"
#include "protocol/messages/heartbeat.h"
#include "protocol/messages/join_group.h"
#include "protocol/messages/leave_group.h"
#include "protocol/messages/sync_group.h"

// A member of a classic group.
//
//   out -> joining -> (assigning ->) syncing -> stable -> giving_up -> joining ...
//
// The user hears of it in poll: `take_event` gives what to tell, `event_done` lets it go on. While the user
// has yet to hear that partitions are taken away, the member stays in the old generation and its heartbeats
// go on. Whether it is eager or cooperative goes by the assignors: cooperative where all of them are.
namespace mini::client {

class Membership {
 public:
  Membership(Cluster& cluster, Coordinator& coordinator, const ConsumerOptions& options);

  void subscribe(std::set<std::string, std::less<>> topics, Now now);  // empty: leaves
  bool subscribed() const { return !topics_.empty(); }
  const std::set<std::string, std::less<>>& topics() const { return topics_; }
  // Those whose partitions have to be known: the group's, where this member leads it.
  const std::set<std::string, std::less<>>& group_topics() const { return group_topics_; }

  std::optional<RebalanceEvent> take_event() { return ownership_.take(); }
  void event_done(const RebalanceEvent& event, Now now);
  bool polled(Now now);  // whether it joins anew because of it
  void leave(Now now);
  bool left() const { return state_ == State::out && !leaving_; }

  void advance(Now now);
  TimeMs next_deadline() const;
  bool needs_coordinator() const { return state_ != State::out || leaving_; }

  GenerationId generation() const { return generation_; }
  const std::string& member_id() const { return member_id_; }
  const Error& fatal() const { return fatal_; }
  const std::string& problem() const { return problem_; }
  // What somebody should read in a log, even if nobody asks.
  std::vector<std::string> take_notices() { return std::exchange(notices_, {}); }

 private:
  enum class State { out, joining, assigning, syncing, stable, giving_up, expelled };

  void join(Now now);
  protocol::JoinGroupRequest join_request() const;
  void giving_up_goes_on();
  void on_join(Reply<protocol::JoinGroupResponse>& reply);
  void lead(const protocol::JoinGroupResponse& response);
  void maybe_assign(Now now);
  using Shares = std::vector<protocol::SyncGroupRequest::SyncGroupRequestAssignment>;
  Shares shares() const;
  void sync(Shares assignments, Now now);
  void on_sync(Reply<protocol::SyncGroupResponse>& reply);
  void heartbeat(Now now);
  void on_heartbeat(Reply<protocol::HeartbeatResponse>& reply);
  void send_leave(Now now);
  TimeMs poll_deadline() const;
  void check_poll_interval(Now now);
  void check_partition_counts();
  PartitionCounts partition_counts() const;

  // A group request failed: what that means for the membership.
  void on_error(const Error& error);
  void rejoin(RebalanceEvent::Kind why);
  void reset_identity();
  void try_again();

  Cluster& cluster_;
  Coordinator& coordinator_;
  const ConsumerOptions& options_;

  State state_ = State::out;
  std::set<std::string, std::less<>> topics_;
  std::set<std::string, std::less<>> group_topics_;
  std::string member_id_;
  GenerationId generation_ = no_generation;
  std::uint64_t attempt_ = 0;  // answers to what an earlier attempt asked are not for us any more
  bool asking_ = false;        // JoinGroup or SyncGroup
  TimeMs try_at_ = 0;
  Backoff backoff_;

  Ownership ownership_;
  RebalanceEvent::Kind gives_up_as_ = RebalanceEvent::Kind::revoked;
  bool joins_when_settled_ = false;  // to have what it gives up given out
  Claim had_;                        // in the last generation it was in

  const Assignor* assignor_ = nullptr;  // the group's choice
  std::vector<GroupMember> members_;    // of the group, where this member leads it
  // KIP-814: a static leader that came back leaves the assignment as it is, and watches its topics all the
  // same.
  bool keeps_assignment_ = false;
  PartitionCounts counts_;
  std::uint64_t metadata_version_ = 0;

  TimeMs heartbeat_at_ = never;
  bool heartbeat_asked_ = false;
  TimeMs heard_at_ = 0;
  TimeMs polled_at_ = 0;
  bool leaving_ = false;
  TimeMs leave_by_ = never;
  Now now_;
  Error fatal_;
  std::string problem_;
  std::vector<std::string> notices_;
};

}  // namespace mini::client
