#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <map>
#include <thread>

#include "tests/client/support/scripted_broker.h"

// A scripted broker on a socket and a thread of its own. The script runs on that thread.
namespace mini::test {

class SocketBroker {
 public:
  explicit SocketBroker(ScriptedBroker& broker) : broker_(broker) {
    listener_ = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof(address);
    REQUIRE(::bind(listener_, reinterpret_cast<sockaddr*>(&address), size) == 0);
    REQUIRE(::listen(listener_, 16) == 0);
    ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
    REQUIRE(::pipe(stop_) == 0);
    broker_.host = "127.0.0.1";
    broker_.port = ntohs(address.sin_port);
    thread_ = std::thread([this] { run(); });
  }
  ~SocketBroker() {
    ::close(stop_[1]);
    thread_.join();
    ::close(stop_[0]);
    ::close(listener_);
  }
  std::string bootstrap() const { return broker_.host + ":" + std::to_string(broker_.port); }

 private:
  void run() {
    for (;;) {
      std::vector<pollfd> waits = {{stop_[0], POLLIN, 0}, {listener_, POLLIN, 0}};
      for (const auto& [link, stream] : streams_) waits.push_back({link, POLLIN, 0});
      ::poll(waits.data(), waits.size(), -1);
      if (waits[0].revents != 0) break;
      if (waits[1].revents != 0) streams_[::accept(listener_, nullptr, nullptr)];
      for (std::size_t i = 2; i < waits.size(); ++i)
        if (waits[i].revents != 0) serve(waits[i].fd);
    }
    for (const auto& [link, stream] : streams_) ::close(link);
  }
  void serve(int link) {
    std::uint8_t room[65536];
    const ssize_t size = ::recv(link, room, sizeof(room), 0);
    if (size <= 0) return hang_up(link);
    Bytes& stream = streams_[link];
    stream.insert(stream.end(), room, room + size);
    while (auto asked = ScriptedBroker::cut_request(static_cast<LinkId>(link), stream)) {
      const Reaction reaction = broker_.react(*asked);
      if (reaction.kind == Reaction::Kind::cut) return hang_up(link);
      if (reaction.kind == Reaction::Kind::answer)
        (void)!::send(link, reaction.frame.data(), reaction.frame.size(), MSG_NOSIGNAL);
    }
  }
  void hang_up(int link) {
    ::close(link);
    streams_.erase(link);
  }

  ScriptedBroker& broker_;
  int listener_ = -1;
  int stop_[2] = {-1, -1};
  std::map<int, Bytes> streams_;
  std::thread thread_;
};

}  // namespace mini::test
