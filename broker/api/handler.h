#pragma once

#include <cassert>
#include <utility>

#include "broker/api/services.h"
#include "protocol/frame.h"

// What a request handler is given, and how it answers.
//
//   // in broker/api/heartbeat.cc
//   void heartbeat(Services& broker, const RequestContext& context, const HeartbeatRequest& request,
//                  Reply<HeartbeatResponse> reply) {
//     reply.send({.error_code = broker.groups.heartbeat(...)});
//   }
//
// A handler translates: it reads the request, asks the boxes below to decide, and writes the answer. It is
// entered by one thread at a time, never blocks, and knows nothing global. `records` fields of the request
// are views of the frame and end with the call; a handler that waits moves its `Reply` to where the waiting
// is kept.
namespace mini::broker {

struct RequestContext {
  protocol::ApiKey api;
  std::int16_t version;
  std::int32_t correlation_id;
  ConnectionId connection;
  const std::string& client_id;  // "" where the client sent none
  const Origin& origin;
};

// Where answers go: implemented by the core, one for all connections.
class AnswerPort {
 public:
  // Whether an answer may hold so many bytes by value; the log's bytes that it refers to do not count. Where
  // it may not, the limit is told and the connection closed: nothing else is called then.
  virtual bool has_room_for_answer(ConnectionId connection, std::size_t bytes) = 0;
  // The buffer to write the answer's frame into; none when the connection is gone, and then nothing else is
  // called.
  virtual protocol::OutBuffer* begin_answer(ConnectionId connection) = 0;
  virtual void end_answer(ConnectionId connection) = 0;
  // Ends the request without an answer: the connection stays (Produce with acks=0).
  virtual void no_answer(ConnectionId connection) = 0;
  // Ends the request by closing its connection.
  virtual void hang_up(ConnectionId connection, std::string_view reason) = 0;

 protected:
  ~AnswerPort() = default;
};

// The debt of one answer. Whoever holds it owes it; moving it moves the debt. To answer a connection that has
// closed meanwhile is allowed and does nothing. One that is destroyed unpaid belongs to a closed connection.
template <class Response>
class Reply {
 public:
  Reply(AnswerPort& port, ConnectionId connection, std::int32_t correlation_id, std::int16_t version)
      : port_(&port), connection_(connection), correlation_id_(correlation_id), version_(version) {}
  Reply(Reply&& other) noexcept { *this = std::move(other); }
  Reply& operator=(Reply&& other) noexcept {
    port_ = std::exchange(other.port_, nullptr);
    connection_ = other.connection_;
    correlation_id_ = other.correlation_id_;
    version_ = other.version_;
    return *this;
  }

  std::int16_t version() const { return version_; }

  // For a handler that tells much of each thing that is named, before it builds on: where this is false the
  // connection was closed, and nothing is owed any more.
  bool has_room_for(std::size_t bytes) const { return port_->has_room_for_answer(connection_, bytes); }

  void send(const Response& response) { send_as(response, version_); }
  // In another version's layout: ApiVersions alone needs it.
  void send_as(const Response& response, std::int16_t version) {
    AnswerPort* port = pay();
    protocol::OutBuffer* out = port->begin_answer(connection_);
    if (!out) return;
    protocol::write_response(*out, response, version, correlation_id_);
    port->end_answer(connection_);
  }
  void send_nothing() { pay()->no_answer(connection_); }
  void hang_up(std::string_view reason) { pay()->hang_up(connection_, reason); }

 private:
  AnswerPort* pay() {
    assert(port_ && "a request is answered once");
    return std::exchange(port_, nullptr);
  }

  AnswerPort* port_ = nullptr;
  ConnectionId connection_ = 0;
  std::int32_t correlation_id_ = 0;
  std::int16_t version_ = 0;
};

}  // namespace mini::broker
