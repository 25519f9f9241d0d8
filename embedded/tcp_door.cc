#include "embedded/tcp_door.h"

#include <array>

#include "broker/server/tcp.h"

namespace mini::embedded {

using broker::TcpStream;
using client::never;
using client::Now;
using client::TimeMs;
using protocol::BytesView;

namespace {

constexpr std::size_t read_ahead_max = 256 * 1024;          // behind a request that is worked on
constexpr std::size_t output_high_water = 8 * 1024 * 1024;  // more answers than this wait: no further request
constexpr int backlog = 128;

struct Peer {
  explicit Peer(TcpStream socket) : stream(std::move(socket)) {}

  bool may_take_requests() const {
    return line.open && !line.busy && !line.closed && line.output.size() < output_high_water;
  }
  bool wants_more() const {
    return !finished && !line.closed && (stash.size() < read_ahead_max || may_take_requests());
  }

  TcpStream stream;
  Line line;
  std::vector<std::uint8_t> stash;  // bytes that came and are not handed over yet
  protocol::OutBuffer sending;
  bool reading = false, writing = false;
  bool finished = false;  // the other end sends no more
};

}  // namespace

// Sockets are touched by the loop's thread only, with the world's lock, which guards the rest.
class TcpDoor::Loop final : public Helper, public Guest, public std::enable_shared_from_this<Loop> {
 public:
  explicit Loop(std::shared_ptr<World> world) : world_(std::move(world)), read_buffer_(64 * 1024) {}

  void open(std::uint16_t port);
  void close();
  void wake() override;

  std::uint16_t port() const { return port_; }
  const std::string& error() const { return error_; }

 private:
  Done serve(Now) override { return Done::nothing; }
  Done hand_over() override;
  TimeMs next() const override { return never; }
  void orphan() override {}

  void stirred();
  void accepted(TcpStream stream);
  void readable(Peer& peer);
  bool hand_over(Peer& peer);
  void pump();
  void settle(Peer& peer);
  void send(Peer& peer);
  void drop(Peer& peer);
  void set_timer();

