#pragma once

#include <string>
#include <vector>

#include "protocol/frame.h"

// One connection of the load generator: blocking, without a client library in the way.
//
//   Wire wire("127.0.0.1:9092");
//   auto answer = wire.ask<MetadataResponse>(request, 1);      // throws std::runtime_error
//   wire.send(requests);                                       // pipelined: whole frames, as many as wanted
//   wire.receive([](BytesView frame) { ... });                 // at least one answer, without its size
namespace mini::bench {

using protocol::Bytes;
using protocol::BytesView;

struct Address {
  std::string host;
  std::uint16_t port = 0;
};
Address parse_address(const std::string& text);  // host:port

class Wire {
 public:
  explicit Wire(const std::string& address);
  ~Wire();
  Wire(Wire&& other) noexcept : fd_(std::exchange(other.fd_, -1)), in_(std::move(other.in_)) {}
  Wire(const Wire&) = delete;

  void send(BytesView bytes);
  void send(const protocol::OutBuffer& out);

  // Waits for bytes, then visits every whole frame that is there; may visit none.
  template <class Visit>
  void receive(Visit visit) {
    fill(true);
    drain(visit);
  }
  // Visits what has come without waiting.
  template <class Visit>
  void receive_ready(Visit visit) {
    while (fill(false)) drain(visit);
  }

  template <class Response, class Request>
  Response ask(const Request& request, std::int16_t version);
  int fd() const { return fd_; }

 private:
  bool fill(bool wait);
  template <class Visit>
  void drain(Visit visit) {
    while (end_ - begin_ >= 4) {
      const std::size_t size = size_at(begin_);
      if (end_ - begin_ - 4 < size) break;
      const BytesView frame(in_.data() + begin_ + 4, size);
      begin_ += 4 + size;
      visit(frame);
    }
  }
  std::size_t size_at(std::size_t at) const;

  int fd_ = -1;
  Bytes in_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
};

[[noreturn]] void fail(const std::string& what);

template <class Response, class Request>
Response Wire::ask(const Request& request, std::int16_t version) {
  protocol::OutBuffer out;
  protocol::write_request(out, request, version, 1, "bench");
  send(out);
  Response response;
  bool answered = false;
  while (!answered)
    receive([&](BytesView frame) {
      protocol::Reader in(frame);
      protocol::ResponseHeader header;
      protocol::read_response_header(in, header,
                                     protocol::response_header_is_flexible(Response::info, version));
      protocol::read(in, response, version);
      if (!in.ok()) fail("an answer that cannot be read");
      answered = true;
    });
  return response;
}

}  // namespace mini::bench
