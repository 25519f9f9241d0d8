#pragma once

#include <memory>
#include <optional>
#include <string>

#include "client/errors.h"
#include "client/now.h"
#include "protocol/frame.h"

// A request on its way, whatever its kind: encoded once the version is known, ended exactly once by an answer
// or a failure.
//
//   cluster.request(node, Lane::main,
//                   make_request<HeartbeatRequest, HeartbeatResponse>(
//                       versions::heartbeat, timeout_ms,
//                       [=](std::int16_t) { return heartbeat; },
//                       [this](Reply<HeartbeatResponse>& reply) { on_heartbeat(reply); }));
namespace mini::client {

class Request {
 public:
  Request(const protocol::MessageInfo& info, protocol::VersionRange wanted, std::int64_t timeout_ms)
      : info(info), wanted(wanted), timeout_ms(timeout_ms) {}
  virtual ~Request() = default;

  virtual bool expects_answer() const { return true; }
  virtual void encode(protocol::OutBuffer& out, std::int16_t version, std::int32_t correlation_id,
                      const std::optional<std::string>& client_id) = 0;
  virtual bool flexible_header(std::int16_t version) const = 0;

  struct Answered {
    bool understood = false;
    std::int32_t throttle_time_ms = 0;
  };
  // Not understood: nothing was told to whoever asked; `fail` follows.
  virtual Answered answer(protocol::Reader& body, std::int16_t version, const protocol::Slice& frame) = 0;
  virtual void fail(const Error& error) = 0;
  virtual void unanswered() = 0;  // it was sent, and nothing will come back

  const protocol::MessageInfo& info;
  const protocol::VersionRange wanted;  // what this client can say
  const std::int64_t timeout_ms;
  TimeMs deadline = never;
};

// The answer as whoever asked sees it. `records` fields of the response are views into the frame.
template <class Response>
struct Reply {
  Error error;
  std::int16_t version = 0;
  Response response;
  protocol::Slice frame;
};

template <class Req, class Resp, class Make, class Handle>
class TypedRequest final : public Request {
 public:
  TypedRequest(protocol::VersionRange wanted, std::int64_t timeout_ms, bool expects_answer, Make make,
               Handle handle)
      : Request(Req::info, wanted, timeout_ms),
        expects_answer_(expects_answer),
        make_(std::move(make)),
        handle_(std::move(handle)) {}

  bool expects_answer() const override { return expects_answer_; }
  void encode(protocol::OutBuffer& out, std::int16_t version, std::int32_t correlation_id,
              const std::optional<std::string>& client_id) override {
    protocol::write_request(out, make_(version), version, correlation_id, client_id);
  }
  bool flexible_header(std::int16_t version) const override {
    return protocol::response_header_is_flexible(Resp::info, version);
  }
  Answered answer(protocol::Reader& body, std::int16_t version, const protocol::Slice& frame) override {
    Reply<Resp> reply;
    reply.version = version;
    reply.frame = frame;
    protocol::read(body, reply.response, version);
    if (!body.ok()) return {};
    Answered answered{true, 0};
    if constexpr (requires { reply.response.throttle_time_ms; })
      answered.throttle_time_ms = reply.response.throttle_time_ms;
    handle_(reply);
    return answered;
  }
  void unanswered() override {
    Reply<Resp> reply;
    handle_(reply);
  }
  void fail(const Error& error) override {
    Reply<Resp> reply;
    reply.error = error;
    handle_(reply);
  }

 private:
  const bool expects_answer_;
  Make make_;
  Handle handle_;
};

template <class Req, class Resp, class Make, class Handle>
std::unique_ptr<Request> make_request(protocol::VersionRange wanted, std::int64_t timeout_ms, Make make,
                                      Handle handle, bool expects_answer = true) {
  return std::make_unique<TypedRequest<Req, Resp, Make, Handle>>(wanted, timeout_ms, expects_answer,
                                                                 std::move(make), std::move(handle));
}

}  // namespace mini::client
