#include "broker/server/server.h"

#include <algorithm>
#include <cassert>

#include "broker/server/clock.h"

namespace mini::broker {

namespace {

constexpr std::size_t spare_stash_bytes_max = 8 * 1024 * 1024;  // of all together
constexpr std::size_t share_for_frames = 4;  // frames that are being read may take a quarter of the memory

}  // namespace

Server::Server(TcpLoop& loop, const Config& config, Environment& environment, Storage& storage)
    : loop_(loop), config_(config), environment_(environment), broker_(config, environment, storage, *this) {
  wake_up();
}

Server::~Server() { stop(); }

void Server::listen(std::vector<TcpListener> listeners) {
  listeners_ = std::move(listeners);
  for (TcpListener& listener : listeners_) {
    listener.accept([this, name = listener.name()](TcpAccepted each) { accepted(name, std::move(each)); });
  }
  set_timer();
}

void Server::stop() {
  stopped_ = true;
  for (TcpListener& listener : listeners_) listener.close();
  loop_.stop();
  while (!connections_.empty()) {
    connections_.begin()->second->hang_up("the broker stops");
    close(*connections_.begin()->second);
  }
}

// ---- accepting ----

void Server::accepted(const std::string& listener, TcpAccepted accepted) {
  wake_up();
  if (accepted.out_of_descriptors)
    environment_.events.limit_hit({"open files", "a connection cannot be accepted (see ulimit -n)"});
  if (accepted.stream) open(listener, std::move(*accepted.stream));
  settle();
}

void Server::open(const std::string& listener, TcpStream stream) {
  const Endpoint peer = stream.peer();
  if (!has_room_for(peer.host)) return;  // closes it
  ++connections_of_peer_[peer.host];
  const ConnectionId id = next_connection_++;
  broker_.open(id, {listener, stream.local(), peer});
  const auto connection = std::make_shared<Connection>(*this, id, std::move(stream));
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
  now_.monotonic = time_.tell(now_.monotonic, next_deadline());
  broker_.advance(now_);
  timers_.advance(now_.monotonic);
}

void Server::needs_settling(Connection& connection) {
  if (!std::exchange(connection.queued_for_settling, true))
    unsettled_.push_back(connection.shared_from_this());
}

void Server::settle() {
  // Settling one connection may wake another: a produce answers the fetches that wait for it.
  while (!unsettled_.empty()) {
    const auto now = std::exchange(unsettled_, {});
    // From the last to the first: who waited for a record hears of it before its producer does, and the way
    // from end to end is shorter by one write.
    for (auto each = now.rbegin(); each != now.rend(); ++each) {
      const auto& connection = *each;
      connection->queued_for_settling = false;
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

std::optional<Millis> Server::next_deadline() const {
  const std::optional<Millis> next = broker_.next_deadline(), own = timers_.next_deadline();
  return !next || (own && *own < *next) ? own : next;
}

void Server::set_timer() {
  if (stopped_) return;
  const std::optional<Millis> next = next_deadline();
  // One that is set to an earlier time wakes us for nothing once; to set it anew at each wake-up would cost
  // more.
  if (!next || (timer_set_to_ && *timer_set_to_ <= *next)) return;
  timer_set_to_ = next;
  loop_.set_timer(time_.on_machine(*next), [this] {
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

std::size_t Server::room_for_frames() const {
  const std::size_t all = environment_.memory.limit() / share_for_frames;
  return all - std::min(all, frame_bytes_);
}

void Server::frame_bytes_changed(std::size_t from, std::size_t to) {
  assert(frame_bytes_ >= from);
  frame_bytes_ += to - from;
}

void Server::lend_stash(Stash& stash) {
  if (spare_stashes_.empty()) return;
  stash = std::move(spare_stashes_.back());
  spare_stashes_.pop_back();
  spare_stash_bytes_ -= stash.capacity();
}

void Server::take_back_stash(Stash& stash) {
  const std::size_t bytes = stash.capacity();
  Stash back = std::exchange(stash, Stash());  // `stash = {}` would keep the memory
  if (bytes == 0 || spare_stash_bytes_ + bytes > spare_stash_bytes_max) return;
  back.clear();
  spare_stash_bytes_ += bytes;
  spare_stashes_.push_back(std::move(back));
}

}  // namespace mini::broker
