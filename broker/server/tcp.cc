#include "broker/server/tcp.h"

#include <array>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ip/v6_only.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <csignal>

namespace mini::broker {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

struct TcpLoop::Impl {
  asio::io_context io{1};
  asio::steady_timer timer{io};
  asio::signal_set signals{io};
  UniqueFunction<void()> due;
};

struct TcpStream::Impl {
  tcp::socket socket;
  Endpoint local, peer;
  UniqueFunction<void()> readable = {}, writable = {};
  bool closed = false;
};

struct TcpListener::Impl {
  std::string name;
  tcp::acceptor acceptor;
  asio::steady_timer pause;
  Endpoint local;
  bool reachable_from_outside = false;
  UniqueFunction<void(TcpAccepted)> each;
};

namespace {

// An IPv4 address that is written as an IPv6 one is shown as what it is.
Endpoint endpoint_of(const tcp::endpoint& endpoint) {
  const asio::ip::address address = endpoint.address();
  const bool mapped = address.is_v6() && address.to_v6().is_v4_mapped();
  const auto plain =
      mapped ? asio::ip::address(make_address_v4(asio::ip::v4_mapped, address.to_v6())) : address;
  return {plain.to_string(), endpoint.port()};
}

}  // namespace

// ---- loop ----

TcpLoop::TcpLoop() : impl_(std::make_unique<Impl>()) {}
TcpLoop::~TcpLoop() = default;

void TcpLoop::run(Millis busy_poll) {
  using Clock = asio::steady_timer::clock_type;
  asio::io_context& io = impl_->io;
  if (busy_poll == Millis()) io.run();
  while (!io.stopped()) {
    io.run_one();
    for (auto until = Clock::now() + busy_poll; !io.stopped() && Clock::now() < until;)
      if (io.poll() > 0) until = Clock::now() + busy_poll;
  }
}
void TcpLoop::stop() {
  impl_->timer.cancel();
  impl_->signals.cancel();
}

void TcpLoop::post(UniqueFunction<void()> action) {
  asio::post(impl_->io, [action = std::move(action)]() mutable { action(); });
}

void TcpLoop::set_timer(Millis deadline, UniqueFunction<void()> due) {
  impl_->due = std::move(due);
  impl_->timer.expires_at(asio::steady_timer::time_point(deadline));
  impl_->timer.async_wait([impl = impl_.get()](const error_code& error) {
    if (!error) std::exchange(impl->due, {})();
  });
}

void TcpLoop::on_stop_signal(UniqueFunction<void()> action) {
  impl_->signals.add(SIGINT);
  impl_->signals.add(SIGTERM);
  impl_->signals.async_wait([action = std::move(action)](const error_code& error, int) mutable {
    if (!error) action();
  });
}

// ---- stream ----

namespace {

constexpr std::size_t gathered_pieces_max = 64;

TcpStream::Transfer transferred(const error_code& error, std::size_t bytes) {
  using Status = TcpStream::Status;
  if (!error) return {Status::ok, bytes};
  if (error == asio::error::would_block) return {Status::would_block, 0};
  return {error == asio::error::eof ? Status::ended : Status::lost, 0};
}

}  // namespace

TcpStream::TcpStream(std::shared_ptr<Impl> impl) : impl_(std::move(impl)) {}
TcpStream::TcpStream(TcpStream&&) noexcept = default;
TcpStream& TcpStream::operator=(TcpStream&& other) noexcept {
  impl_.swap(other.impl_);
  return *this;
}
TcpStream::~TcpStream() {
  if (impl_) close();
}

const Endpoint& TcpStream::local() const { return impl_->local; }
const Endpoint& TcpStream::peer() const { return impl_->peer; }

TcpStream::Transfer TcpStream::receive(std::span<std::uint8_t> room) {
  error_code error;
  const std::size_t bytes = impl_->socket.receive(asio::buffer(room.data(), room.size()), 0, error);
  return transferred(error, bytes);
}

TcpStream::Transfer TcpStream::send(const protocol::OutBuffer& out) {
  std::array<asio::const_buffer, gathered_pieces_max> pieces;
  std::size_t count = 0;
  out.for_each_piece([&](protocol::BytesView piece) {
    pieces[count++] = asio::const_buffer(piece.data(), piece.size());
    return count < pieces.size();
  });
  error_code error;
  const std::span<const asio::const_buffer> filled(pieces.data(), count);
  const std::size_t bytes = impl_->socket.send(filled, 0, error);
  return transferred(error, bytes);
}

void TcpStream::on_readable(UniqueFunction<void()> action) { impl_->readable = std::move(action); }
void TcpStream::on_writable(UniqueFunction<void()> action) { impl_->writable = std::move(action); }

void TcpStream::wait_readable() {
  impl_->socket.async_wait(tcp::socket::wait_read, [impl = impl_](const error_code& error) {
    if (!error && !impl->closed) impl->readable();
  });
}

void TcpStream::wait_writable() {
  impl_->socket.async_wait(tcp::socket::wait_write, [impl = impl_](const error_code& error) {
    if (!error && !impl->closed) impl->writable();
  });
}

void TcpStream::close() {
  error_code ignored;
  impl_->closed = true;
  impl_->socket.close(ignored);
}

// ---- listener ----

namespace {

constexpr std::chrono::milliseconds accept_pause(100);  // where there are no more file descriptors

void accept_next(TcpListener::Impl& listener);

std::optional<TcpStream> stream_of(tcp::socket socket) {
  error_code error;
  const tcp::endpoint peer = socket.remote_endpoint(error);
  const tcp::endpoint local = error ? tcp::endpoint() : socket.local_endpoint(error);
  if (error) return std::nullopt;  // gone again
  socket.non_blocking(true, error);
  socket.set_option(tcp::no_delay(true), error);
  return TcpStream(std::make_shared<TcpStream::Impl>(
      TcpStream::Impl{std::move(socket), endpoint_of(local), endpoint_of(peer)}));
}

void accepted(TcpListener::Impl& listener, const error_code& error, tcp::socket socket) {
  TcpAccepted result;
  result.out_of_descriptors =
      error == asio::error::no_descriptors || error == boost::system::errc::too_many_files_open_in_system;
  if (!error) result.stream = stream_of(std::move(socket));
  const bool pause = result.out_of_descriptors;
  listener.each(std::move(result));
  if (!pause) return accept_next(listener);
  listener.pause.expires_after(accept_pause);
  listener.pause.async_wait([&listener](const error_code& stopped) {
    if (!stopped) accept_next(listener);
  });
}

void accept_next(TcpListener::Impl& listener) {
  if (!listener.acceptor.is_open()) return;
  listener.acceptor.async_accept([&listener](const error_code& error, tcp::socket socket) {
    if (error != asio::error::operation_aborted) accepted(listener, error, std::move(socket));
  });
}

}  // namespace

TcpListener::TcpListener(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
TcpListener::TcpListener(TcpListener&&) noexcept = default;
TcpListener::~TcpListener() = default;

const std::string& TcpListener::name() const { return impl_->name; }
const Endpoint& TcpListener::local() const { return impl_->local; }
bool TcpListener::reachable_from_outside() const { return impl_->reachable_from_outside; }

void TcpListener::accept(UniqueFunction<void(TcpAccepted)> each) {
  impl_->each = std::move(each);
  accept_next(*impl_);
}

void TcpListener::close() {
  error_code ignored;
  impl_->acceptor.close(ignored);
  impl_->pause.cancel();
}

// ---- opening ----

namespace {

constexpr int free_port_tries_max = 20;

// What was sent and is not read yet stays in the caches: catch-up fetch with answers of 16 MiB at twice the
// MB/s and half of the processor time, consumers of both kinds at 1.15 times the records/s.
constexpr int send_buffer_bytes = 320 * 1024;

// Systems cut it to a limit of their own without a word, and a socket that was told once is never sized by
// the system again. Less would cost more than it gains: so it is asked for only where twice as much gives
// more.
bool is_granted_whole(asio::io_context& io, const tcp& protocol, int bytes) {
  error_code error;
  tcp::socket probe(io);
  probe.open(protocol, error);
  const auto granted = [&](int asked) {
    tcp::socket::send_buffer_size size;
    probe.set_option(tcp::socket::send_buffer_size(asked), error);
    probe.get_option(size, error);
    return size.value();
  };
  return granted(bytes) < granted(2 * bytes);
}

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
  if (is_granted_whole(io, endpoint.protocol(), send_buffer_bytes))  // what it accepts has it, too
    acceptor.set_option(tcp::acceptor::send_buffer_size(send_buffer_bytes), error);
  if (endpoint.address().is_v6()) acceptor.set_option(asio::ip::v6_only(true), error);
  if (acceptor.bind(endpoint, error) || acceptor.listen(backlog, error)) return std::nullopt;
  return acceptor;
}

bool family_is_missing(const error_code& error) {
  return error == asio::error::address_family_not_supported || error == asio::error::no_protocol_option ||
         error == boost::system::errc::address_not_available;
}

TcpListener listener_of(asio::io_context& io, const std::string& name, tcp::acceptor acceptor) {
  auto impl = std::make_unique<TcpListener::Impl>(
      TcpListener::Impl{name, std::move(acceptor), asio::steady_timer(io), {}, false, {}});
  const tcp::endpoint local = impl->acceptor.local_endpoint();
  impl->local = endpoint_of(local);
  impl->reachable_from_outside = !local.address().is_loopback();
  return TcpListener(std::move(impl));
}

// All addresses of one listener on one port. An error adds nothing.
error_code open_all(asio::io_context& io, const Listener& listener,
                    const std::vector<asio::ip::address>& addresses, int backlog,
                    std::vector<TcpListener>& opened) {
  std::vector<TcpListener> here;
  std::uint16_t port = listener.port;
  error_code missing;
  for (const auto& address : addresses) {
    error_code error;
    auto acceptor = open_one(io, {address, port}, backlog, error);
    if (!acceptor && !family_is_missing(error)) return error;
    if (!acceptor) {
      missing = error;
      continue;
    }
    port = acceptor->local_endpoint().port();
    here.push_back(listener_of(io, listener.name, std::move(*acceptor)));
  }
  if (here.empty()) return missing;
  for (TcpListener& each : here) opened.push_back(std::move(each));
  return {};
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

OpenedListeners open_listeners(TcpLoop& loop, const std::vector<Listener>& listeners, int backlog) {
  asio::io_context& io = loop.impl().io;
  OpenedListeners opened;
  for (const Listener& listener : listeners) {
    error_code error;
    const auto addresses = addresses_of(io, listener.host, error);
    // With port 0 the port that was free on the first address may be taken on the second: try another one.
    const int tries = listener.port == 0 ? free_port_tries_max : 1;
    for (int i = 0; i < tries && !addresses.empty(); ++i) {
      error = open_all(io, listener, addresses, backlog, opened.listeners);
      if (error != asio::error::address_in_use) break;
    }
    if (!error) continue;
    opened.listeners.clear();
    opened.error = why_not(listener, error);
    return opened;
  }
  return opened;
}

std::string printed(const Endpoint& endpoint) {
  const bool v6 = endpoint.host.find(':') != std::string::npos;
  return (v6 ? "[" + endpoint.host + "]" : endpoint.host) + ":" + std::to_string(endpoint.port);
}

}  // namespace mini::broker
