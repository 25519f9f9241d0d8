#include "broker/server/listening.h"

#include <sys/socket.h>

#include <boost/asio/ip/v6_only.hpp>

namespace mini::broker {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

namespace {

constexpr int free_port_tries_max = 20;

std::vector<asio::ip::address> addresses_of(asio::io_context& io, const std::string& host,
                                            error_code& error) {
  if (host.empty() || host == "0.0.0.0" || host == "::")
    return {asio::ip::address_v4::any(), asio::ip::address_v6::any()};
  // Both ways to write this machine, whatever the hosts file says.
  if (host == "localhost") return {asio::ip::address_v4::loopback(), asio::ip::address_v6::loopback()};
  tcp::resolver resolver(io);
  std::vector<asio::ip::address> addresses;
  for (const auto& entry : resolver.resolve(host, "", error)) addresses.push_back(entry.endpoint().address());
  return addresses;
}

std::optional<tcp::acceptor> open_one(asio::io_context& io, const tcp::endpoint& endpoint, int backlog,
                                      error_code& error) {
  tcp::acceptor acceptor(io);
  if (acceptor.open(endpoint.protocol(), error)) return std::nullopt;
  acceptor.set_option(tcp::acceptor::reuse_address(true), error);
  if (endpoint.address().is_v6()) acceptor.set_option(asio::ip::v6_only(true), error);
  if (acceptor.bind(endpoint, error) || acceptor.listen(backlog, error)) return std::nullopt;
  return acceptor;
}

bool family_is_missing(const error_code& error) {
  return error == asio::error::address_family_not_supported || error == asio::error::no_protocol_option ||
         error == boost::system::errc::address_not_available;
}

// All addresses of one listener on one port. An error leaves `bound` as it was.
error_code open_all(asio::io_context& io, const Listener& listener,
                    const std::vector<asio::ip::address>& addresses, int backlog, std::vector<Bound>& bound) {
  const std::size_t before = bound.size();
  std::uint16_t port = listener.port;
  error_code missing;
  for (const auto& address : addresses) {
    error_code error;
    auto acceptor = open_one(io, {address, port}, backlog, error);
    if (!acceptor && family_is_missing(error)) {
      missing = error;
      continue;
    }
    if (!acceptor) {
      bound.erase(bound.begin() + static_cast<std::ptrdiff_t>(before), bound.end());
      return error;
    }
    port = acceptor->local_endpoint().port();
    bound.push_back({listener.name, std::move(*acceptor), !address.is_loopback()});
  }
  return bound.size() > before ? error_code() : missing;
}

std::string why_not(const Listener& listener, const error_code& error) {
  const std::string where =
      (listener.host.empty() ? "*" : listener.host) + ":" + std::to_string(listener.port);
  if (error == asio::error::address_in_use)
    return "Port " + std::to_string(listener.port) + " is in use: another program listens on " + where +
           ". Stop it, or choose another port with --listen HOST:PORT (0 takes a free one).";
  return "Cannot listen on " + where + ": " + error.message() + ".";
}

}  // namespace

OpenedListeners open_listeners(asio::io_context& io, const std::vector<Listener>& listeners, int backlog) {
  OpenedListeners opened;
  for (const Listener& listener : listeners) {
    error_code error;
    const auto addresses = addresses_of(io, listener.host, error);
    // With port 0 the port that was free on the first address may be taken on the second: try another one.
    const int tries = listener.port == 0 ? free_port_tries_max : 1;
    for (int i = 0; i < tries && !addresses.empty(); ++i) {
      error = open_all(io, listener, addresses, backlog, opened.bound);
      if (error != asio::error::address_in_use) break;
    }
    if (error) {
      opened.error = why_not(listener, error);
      return opened;
    }
  }
  return opened;
}

std::string printed(const asio::ip::address& address) {
  if (address.is_v6() && address.to_v6().is_v4_mapped())
    return asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6()).to_string();
  return address.to_string();
}

std::string printed(const tcp::endpoint& endpoint) {
  const std::string host = printed(endpoint.address());
  const bool v6 = host.find(':') != std::string::npos;
  return (v6 ? "[" + host + "]" : host) + ":" + std::to_string(endpoint.port());
}

}  // namespace mini::broker
