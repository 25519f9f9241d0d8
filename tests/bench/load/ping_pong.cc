#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <thread>

#include "tests/bench/load/loopback.h"
#include "tests/bench/load/measure.h"
#include "tests/bench/load/workload.h"

namespace mini::bench {
namespace {

constexpr int size = 128;
constexpr int rounds = 20'000;

void echo(int listener) {
  pin_to(1);
  const int fd = ::accept(listener, nullptr, nullptr);
  const int on = 1;
  ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  char bytes[size];
  while (::recv(fd, bytes, size, MSG_WAITALL) == size)
    if (::send(fd, bytes, size, MSG_NOSIGNAL) != size) break;
  ::close(fd);
}

}  // namespace

Figures ping_pong(const Workload&) {
  sockaddr_in at{};
  const int listener = listen_on_loopback(at);
  std::thread server(echo, listener);
  pin_to(0);
  Histogram times;
  {
    const Wire wire("127.0.0.1:" + std::to_string(ntohs(at.sin_port)));
    char bytes[size] = {};
    for (int i = 0; i < rounds; ++i) {
      const std::int64_t begun = now_ns();
      if (::send(wire.fd(), bytes, size, MSG_NOSIGNAL) != size) fail("ping");
      if (::recv(wire.fd(), bytes, size, MSG_WAITALL) != size) fail("pong");
      if (i > rounds / 10) times.add(now_ns() - begun);
    }
  }
  server.join();
  ::close(listener);
  return {{"p50_us", static_cast<double>(times.percentile(50)) / 1e3},
          {"p99_us", static_cast<double>(times.percentile(99)) / 1e3}};
}

}  // namespace mini::bench
