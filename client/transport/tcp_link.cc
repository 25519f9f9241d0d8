#include "client/transport/tcp_link.h"

#include <boost/asio/connect.hpp>
#include <boost/asio/post.hpp>
#include <boost/container/static_vector.hpp>

namespace mini::client {
namespace {

namespace asio = boost::asio;

constexpr std::size_t pieces_max = 64;     // of one gathered write
constexpr int reads_per_wake_up_max = 16;  // so that one busy broker does not starve the others

}  // namespace

void TcpLink::open(const std::string& host, std::uint16_t port) {
  resolver_.async_resolve(
      host, std::to_string(port), [self = shared_from_this()](ErrorCode problem, auto results) {
        if (self->closed_) return;
        if (problem) return self->fail("the name cannot be resolved: " + problem.message());
        asio::async_connect(self->socket_, results,
                            [self](ErrorCode failed, const auto&) { self->connected(failed); });
      });
}

void TcpLink::connected(ErrorCode problem) {
  if (closed_) return;
  if (!problem) socket_.set_option(asio::ip::tcp::no_delay(true), problem);
  if (!problem) socket_.non_blocking(true, problem);
  if (problem) return fail(problem.message());
  connected_ = true;
  wait_readable();
  events_.opened(id_);
}

void TcpLink::wait_readable() {
  socket_.async_wait(asio::ip::tcp::socket::wait_read, [self = shared_from_this()](ErrorCode problem) {
    if (self->closed_) return;
    if (problem) return self->fail(problem.message());
    self->read_all();
  });
}

void TcpLink::read_all() {
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

void TcpLink::flush() {
  while (connected_ && !writing_ && !closed_ && !outgoing_.empty()) {
    ErrorCode problem;
    const std::size_t sent = write_once(problem);
    if (problem == asio::error::would_block) return wait_writable();
    if (problem) return fail_later(problem.message());
    consume(sent);
  }
}

std::size_t TcpLink::write_once(ErrorCode& problem) {
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

void TcpLink::consume(std::size_t size) {
  while (!outgoing_.empty() && size >= outgoing_.front().size()) {
    size -= outgoing_.front().size();
    outgoing_.pop_front();
  }
  if (size > 0) outgoing_.front().consume(size);
}

void TcpLink::wait_writable() {
  writing_ = true;
  socket_.async_wait(asio::ip::tcp::socket::wait_write, [self = shared_from_this()](ErrorCode problem) {
    if (self->closed_) return;
    self->writing_ = false;
    if (problem) return self->fail(problem.message());
    self->flush();
  });
}

// A write fails while the machine's output is being sent: its loss is an event of its own.
void TcpLink::fail_later(std::string reason) {
  writing_ = true;
  asio::post(socket_.get_executor(), [self = shared_from_this(), reason = std::move(reason)] {
    if (!self->closed_) self->fail(reason);
  });
}

void TcpLink::fail(const std::string& reason) {
  close();
  events_.lost(id_, reason);
}

void TcpLink::close() {
  closed_ = true;
  ErrorCode ignored;
  resolver_.cancel();
  socket_.close(ignored);
  outgoing_.clear();
}

}  // namespace mini::client
