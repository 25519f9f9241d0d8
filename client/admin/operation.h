#pragma once

#include <map>
#include <set>

#include "client/admin/call.h"
#include "client/cluster/cluster.h"
#include "protocol/messages/find_coordinator.h"
#include "protocol/messages/metadata.h"

// A call on its way: rounds of looking up whom to ask and asking them, until every key is settled or time is
// up. A round ends when all that was asked in it has ended; what is still open goes into the next, after a
// backoff.
namespace mini::client {

class Operation : public std::enable_shared_from_this<Operation> {
 public:
  // Every key's error, none where it is done; `whole` where the call failed as one.
  using Done = std::function<void(const Error& whole, const std::vector<Error>& errors)>;

  Operation(Cluster& cluster, std::shared_ptr<Call> call, TimeMs deadline, Done done);

  void advance(Now now);
  TimeMs next_deadline() const;
  bool ended() const { return !call_; }
  void end(const Error& whole);

 private:
  enum class Phase : std::uint8_t { waiting, looking_up, asking };
  using Place = std::pair<NodeId, std::string>;  // whom to ask, and about which group

  struct Key {
    bool settled = false;
    Error error;      // the last one
    int missing = 0;  // how often its topic was unknown
  };

  void begin_round(Now now);
  void look_up_coordinator(const std::string& group, Now now);
  void look_up_leaders(std::set<std::string> topics, Now now);
  void on_coordinator(const std::string& group, const Reply<protocol::FindCoordinatorResponse>& reply);
  void on_leaders(const Reply<protocol::MetadataResponse>& reply);
  void learn_leaders(const protocol::MetadataResponse& response);
  void unknown_leader(std::size_t key, const protocol::MetadataResponse& response);
  void ask(Now now);
  Place place_of(const Target& target, NodeId any) const;
  void on_answer(const Keys& keys, const Error& whole, const std::vector<Error>& errors);
  void settle(std::size_t key, const Error& error);
  void trouble(const Error& error);
  void finish_round();
  void time_is_up();

  Cluster& cluster_;
  std::shared_ptr<Call> call_;  // gone once it has ended: late answers find nobody
  const TimeMs deadline_;
  const Done done_;
  const Backoff backoff_;
  std::int64_t failures_ = 0;
  std::vector<Key> keys_;

  Phase phase_ = Phase::waiting;
  int outstanding_ = 0;
  TimeMs begin_at_ = 0;
  std::map<std::string, NodeId> coordinators_;
  std::map<TopicPartition, NodeId> leaders_;
  Error problem_;  // of a broker that could not be asked
  Now now_;
};

}  // namespace mini::client