  const std::shared_ptr<World> world_;
  broker::TcpLoop loop_;
  std::vector<broker::TcpListener> listeners_;
  std::vector<std::uint8_t> read_buffer_;
  std::map<Peer*, std::unique_ptr<Peer>> peers_;
  TimeMs timer_at_ = never;
  bool closed_ = false;
  std::uint16_t port_ = 0;
  std::string error_;
  std::atomic<bool> woken_{false};
  std::thread thread_;
};

void TcpDoor::Loop::open(std::uint16_t port) {
  broker::Listener listener;
  listener.name = "PLAINTEXT";
  listener.host = "127.0.0.1";
  listener.port = port;
  broker::OpenedListeners opened = broker::open_listeners(loop_, {listener}, backlog);
  error_ = opened.error;
  if (!error_.empty()) return;
  listeners_ = std::move(opened.listeners);
  port_ = listeners_.front().local().port;
  listeners_.front().accept([this](broker::TcpAccepted each) {
    if (each.stream) accepted(std::move(*each.stream));
  });
  {
    const World::Entry entry(*world_);
    world_->join(*this);
    thread_ = std::thread([this] { loop_.run(); });
  }
  world_->employ(shared_from_this());
  wake();
}

void TcpDoor::Loop::close() {
  if (!thread_.joinable()) return;
  world_->employ(nullptr);
  loop_.post([this] {
    const World::Entry entry(*world_);
    closed_ = true;
    listeners_.front().close();
    while (!peers_.empty()) drop(*peers_.begin()->second);
    world_->leave(*this);
    loop_.stop();
  });
  thread_.join();
}

// ---- on the loop's thread ----

void TcpDoor::Loop::wake() {
  if (woken_.exchange(true)) return;
  loop_.post([this] {
    woken_ = false;
    pump();
  });
}

// The loop's own thread looks after every peer before it rests.
void TcpDoor::Loop::stirred() {
  if (std::this_thread::get_id() != thread_.get_id()) wake();
}

void TcpDoor::Loop::accepted(TcpStream stream) {
  const World::Entry entry(*world_);
  if (peers_.size() >= static_cast<std::size_t>(world_->core()->config().broker().max_connections)) return;
  world_->catch_up();
  auto made = std::make_unique<Peer>(std::move(stream));
  Peer& peer = *made;
  peers_.emplace(&peer, std::move(made));
  peer.line.stirred = [this] { stirred(); };
  world_->core()->open(peer.line, {"PLAINTEXT", peer.stream.local(), peer.stream.peer()});
  peer.stream.on_readable([this, &peer] { readable(peer); });
  peer.stream.on_writable([this, &peer] {
    const World::Entry again(*world_);
    peer.writing = false;
    pump();
  });
  pump();
}

void TcpDoor::Loop::readable(Peer& peer) {
  const World::Entry entry(*world_);
  peer.reading = false;
  const TcpStream::Transfer received = peer.stream.receive(read_buffer_);
  const auto end = read_buffer_.begin() + static_cast<std::ptrdiff_t>(received.bytes);
  peer.stash.insert(peer.stash.end(), read_buffer_.begin(), end);
  if (received.status == TcpStream::Status::ended) peer.finished = true;
  if (received.status == TcpStream::Status::lost) peer.line.closed = true;
  pump();
}

// Time first, so that requests meet a broker that knows it; whatever they stirred follows.
void TcpDoor::Loop::pump() {
  const World::Entry entry(*world_);
  if (closed_) return;
  if (world_->catch_up() != Done::nothing) world_->tell_waiters();
  for (auto at = peers_.begin(); at != peers_.end();) settle(*(at++)->second);
  set_timer();
}

void TcpDoor::Loop::settle(Peer& peer) {
  send(peer);
  const bool idle = !peer.line.busy && !peer.line.closed && peer.sending.empty();
  if ((peer.line.closed && peer.sending.empty()) || (peer.finished && idle)) return drop(peer);
  if (!peer.wants_more() || peer.reading) return;
  peer.reading = true;
  peer.stream.wait_readable();
}

void TcpDoor::Loop::send(Peer& peer) {
  while (!peer.writing) {
    if (peer.sending.empty()) peer.sending = world_->core()->answers(peer.line);
    if (peer.sending.empty()) return;
    const TcpStream::Transfer sent = peer.stream.send(peer.sending);
    if (sent.status == TcpStream::Status::would_block) {
      peer.writing = true;
      return peer.stream.wait_writable();
    }
    if (sent.status != TcpStream::Status::ok) {
      peer.line.closed = true;
      peer.sending = {};
      return;
    }
    peer.sending.consume(sent.bytes);
  }
}

void TcpDoor::Loop::drop(Peer& peer) {
  peer.stream.close();
  const std::string why = peer.line.why_closed;
  world_->core()->close(peer.line, why.empty() ? "closed by the client" : why);
  peers_.erase(&peer);
}

// Time that is moved by hand needs no timer. One that is set too early wakes us for nothing once.
void TcpDoor::Loop::set_timer() {
  const TimeMs next = world_->by_hand() ? never : world_->next_moment();
  if (next >= timer_at_) return;
  timer_at_ = next;
  loop_.set_timer(broker::Millis(next), [this] {
    {
      const World::Entry entry(*world_);
      timer_at_ = never;
    }
    pump();
  });
}

// ---- on any thread that works ----

Done TcpDoor::Loop::hand_over() {
  Done done = Done::nothing;
  for (const auto& [at, peer] : peers_)
    if (hand_over(*peer)) done = Done::worked;
  return done;
}

bool TcpDoor::Loop::hand_over(Peer& peer) {
  std::size_t at = 0;
  const std::int32_t size_max = world_->core()->config().broker().socket_request_max_bytes;
  while (peer.may_take_requests()) {
    const protocol::FrameAhead ahead = protocol::frame_ahead(BytesView(peer.stash).subspan(at), size_max);
    if (ahead.kind == protocol::FrameAhead::Kind::illegal) {
      peer.line.closed = true;
      peer.line.why_closed = "a frame of " + std::to_string(ahead.size) + " bytes";
      stirred();
      break;
    }
    if (ahead.kind == protocol::FrameAhead::Kind::part) break;
    at += ahead.bytes();
    world_->core()->receive(peer.line, ahead.frame);
  }
  peer.stash.erase(peer.stash.begin(), peer.stash.begin() + static_cast<std::ptrdiff_t>(at));
  return at > 0;
}

// ---- the door ----

TcpDoor::TcpDoor(std::shared_ptr<World> world, std::uint16_t port)
    : loop_(std::make_shared<Loop>(std::move(world))) {
  loop_->open(port);
}
TcpDoor::~TcpDoor() { loop_->close(); }

std::uint16_t TcpDoor::port() const { return loop_->port(); }
const std::string& TcpDoor::error() const { return loop_->error(); }

}  // namespace mini::embedded
