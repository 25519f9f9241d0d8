#pragma once

#include <set>

#include "client/consumer/coordinator.h"
#include "client/consumer/range_assignor.h"
#include "protocol/messages/heartbeat.h"
#include "protocol/messages/join_group.h"
#include "protocol/messages/leave_group.h"
#include "protocol/messages/sync_group.h"

// A member of a classic group, eager: gives its partitions up before every rebalance.
//
//   out -> joining -> (assigning ->) syncing -> stable -> giving_up -> joining ...
//
// The user hears of it in poll: `take_event` gives what to tell, `event_done` lets it go on. While the user
// has yet to hear that partitions are taken away, the member stays in the old generation and its heartbeats
// go on.
namespace mini::client {

struct RebalanceEvent {
  enum class Kind { assigned, revoked, lost };
  Kind kind;
  std::vector<TopicPartition> partitions;
};

class Membership {
 public:
  Membership(Cluster& cluster, Coordinator& coordinator, const ConsumerOptions& options);

  void subscribe(std::set<std::string, std::less<>> topics, Now now);  // empty: leaves
  bool subscribed() const { return !topics_.empty(); }
  const std::set<std::string, std::less<>>& topics() const { return topics_; }
  // Those whose partitions have to be known: the group's, where this member leads it.
  const std::set<std::string, std::less<>>& group_topics() const { return group_topics_; }

  std::optional<RebalanceEvent> take_event();
  void event_done(const RebalanceEvent& event, Now now);
  void polled(Now now);
  void leave(Now now);
  bool left() const { return state_ == State::out && !leaving_; }

  void advance(Now now);
  TimeMs next_deadline() const;
  bool needs_coordinator() const { return state_ != State::out || leaving_; }

  GenerationId generation() const { return generation_; }
  const std::string& member_id() const { return member_id_; }
  const Error& fatal() const { return fatal_; }
  const std::string& problem() const { return problem_; }

 private:
  enum class State { out, joining, assigning, syncing, stable, giving_up, expelled };

  void join(Now now);
  void on_join(Reply<protocol::JoinGroupResponse>& reply);
  void lead(const protocol::JoinGroupResponse& response);
  void maybe_assign(Now now);
  void sync(std::vector<protocol::SyncGroupRequest::SyncGroupRequestAssignment> assignments, Now now);
  void on_sync(Reply<protocol::SyncGroupResponse>& reply);
  void heartbeat(Now now);
  void on_heartbeat(Reply<protocol::HeartbeatResponse>& reply);
  void send_leave(Now now);
  void check_poll_interval(Now now);
  void check_partition_counts();
  std::map<std::string, std::int32_t> partition_counts() const;

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
  std::string protocol_name_;
  std::uint64_t attempt_ = 0;  // answers to what an earlier attempt asked are not for us any more
  bool asking_ = false;        // JoinGroup or SyncGroup
  TimeMs try_at_ = 0;
  Backoff backoff_;

  std::vector<TopicPartition> owned_;  // as the user was told
  std::optional<RebalanceEvent> event_;
  bool event_taken_ = false;

  std::vector<GroupMember> members_;  // of the group, where this member leads it
  std::map<std::string, std::int32_t> counts_;
  std::uint64_t metadata_version_ = 0;

  TimeMs heartbeat_at_ = never;
  bool heartbeat_asked_ = false;
  TimeMs heard_at_ = 0;
  TimeMs polled_at_ = 0;
  bool leaving_ = false;
  Now now_;
  Error fatal_;
  std::string problem_;
};

}  // namespace mini::client
