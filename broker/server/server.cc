#include "broker/server/server.h"

#include <algorithm>

#include "broker/server/clock.h"

namespace mini::broker {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

namespace {

constexpr std::size_t spare_stash_size_max = 8 * 1024 * 1024;
constexpr std::size_t share_for_frames = 4;  // frames that are being read may take a quarter of the memory
constexpr Millis accept_pause(100);          // where there are no more file descriptors

}  // namespace

struct Server::Acceptor {
  std::string listener;
  tcp::acceptor socket;
  asio::steady_timer pause;
};

Server::Server(asio::io_context& io, const Config& config, Environment& environment, Storage& storage)
    : io_(io),
      config_(config),
      environment_(environment),
      broker_(config, environment, storage, *this),
      timer_(io) {
  wake_up();
}

Server::~Server() { stop(); }

void Server::listen(std::vector<Bound> listening) {
  for (Bound& bound : listening) {
    acceptors_.push_back(std::make_unique<Acceptor>(
        Acceptor{bound.listener, std::move(bound.acceptor), asio::steady_timer(io_)}));
    accept(*acceptors_.back());
  }
  set_timer();
}

void Server::stop() {
  stopped_ = true;
  for (auto& acceptor : acceptors_) {
    error_code ignored;
    acceptor->socket.close(ignored);
    acceptor->pause.cancel();
  }
  timer_.cancel();
  while (!connections_.empty()) {
    connections_.begin()->second->hang_up("the broker stops");
    close(*connections_.begin()->second);
  }
}

// ---- accepting ----

void Server::accept(Acceptor& acceptor) {
  acceptor.socket.async_accept([this, &acceptor](const error_code& error, tcp::socket socket) {
    if (stopped_ || error == asio::error::operation_aborted) return;
    wake_up();
    if (!error) accepted(acceptor, std::move(socket));
    settle();
    if (error == asio::error::no_descriptors || error == boost::system::errc::too_many_files_open_in_system)
      return accept_later(acceptor);
    accept(acceptor);
  });
}

void Server::accept_later(Acceptor& acceptor) {
  environment_.events.limit_hit({"open files", "a connection cannot be accepted (see ulimit -n)"});
  acceptor.pause.expires_after(accept_pause);
  acceptor.pause.async_wait([this, &acceptor](const error_code& error) {
    if (!error && !stopped_) accept(acceptor);
  });
}

void Server::accepted(Acceptor& acceptor, tcp::socket socket) {
  error_code error;
  const tcp::endpoint peer = socket.remote_endpoint(error);
  const tcp::endpoint local = error ? tcp::endpoint() : socket.local_endpoint(error);
  if (error) return;  // gone again
  const std::string peer_host = printed(peer.address());
  if (!has_room_for(peer_host)) return;  // closes it
  ++connections_of_peer_[peer_host];
  const ConnectionId id = next_connection_++;
  auto connection = std::make_shared<Connection>(*this, id, std::move(socket), peer_host);
  broker_.open(id, {acceptor.listener, {printed(local.address()), local.port()}, {peer_host, peer.port()}});
  connections_.emplace(id, connection);
  connection->start();
}

bool Server::has_room_for(const std::string& peer) {
  if (connections_.size() >= static_cast<std::size_t>(settings().max_connections)) {
    environment_.events.limit_hit({"max.connections", "a connection from " + peer + " was closed"});
    return false;
  }
  const auto found = connections_of_peer_.find(peer);
  if (found != connections_of_peer_.end() && found->second >= settings().max_connections_per_ip) {
    environment_.events.limit_hit({"max.connections.per.ip", "a connection from " + peer + " was closed"});
    return false;
  }
  return true;
}

// ---- a wake-up ----

void Server::wake_up() {
  now_ = read_clock();
  broker_.advance(now_);
  timers_.advance(now_.monotonic);
}

void Server::needs_settling(Connection& connection) { unsettled_.push_back(connection.shared_from_this()); }

void Server::settle() {
  // Settling one connection may wake another: a produce answers the fetches that wait for it.
  while (!unsettled_.empty()) {
    const auto now = std::exchange(unsettled_, {});
    for (const auto& connection : now) {
      if (!connections_.contains(connection->id())) continue;
      connection->settle();
      if (connection->wants_closing()) close(*connection);
    }
  }
  set_timer();
}

void Server::close(Connection& connection) {
  const auto keep_alive = connection.shared_from_this();
  const auto peer = connections_of_peer_.find(connection.peer());
  if (peer != connections_of_peer_.end() && --peer->second == 0) connections_of_peer_.erase(peer);
  connections_.erase(connection.id());
  connection.shut();
  broker_.close(connection.id(), connection.close_reason());
}

void Server::set_timer() {
  if (stopped_) return;
  std::optional<Millis> next = broker_.next_deadline();
  if (const auto own = timers_.next_deadline(); own && (!next || *own < *next)) next = own;
  // One that is set to an earlier time wakes us for nothing once; to set it anew at each wake-up would cost
  // more.
  if (!next || (timer_set_to_ && *timer_set_to_ <= *next)) return;
  timer_set_to_ = next;
  timer_.expires_at(asio::steady_timer::time_point(*next));
  timer_.async_wait([this](const error_code& error) {
    if (error || stopped_) return;
    timer_set_to_.reset();
    wake_up();
    settle();
  });
}

Timer Server::arm(Millis after, UniqueFunction<void()> action) {
  return timers_.arm(now_.monotonic + after, std::move(action));
}

// ---- the core's answers ----

protocol::OutBuffer& Server::output(ConnectionId id) { return connections_.at(id)->output(); }

void Server::answered(ConnectionId id) {
  Connection& connection = *connections_.at(id);
  connection.request_answered();
  needs_settling(connection);
}

void Server::hang_up(ConnectionId id, std::string_view reason) {
  Connection& connection = *connections_.at(id);
  connection.hang_up(reason);
  needs_settling(connection);
}

void Server::report_bad_frame(Connection& connection, std::string_view reason) {
  environment_.events.bad_frame({connection.id(), reason});
  connection.hang_up(reason);
}

// ---- memory of frames that are being read ----

bool Server::room_for_frames(std::size_t bytes) const {
  return frame_bytes_ + bytes <= environment_.memory.limit() / share_for_frames;
}

void Server::frame_bytes_changed(std::ptrdiff_t bytes) {
  frame_bytes_ = static_cast<std::size_t>(static_cast<std::ptrdiff_t>(frame_bytes_) + bytes);
}

void Server::lend_stash(std::vector<std::uint8_t>& stash) {
  stash.swap(spare_stash_);
  stash.clear();
}

void Server::take_back_stash(std::vector<std::uint8_t>& stash) {
  frame_bytes_changed(-static_cast<std::ptrdiff_t>(stash.size()));
  stash.clear();
  if (stash.capacity() > spare_stash_.capacity() && stash.capacity() <= spare_stash_size_max)
    spare_stash_.swap(stash);
  stash = {};
}

}  // namespace mini::broker
