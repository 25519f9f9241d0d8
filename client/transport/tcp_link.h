#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <deque>
#include <functional>
#include <memory>
#include <span>
#include <string>

#include "client/cluster/wires.h"

namespace mini::client {

// One TCP connection: resolves, connects, reads into a buffer that all links share, writes what was queued
// with gathered writes. Used by the transport's thread only; whatever completes after `close` is ignored.
class TcpLink : public std::enable_shared_from_this<TcpLink> {
 public:
  struct Events {
    std::function<void(LinkId)> opened;
    std::function<void(LinkId, protocol::BytesView)> received;
    std::function<void(LinkId, const std::string&)> lost;
  };

  TcpLink(boost::asio::io_context& io, LinkId id, const Events& events, std::span<std::uint8_t> read_buffer)
      : id_(id), events_(events), read_buffer_(read_buffer), resolver_(io), socket_(io) {}

  void open(const std::string& host, std::uint16_t port);
  void queue(protocol::OutBuffer bytes) { outgoing_.push_back(std::move(bytes)); }
  void flush();  // sends what is queued
  void close();

 private:
  using ErrorCode = boost::system::error_code;

  void connected(ErrorCode problem);
  void wait_readable();
  void read_all();
  void wait_writable();
  std::size_t write_once(ErrorCode& problem);
  void consume(std::size_t size);
  void fail_later(std::string reason);
  void fail(const std::string& reason);

  const LinkId id_;
  const Events& events_;
  const std::span<std::uint8_t> read_buffer_;
  boost::asio::ip::tcp::resolver resolver_;
  boost::asio::ip::tcp::socket socket_;
  std::deque<protocol::OutBuffer> outgoing_;
  bool connected_ = false;
  bool writing_ = false;  // waits until the socket takes more
  bool closed_ = false;
};

}  // namespace mini::client
