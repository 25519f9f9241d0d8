#pragma once

#include <functional>
#include <list>

#include "client/cluster/cluster.h"
#include "protocol/messages/create_topics.h"

// The admin client without threads, sockets or a clock: each call is asked, and asked again while that may
// help, until its deadline.
namespace mini::client {

class AdminMachine {
 public:
  template <class Response>
  using Done = std::function<void(const Error&, const Response&)>;

  AdminMachine(ClusterOptions cluster, Wires& wires, std::uint64_t seed);

  void create_topics(protocol::CreateTopicsRequest request, TimeMs deadline,
                     Done<protocol::CreateTopicsResponse> done);
  // Nothing: about all topics. Never creates one, where the broker can be told so (version 4).
  void describe(std::optional<std::vector<std::string>> topics, TimeMs deadline,
                Done<protocol::MetadataResponse> done);

  void opened(LinkId link, Now now) { cluster_.opened(link, now); }
  void received(LinkId link, protocol::BytesView bytes, Now now) { cluster_.received(link, bytes, now); }
  void lost(LinkId link, const std::string& reason, Now now) { cluster_.lost(link, reason, now); }
  void advance(Now now);
  TimeMs next_deadline() const;
  void abort(Now now);

  std::string last_problem() const { return cluster_.last_problem(); }

 private:
  struct Operation {
    std::uint64_t id;
    TimeMs deadline;
    std::function<void(std::uint64_t id, Now now)> ask;
    std::function<void(const Error&)> fail;
    bool asked = false;
    TimeMs ask_at = 0;
    std::int64_t failures = 0;
  };

  void add(TimeMs deadline, std::function<void(std::uint64_t, Now)> ask,
           std::function<void(const Error&)> fail);
  // The operation that was asked, taken off the list where it ends here; false where it is asked again, or
  // has ended already.
  bool ends(std::uint64_t id, const Error& error);

  Cluster cluster_;
  std::list<Operation> operations_;
  std::uint64_t next_id_ = 0;
  Now now_;
};

}  // namespace mini::client
