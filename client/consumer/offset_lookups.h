#pragma once

#include <functional>
#include <list>
#include <set>

#include "client/cluster/cluster.h"
#include "client/consumer/settings.h"
#include "mini/record.h"
#include "protocol/messages/list_offsets.h"

// Looks offsets up by time, whether or not the partitions are read: the first and the last are times too.
// Each lookup ends once, by its callback, with an offset for every partition, or with the first error that
// does not pass by itself, or when its time is over.
namespace mini::client {

inline constexpr TimestampMs end_of_partition = -1;
inline constexpr TimestampMs beginning_of_partition = -2;

class OffsetLookups {
 public:
  using Times = std::map<TopicPartition, TimestampMs>;
  struct Found {
    Offset offset = no_offset;  // -1: no record is that late
    TimestampMs timestamp = no_timestamp;
    LeaderEpoch leader_epoch = no_leader_epoch;
  };
  using Answers = std::map<TopicPartition, Found>;
  using Done = std::function<void(const Error&, const Answers&)>;

  OffsetLookups(Cluster& cluster, const ConsumerOptions& options) : cluster_(cluster), options_(options) {}

  void look_up(Times times, TimeMs deadline, Done done);
  void add_topics(std::set<std::string, std::less<>>& topics) const;  // whose leaders it needs

  void advance(Now now);
  TimeMs next_deadline() const;
  void fail_all(const Error& error);

 private:
  struct Lookup {
    std::uint64_t id;
    Times left;
    std::set<TopicPartition> asked;
    Answers found;
    TimeMs deadline;
    TimeMs ask_at;
    Done done;
  };
  using Place = std::list<Lookup>::iterator;

  void ask(Lookup& lookup, Now now);
  void send(std::uint64_t id, NodeId node, const Times& times, Now now);
  void on_answer(std::uint64_t id, const Times& times, Reply<protocol::ListOffsetsResponse>& reply);
  static Error take(Lookup& lookup, const TopicPartition& name,
                    const protocol::ListOffsetsResponse::ListOffsetsPartitionResponse& answer);
  void end(Place lookup, const Error& error);

  Cluster& cluster_;
  const ConsumerOptions& options_;
  std::list<Lookup> lookups_;
  std::uint64_t next_id_ = 0;
  Now now_;
};

}  // namespace mini::client
