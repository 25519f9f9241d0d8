#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <string>
#include <vector>

#include "broker/config/listeners.h"

// Opens the listeners of the configuration.
//
//   auto opened = open_listeners(io, config.listeners().bound);
//   if (!opened.error.empty()) return fail(opened.error);     // one sentence that names the address
//
// A name such as "localhost" that stands for several addresses is opened on all of them with one port; port 0
// takes a free one, the same on all. An address family that the machine lacks is left out as long as another
// one is there.
namespace mini::broker {

struct Bound {
  std::string listener;
  boost::asio::ip::tcp::acceptor acceptor;
  bool reachable_from_outside;  // bound wider than loopback
};

struct OpenedListeners {
  std::vector<Bound> bound;
  std::string error;
};

OpenedListeners open_listeners(boost::asio::io_context& io, const std::vector<Listener>& listeners,
                               int backlog);

// "127.0.0.1:9092", "[::1]:9092"
std::string printed(const boost::asio::ip::tcp::endpoint& endpoint);
// Without the prefix of an IPv4 address that is written as an IPv6 one.
std::string printed(const boost::asio::ip::address& address);

}  // namespace mini::broker
