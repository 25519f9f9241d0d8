#include <time.h>
#include <unistd.h>

#include <atomic>
#include <thread>

#include "protocol/wire/crc32c.h"
#include "tests/bench/load/loopback.h"
#include "tests/bench/load/measure.h"
#include "tests/bench/load/workload.h"

namespace mini::bench {
namespace {

constexpr std::size_t room_size = 64 * 1024;  // stays in the caches
constexpr std::size_t message_size = 900 * 1024;

std::int64_t thread_cpu_ns() {
  timespec time{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return std::int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec;
}

void send_until(const std::string& address, std::int64_t until) {
  const Wire wire(address);
  const Bytes message(message_size, 'x');
  while (now_ns() < until)
    if (::send(wire.fd(), message.data(), message.size(), MSG_NOSIGNAL) < 0) return;
}

}  // namespace

// One end sends what a bulk producer sends; the other one receives it, checks it and forgets it. No broker
// can be cheaper here, unless it checks less.
Figures receive(const Workload& workload) {
  sockaddr_in at{};
  const int listener = listen_on_loopback(at);
  const std::int64_t begun = now_ns();
  std::thread sender(send_until, "127.0.0.1:" + std::to_string(ntohs(at.sin_port)),
                     begun + static_cast<std::int64_t>(workload.seconds * 1e9));
  const int fd = ::accept(listener, nullptr, nullptr);
  Bytes room(room_size);
  double bytes = 0;
  std::uint32_t checksum = 0;
  const std::int64_t cpu = thread_cpu_ns();
  for (ssize_t size = 0; (size = ::recv(fd, room.data(), room.size(), 0)) > 0;) {
    checksum = protocol::crc32c(protocol::BytesView(room).first(static_cast<std::size_t>(size)), checksum);
    bytes += static_cast<double>(size);
  }
  const auto spent = static_cast<double>(thread_cpu_ns() - cpu);
  const auto wall = static_cast<double>(now_ns() - begun);
  sender.join();
  ::close(fd);
  ::close(listener);
  if (checksum == 0) fail("nothing was checked");
  return {{"mb_per_s", bytes / wall * 1e3},
          {"broker_us_per_mb", spent / bytes * 1e3},
          {"broker_cores", spent / wall}};
}

}  // namespace mini::bench
