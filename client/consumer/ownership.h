#pragma once

#include <deque>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "mini/record.h"

// What a group member owns, as far as its user has been told, and what the user has yet to be told.
//
//   ownership.assign(partitions);                        // as the group says
//   while (auto event = ownership.take()) { listener(*event); ownership.done(*event); }
//
// Eager members give everything up before every rebalance. Cooperative ones keep what they have, hear of the
// difference only, and join again after they gave something up (KIP-429).
namespace mini::client {

struct RebalanceEvent {
  enum class Kind { assigned, revoked, lost };
  Kind kind;
  std::vector<TopicPartition> partitions;
};

class Ownership {
 public:
  using Topics = std::set<std::string, std::less<>>;
  using Partitions = std::vector<TopicPartition>;

  explicit Ownership(bool cooperative) : cooperative_(cooperative) {}

  bool cooperative() const { return cooperative_; }
  const Partitions& owned() const { return owned_; }
  bool settled() const { return events_.empty(); }  // the user has heard everything

  std::optional<RebalanceEvent> take();  // one at a time, until it is done
  void done(const RebalanceEvent& event);

  // True where something has to be given up for it: then the member joins again once it is settled.
  bool assign(const Partitions& partitions);
  // This generation is over: what of an assignment was not told yet never was, and what has to go, goes. To
  // be called again whenever an event is done, until it is settled.
  void give_up(RebalanceEvent::Kind why, const Topics& subscribed);
  void forget();

 private:
  Partitions to_give_up(RebalanceEvent::Kind why, const Topics& subscribed) const;

  const bool cooperative_;
  Partitions owned_;  // sorted
  std::deque<RebalanceEvent> events_;
  bool taken_ = false;  // the first of them
};

}  // namespace mini::client
