#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>

#include "client/wires.h"
#include "protocol/wire/bytes.h"

namespace boost::asio {
class io_context;
}

namespace mini::client {

// One TCP connection: resolves (where the host is a name), connects, reads into a buffer that all links
// share, writes what was queued with gathered writes. Used by the transport's thread only. Whatever happens
// after `close`, or after the link is gone, is not told.
class TcpLink {
 public:
  struct Events {
    std::function<void(LinkId)> opened;
    std::function<void(LinkId, protocol::BytesView)> received;
    std::function<void(LinkId, const std::string&)> lost;  // the link is closed already
  };

  // `events` and `read_buffer` outlive the context's last handler.
  TcpLink(boost::asio::io_context& io, LinkId id, const Events& events, std::span<std::uint8_t> read_buffer);
  ~TcpLink();

  void open(const std::string& host, std::uint16_t port);
  void queue(protocol::OutBuffer bytes);
  void flush();                   // sends what is queued
  void awaits(std::size_t size);  // so many bytes of an answer, from the next wait on
  void close();

 private:
  class Socket;
  const std::shared_ptr<Socket> socket_;  // shared with the handlers that are under way
};

}  // namespace mini::client
