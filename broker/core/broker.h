#pragma once

#include <memory>
#include <optional>
#include <unordered_map>

#include "broker/api/handler.h"
#include "broker/groups/group_registry.h"
#include "broker/log/storage.h"
#include "broker/topics/topics.h"
#include "broker/txn/producer_ids.h"

// A whole broker without a socket, a clock or a thread: five verbs in, answers out.
//
//   Broker broker(config, environment, storage, sink);
//   broker.advance({monotonic, wall});                 // before anything else, and at every wake-up
//   broker.open(id, {.listener = "PLAINTEXT", .local = {"127.0.0.1", 9092}});
//   broker.receive(id, frame);            // one request without its size; answers go to the sink
//   wake_me_at(broker.next_deadline());
//   broker.close(id);
//
// One request of a connection is worked on at a time, so that answers leave in the order of the requests:
// after `parked` the owner keeps further frames until the sink is told `answered`. One thread at a time.
namespace mini::broker {

// Where answers leave. Implemented by whoever owns the connections; called from inside the verbs, and must
// not call them back.
class FrameSink {
 public:
  // The bytes of this connection that wait to be sent: a whole frame, with its size in front, is appended.
  virtual protocol::OutBuffer& output(ConnectionId connection) = 0;
  // The request that was being worked on is done (its answer, if any, is in the output): the next may be
  // received.
  virtual void answered(ConnectionId connection) = 0;
  // The connection must be closed, without sending what a half-made answer may have left. `close` follows.
  virtual void hang_up(ConnectionId connection, std::string_view reason) = 0;

 protected:
  ~FrameSink() = default;
};

enum class Received {
  answered,  // done: the next frame may be received
  parked,    // the answer comes later: keep further frames until the sink is told
  closed,    // the connection must be closed; the sink was told why
};

// The most bytes that one answer may hold by value. The log's bytes are sent by reference and do not count.
inline constexpr std::size_t answer_bytes_max = std::size_t{128} << 20;

class Broker final : private AnswerPort {
 public:
  // The four must outlive the broker.
  Broker(const Config& config, Environment& environment, Storage& storage, FrameSink& sink);
  ~Broker();
  Broker(const Broker&) = delete;
  Broker& operator=(const Broker&) = delete;

  void open(ConnectionId connection, Origin origin);
  Received receive(ConnectionId connection, protocol::BytesView frame);
  std::size_t advance(Now now);  // gives how many timers were due
  std::optional<Millis> next_deadline()
      const;  // on the monotonic time; nothing when nothing waits for the time
  void close(ConnectionId connection, std::string_view reason = "closed by the client");

  // For start-up (--topic) and tests: what an administrator's request would do. An error's sentence, or "".
  std::string create_topic(const std::string& name, PartitionId partitions);

  const Topics& topics() const { return topics_; }
  const Groups& groups() const { return groups_; }
  const std::string& cluster_id() const { return services_.cluster_id; }
  std::size_t connection_count() const { return connections_.size(); }
  std::size_t parked_fetch_count() const { return fetch_waiters_.size(); }

 private:
  struct Request {
    const struct Api* api = nullptr;
    std::int16_t version = 0;
    std::int32_t correlation_id = 0;
    std::size_t bytes = 0;
    Millis begun{0};
  };
  struct Connection {
    Origin origin;
    std::string client_id;
    std::optional<Request> request;  // the one that is worked on
    protocol::OutBuffer::Mark answer_at;
    bool hung_up = false;
  };

  bool has_room_for_answer(ConnectionId connection, std::size_t bytes) override;
  protocol::OutBuffer* begin_answer(ConnectionId connection) override;
  void end_answer(ConnectionId connection) override;
  void no_answer(ConnectionId connection) override;
  void hang_up(ConnectionId connection, std::string_view reason) override;

  Received serve(ConnectionId id, Connection& connection, const struct Api& api, protocol::BytesView frame);
  Received reject(ConnectionId id, std::string_view reason);
  bool refuse_answer(ConnectionId id, std::string_view limit);  // gives false
  void finish_request(ConnectionId id, Connection& connection, std::size_t response_bytes);
  void expire_logs();

  const Config& config_;
  Environment& environment_;
  FrameSink& sink_;
  FetchWaiters fetch_waiters_;
  Topics topics_;
  Groups groups_;
  ProducerIds producer_ids_;
  Services services_;
  std::unordered_map<ConnectionId, Connection> connections_;
  Timer retention_;
};

}  // namespace mini::broker
