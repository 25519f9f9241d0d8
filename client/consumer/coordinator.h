#pragma once

#include "client/cluster/cluster.h"
#include "client/consumer/settings.h"
#include "protocol/messages/find_coordinator.h"

// Which broker coordinates the group: asked for when somebody needs it, forgotten when it says that it is
// not (any more).
namespace mini::client {

class Coordinator {
 public:
  Coordinator(Cluster& cluster, const ConsumerOptions& options)
      : cluster_(cluster),
        options_(options),
        backoff_(options.retry_backoff_ms, options.retry_backoff_max_ms) {}

  bool known() const { return node_ >= 0; }
  bool ready(Now now) { return known() && cluster_.ready(node_, Lane::coordinator, now); }
  void advance(bool needed, Now now);
  TimeMs next_deadline(bool needed) const { return needed && !known() && !asking_ ? ask_at_ : never; }
  void request(std::unique_ptr<Request> request, Now now) {
    cluster_.request(node_, Lane::coordinator, std::move(request), now);
  }

  // Takes note of what a group request came to: finds the coordinator again where that is the remedy. True
  // where the request may be made again later.
  bool note(const Error& error);
  void forget() { node_ = -1; }
  const Error& fatal() const { return fatal_; }  // no permission, or no such API

 private:
  void on_answer(Reply<protocol::FindCoordinatorResponse>& reply);
  void learn(protocol::ErrorCode code, const std::optional<std::string>& message, NodeId node,
             const std::string& host, std::int32_t port);
  void failed_to_find(const Error& error);

  Cluster& cluster_;
  const ConsumerOptions& options_;
  NodeId node_ = -1;
  bool asking_ = false;
  TimeMs ask_at_ = 0;
  Backoff backoff_;
  Now now_;
  Error fatal_;
};

}  // namespace mini::client
