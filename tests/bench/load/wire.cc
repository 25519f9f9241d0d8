#include "tests/bench/load/wire.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <stdexcept>

namespace mini::bench {

void fail(const std::string& what) { throw std::runtime_error(what); }

Address parse_address(const std::string& text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string::npos) fail("no port in " + text);
  return {text.substr(0, colon), static_cast<std::uint16_t>(std::stoi(text.substr(colon + 1)))};
}

Wire::Wire(const std::string& address) {
  const Address where = parse_address(address);
  addrinfo hints{}, *found = nullptr;
  hints.ai_family = AF_INET;
  hints.ai_socktype = SOCK_STREAM;
  if (::getaddrinfo(where.host.c_str(), std::to_string(where.port).c_str(), &hints, &found) != 0)
    fail("no such host: " + where.host);
  fd_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const int connected = ::connect(fd_, found->ai_addr, found->ai_addrlen);
  ::freeaddrinfo(found);
  if (connected != 0) {
    ::close(std::exchange(fd_, -1));
    fail("cannot connect to " + address);
  }
  const int on = 1;
  ::setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

Wire::~Wire() {
  if (fd_ >= 0) ::close(fd_);
}

void Wire::send(BytesView bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) fail("the connection was lost while sending");
    bytes = bytes.subspan(static_cast<std::size_t>(sent));
  }
}

void Wire::send(const protocol::OutBuffer& out) {
  out.for_each_piece([&](BytesView piece) {
    send(piece);
    return true;
  });
}

std::size_t Wire::size_at(std::size_t at) const {
  std::uint32_t size = 0;
  std::memcpy(&size, in_.data() + at, sizeof size);
  return ntohl(size);
}

bool Wire::fill(bool wait) {
  constexpr std::size_t least_room = 256 * 1024;
  if (begin_ == end_) begin_ = end_ = 0;
  if (in_.size() - end_ < least_room) {
    std::memmove(in_.data(), in_.data() + begin_, end_ - begin_);
    end_ -= std::exchange(begin_, 0);
    const std::size_t wanted = end_ >= 4 ? size_at(0) + 4 : 0;
    in_.resize(std::max({in_.size(), end_ + least_room, wanted}));
  }
  const ssize_t got = ::recv(fd_, in_.data() + end_, in_.size() - end_, wait ? 0 : MSG_DONTWAIT);
  if (got < 0 && !wait && (errno == EAGAIN || errno == EWOULDBLOCK)) return false;
  if (got <= 0) fail("the connection was closed");
  end_ += static_cast<std::size_t>(got);
  return true;
}

}  // namespace mini::bench
