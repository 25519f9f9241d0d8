#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "protocol/messages/metadata.h"
#include "tests/bench/load/measure.h"
#include "tests/bench/load/workload.h"

namespace mini::bench {
namespace {

using namespace protocol;

std::uint16_t free_port() {
  const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in at{};
  at.sin_family = AF_INET;
  at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof at;
  ::bind(fd, reinterpret_cast<sockaddr*>(&at), size);
  ::getsockname(fd, reinterpret_cast<sockaddr*>(&at), &size);
  ::close(fd);
  return ntohs(at.sin_port);
}

pid_t spawn(const std::vector<std::string>& command, const std::string& port) {
  std::vector<std::string> words = command;
  for (std::string& word : words)
    if (const std::size_t at = word.find("{}"); at != std::string::npos) word.replace(at, 2, port);
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  static const int nowhere = ::open("/dev/null", O_WRONLY | O_CLOEXEC);
  const pid_t pid = ::vfork();
  if (pid != 0) return pid;
  ::dup2(nowhere, 1);
  ::dup2(nowhere, 2);
  ::execvp(arguments[0], arguments.data());
  ::_exit(127);
}

void first_metadata(const std::string& address, std::int64_t patience) {
  for (;;) {
    try {
      Wire wire(address);
      const auto answer = wire.ask<MetadataResponse>(MetadataRequest{}, 1);
      if (answer.brokers.empty()) fail("Metadata without a broker");
      return;
    } catch (const std::runtime_error&) {
      if (now_ns() > patience) throw;
      ::usleep(20);
    }
  }
}

}  // namespace

Figures start(const Workload& workload) {
  Histogram times;
  const int starts = workload.connections;
  for (int i = 0; i < starts; ++i) {
    const std::string port = std::to_string(free_port());
    const std::int64_t begun = now_ns();
    const pid_t pid = spawn(workload.command, port);
    first_metadata("127.0.0.1:" + port, begun + 120'000'000'000);
    times.add(now_ns() - begun);
    ::kill(pid, SIGTERM);
    ::waitpid(pid, nullptr, 0);
  }
  return {{"p50_ms", static_cast<double>(times.percentile(50)) / 1e6},
          {"p99_ms", static_cast<double>(times.percentile(99)) / 1e6},
          {"starts", static_cast<double>(times.count())}};
}

}  // namespace mini::bench
