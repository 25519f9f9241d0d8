#pragma once

#include <deque>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "client/cluster/backoff.h"
#include "client/cluster/frame_assembler.h"
#include "client/cluster/request.h"
#include "client/wires.h"

// One connection to one broker: connects when there is something to ask, learns which versions the broker
// serves, matches answers with questions, and backs off after trouble.
//
// A request ends by its answer; by its own time limit; by the loss of the connection (retriable, whether or
// not it was sent); or by not being served. `request` itself never ends one: answers and failures come out of
// `received`, `lost` and `advance`.
namespace mini::client {

struct ConnectionOptions {
  std::optional<std::string> client_id;
  std::int64_t reconnect_backoff_ms = 50;
  std::int64_t reconnect_backoff_max_ms = 1000;
  std::int64_t setup_timeout_ms = 10'000;
  std::size_t response_size_max = 100 * 1024 * 1024;
};

inline constexpr std::int32_t throttle_time_ms_max = 60'000;

class Connection {
 public:
  enum class State { idle, connecting, negotiating, ready };

  Connection(const ConnectionOptions& options, std::string host, std::uint16_t port, Wires& wires,
             Random& random);
  ~Connection();

  State state() const { return state_; }
  bool ready(Now now) const { return state_ == State::ready && now.monotonic >= muted_until_; }
  bool backing_off(Now now) const { return state_ == State::idle && now.monotonic < retry_at_; }
  TimeMs retry_at() const { return retry_at_; }
  std::size_t load() const { return in_flight_.size() + waiting_.size(); }
  LinkId link() const { return link_; }
  bool at(const std::string& host, std::uint16_t port) const { return host_ == host && port_ == port; }
  std::string address() const { return host_ + ":" + std::to_string(port_); }
  const std::string& problem() const { return problem_; }  // of the last attempt; empty once it is ready
  // Which versions the broker serves of an API; empty before it is known.
  protocol::VersionRange served(protocol::ApiKey api) const;

  // `link` names the connection on the wires from now on.
  void open(LinkId link, Now now);
  void request(std::unique_ptr<Request> request, Now now);
  bool wants_link(Now now) const {
    return state_ == State::idle && !waiting_.empty() && now.monotonic >= retry_at_;
  }

  void opened(Now now);
  bool received(protocol::BytesView bytes, Now now);  // as Driven::received
  void lost(const std::string& reason, Now now);
  void advance(Now now);
  TimeMs next_deadline() const;
  // Ends it from our side; what was asked fails with `error`.
  void close(const Error& error, Now now);

 private:
  struct Sent {
    std::int32_t correlation_id;
    std::int16_t version;
    std::unique_ptr<Request> request;
  };
  using Requests = std::vector<std::unique_ptr<Request>>;

  void negotiate(Now now);
  void on_api_versions(const protocol::Slice& frame, Now now);
  bool retry_negotiation(std::int16_t version, Now now);
  void on_answer(const protocol::Slice& frame, Now now);
  void flush_waiting(Now now);
  bool send(std::unique_ptr<Request>& request);
  void expire_waiting(Now now);
  void break_off(ClientErrc code, const std::string& reason, Now now);
  void end_all(const Error& error);
  void refuse(Request& request);

  const ConnectionOptions& options_;
  const std::string host_;
  const std::uint16_t port_;
  Wires& wires_;
  Random& random_;

  State state_ = State::idle;
  LinkId link_ = 0;
  const std::shared_ptr<FrameBuffers> buffers_;
  FrameAssembler assembler_;
  Backoff backoff_;
  TimeMs retry_at_ = 0;
  TimeMs setup_deadline_ = never;
  TimeMs muted_until_ = 0;
  std::int16_t api_versions_version_;
  std::int32_t next_correlation_id_ = 0;
  std::map<protocol::ApiKey, protocol::VersionRange> served_;
  std::deque<Sent> in_flight_;
  std::deque<std::unique_ptr<Request>> waiting_;
  std::string problem_;
};

}  // namespace mini::client
