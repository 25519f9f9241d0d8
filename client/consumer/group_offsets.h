#pragma once

#include <functional>
#include <list>

#include "client/consumer/coordinator.h"
#include "client/consumer/membership.h"
#include "mini/record.h"
#include "protocol/messages/offset_commit.h"
#include "protocol/messages/offset_fetch.h"

// Commits and looks up a group's offsets. Each operation ends once, by its callback: with success, with what
// does not pass by itself, or when its time is over; until then it is made again. A commit that is made again
// leaves out the partitions that a later one names, so that the latest stands; where none is left, it ends
// with the error that it met.
namespace mini::client {

class GroupOffsets {
 public:
  using Done = std::function<void(const Error&, const Offsets&)>;

  GroupOffsets(Cluster& cluster, Coordinator& coordinator, const ConsumerOptions& options)
      : cluster_(cluster), coordinator_(coordinator), options_(options) {}

  // In the name of the generation of this moment: a later one may not own the partitions any more.
  void commit(Offsets offsets, const Membership& membership, TimeMs deadline, Done done);
  void look_up(const std::vector<TopicPartition>& partitions, TimeMs deadline, Done done);

  void advance(Now now);
  TimeMs next_deadline() const;
  bool idle() const { return operations_.empty(); }
  void fail_all(const Error& error);

 private:
  struct Operation {
    bool is_commit;
    Offsets offsets;  // to commit; the keys to look up
    TimeMs deadline;
    Done done;
    GenerationId generation = no_generation;
    std::string member_id = {};
    bool asked = false;
    TimeMs ask_at = 0;
    std::int64_t failures = 0;
    Offsets replaced = {};  // by later commits
    Error error = {};       // of the last attempt
  };
  using Place = std::list<Operation>::iterator;

  static bool left_out(Operation& operation);
  void send_commit(Place operation, Now now);
  void send_look_up(Place operation, Now now);
  void on_commit(std::uint64_t id, Reply<protocol::OffsetCommitResponse>& reply);
  void on_look_up(std::uint64_t id, Reply<protocol::OffsetFetchResponse>& reply);
  void end(Place operation, const Error& error, const Offsets& offsets);
  void failed(Place operation, const Error& error);

  Cluster& cluster_;
  Coordinator& coordinator_;
  const ConsumerOptions& options_;
  std::list<Operation> operations_;
  std::map<std::uint64_t, Place> asked_;
  std::uint64_t next_id_ = 0;
  Now now_;
};

}  // namespace mini::client
