#include "client/transport/tcp_link.h"

#include <boost/asio/connect.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/container/static_vector.hpp>
#include <deque>
#include <optional>
#include <vector>

#include "client/transport/name_lookup.h"

namespace mini::client {
namespace {

namespace asio = boost::asio;

constexpr std::size_t pieces_max = 64;     // of one gathered write
constexpr int reads_per_wake_up_max = 16;  // so that one busy broker does not starve the others
// Of an answer that lacks at least so much, nothing smaller is worth waking up for: 0.84 of the processor
// time per record of 1 KiB.
constexpr int low_watermark_large = 256 * 1024;

}  // namespace

class TcpLink::Socket : public std::enable_shared_from_this<TcpLink::Socket> {
 public:
  Socket(asio::io_context& io, LinkId id, const Events& events, std::span<std::uint8_t> read_buffer)
      : id_(id), events_(events), read_buffer_(read_buffer), io_(io), socket_(io) {}

  void open(const std::string& host, std::uint16_t port);
  void queue(protocol::OutBuffer bytes) { outgoing_.push_back(std::move(bytes)); }
  void flush();
  void close();
  void awaits(std::size_t size) { awaited_ = size; }

 private:
  using ErrorCode = boost::system::error_code;

  void connect(const NameLookup::Addresses& addresses, std::uint16_t port);
  void connected(ErrorCode problem);
  void wait_readable();
  void set_low_watermark();
  void read_all();
  void wait_writable();
  std::size_t write_once(ErrorCode& problem);
  void consume(std::size_t size);
  void fail_later(std::string reason);
  void fail(const std::string& reason);

  const LinkId id_;
  const Events& events_;
  const std::span<std::uint8_t> read_buffer_;
  asio::io_context& io_;
  std::optional<NameLookup> lookup_;
  asio::ip::tcp::socket socket_;
  std::deque<protocol::OutBuffer> outgoing_;
  std::size_t awaited_ = 0;
  int low_watermark_ = 1;
  bool connected_ = false;
  bool writing_ = false;  // waits until the socket takes more
  bool closed_ = false;
};

void TcpLink::Socket::open(const std::string& host, std::uint16_t port) {
  ErrorCode a_name;
  asio::ip::make_address(host, a_name);
  if (!a_name) return connect({host}, port);
  lookup_.emplace(
      io_, host,
      [weak = weak_from_this(), port](const std::string& problem, const NameLookup::Addresses& found) {
        const auto self = weak.lock();
        if (!self) return;
        if (!problem.empty()) return self->fail("the name cannot be resolved: " + problem);
        self->connect(found, port);
      });
}

void TcpLink::Socket::connect(const NameLookup::Addresses& addresses, std::uint16_t port) {
  std::vector<asio::ip::tcp::endpoint> endpoints;
  for (const std::string& each : addresses) endpoints.emplace_back(asio::ip::make_address(each), port);
  asio::async_connect(socket_, endpoints, [self = shared_from_this()](ErrorCode problem, const auto&) {
    self->connected(problem);
  });
}

void TcpLink::Socket::connected(ErrorCode problem) {
  if (closed_) return;
  if (!problem) socket_.set_option(asio::ip::tcp::no_delay(true), problem);
  if (!problem) socket_.non_blocking(true, problem);
  if (problem) return fail(problem.message());
  connected_ = true;
  wait_readable();
  events_.opened(id_);
}

void TcpLink::Socket::wait_readable() {
  set_low_watermark();
  socket_.async_wait(asio::ip::tcp::socket::wait_read, [self = shared_from_this()](ErrorCode problem) {
    if (self->closed_) return;
    if (problem) return self->fail(problem.message());
    self->read_all();
  });
}

void TcpLink::Socket::set_low_watermark() {
  const int wanted = awaited_ >= low_watermark_large ? low_watermark_large : 1;
  if (wanted == low_watermark_) return;
  ErrorCode problem;
  socket_.set_option(asio::socket_base::receive_low_watermark(wanted), problem);
  if (!problem) low_watermark_ = wanted;
}

void TcpLink::Socket::read_all() {
  for (int i = 0; i < reads_per_wake_up_max; ++i) {
    ErrorCode problem;
    const std::size_t size =
        socket_.read_some(asio::buffer(read_buffer_.data(), read_buffer_.size()), problem);
    if (problem == asio::error::would_block) break;
    if (problem == asio::error::eof) return fail("the broker closed the connection");
    if (problem) return fail(problem.message());
    events_.received(id_, {read_buffer_.data(), size});
    if (closed_) return;
    if (size < read_buffer_.size()) break;
  }
  wait_readable();
}

void TcpLink::Socket::flush() {
  while (connected_ && !writing_ && !closed_ && !outgoing_.empty()) {
    ErrorCode problem;
    const std::size_t sent = write_once(problem);
    if (problem == asio::error::would_block) return wait_writable();
    if (problem) return fail_later(problem.message());
    consume(sent);
  }
}

std::size_t TcpLink::Socket::write_once(ErrorCode& problem) {
  boost::container::static_vector<asio::const_buffer, pieces_max> pieces;
  for (const protocol::OutBuffer& buffer : outgoing_) {
    buffer.for_each_piece([&](protocol::BytesView piece) {
      pieces.emplace_back(piece.data(), piece.size());
      return pieces.size() < pieces_max;
    });
    if (pieces.size() == pieces_max) break;
  }
  return socket_.write_some(pieces, problem);
}

void TcpLink::Socket::consume(std::size_t size) {
  while (!outgoing_.empty() && size >= outgoing_.front().size()) {
    size -= outgoing_.front().size();
    outgoing_.pop_front();
  }
  if (size > 0) outgoing_.front().consume(size);
}

void TcpLink::Socket::wait_writable() {
  writing_ = true;
  socket_.async_wait(asio::ip::tcp::socket::wait_write, [self = shared_from_this()](ErrorCode problem) {
    if (self->closed_) return;
    self->writing_ = false;
    if (problem) return self->fail(problem.message());
    self->flush();
  });
}

// A write fails while the machine's output is being sent: its loss is an event of its own.
void TcpLink::Socket::fail_later(std::string reason) {
  writing_ = true;
  asio::post(socket_.get_executor(), [self = shared_from_this(), reason = std::move(reason)] {
    if (!self->closed_) self->fail(reason);
  });
}

void TcpLink::Socket::fail(const std::string& reason) {
  close();
  events_.lost(id_, reason);
}

void TcpLink::Socket::close() {
  closed_ = true;
  ErrorCode ignored;
  lookup_.reset();
  socket_.close(ignored);
  outgoing_.clear();
}

// ---- the handle ----

TcpLink::TcpLink(asio::io_context& io, LinkId id, const Events& events, std::span<std::uint8_t> read_buffer)
    : socket_(std::make_shared<Socket>(io, id, events, read_buffer)) {}
TcpLink::~TcpLink() { socket_->close(); }

void TcpLink::open(const std::string& host, std::uint16_t port) { socket_->open(host, port); }
void TcpLink::queue(protocol::OutBuffer bytes) { socket_->queue(std::move(bytes)); }
void TcpLink::flush() { socket_->flush(); }
void TcpLink::close() { socket_->close(); }
void TcpLink::awaits(std::size_t size) { socket_->awaits(size); }

}  // namespace mini::client
