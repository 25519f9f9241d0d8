#pragma once

#include <list>

#include "client/admin/operation.h"

// The admin client without threads, sockets or a clock: each call is asked, and asked again while that may
// help, until its deadline.
namespace mini::client {

class AdminMachine {
 public:
  AdminMachine(ClusterOptions cluster, Wires& wires, std::uint64_t seed);

  // `done` is called once, by `deadline` at the latest, from inside one of the functions below.
  void submit(std::shared_ptr<Call> call, TimeMs deadline, Operation::Done done);

  void opened(LinkId link, Now now) { cluster_.opened(link, now); }
  bool received(LinkId link, protocol::BytesView bytes, Now now) {
    return cluster_.received(link, bytes, now);
  }
  void lost(LinkId link, const std::string& reason, Now now) { cluster_.lost(link, reason, now); }
  void advance(Now now);
  TimeMs next_deadline() const;
  void abort(Now now);

  std::string last_problem() const { return cluster_.last_problem(); }

 private:
  Cluster cluster_;
  std::list<std::shared_ptr<Operation>> operations_;
};

}  // namespace mini::client
