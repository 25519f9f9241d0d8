#include "broker/server/tcp.h"

#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstring>

namespace mini::broker {
namespace {

constexpr int backlog = 10;

Listener listener(std::string host, std::uint16_t port = 0) { return {"PLAINTEXT", std::move(host), port}; }

// A plain blocking client. The system accepts for the broker, so that one thread is enough for both sides.
class Client {
 public:
  explicit Client(std::uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    connected_ = ::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  }
  ~Client() { ::close(socket_); }
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  bool connected() const { return connected_; }
  void send(std::string_view text) const { CHECK(::send(socket_, text.data(), text.size(), 0) >= 0); }
  void finish() const { ::shutdown(socket_, SHUT_WR); }
  std::string receive_all() const {
    std::string all;
    char some[4096];
    for (ssize_t size; (size = ::recv(socket_, some, sizeof some, 0)) > 0;)
      all.append(some, static_cast<std::size_t>(size));
    return all;
  }

 private:
  int socket_;
  bool connected_ = false;
};

// Answers one connection with what it sent, until the client has finished; then everything is closed.
class Echo {
 public:
  Echo() : opened_(open_listeners(loop_, {listener("127.0.0.1")}, backlog)) {
    REQUIRE(opened_.error.empty());
    opened_.listeners[0].accept([this](TcpAccepted accepted) { begin(std::move(accepted)); });
  }

  std::uint16_t port() const { return opened_.listeners[0].local().port; }
  void run(Millis busy_poll = {}) { loop_.run(busy_poll); }
  const Endpoint& local() const { return local_; }
  const Endpoint& peer() const { return peer_; }

 private:
  void begin(TcpAccepted accepted) {
    REQUIRE(accepted.stream);
    stream_ = std::move(*accepted.stream);
    local_ = stream_->local();
    peer_ = stream_->peer();
    stream_->on_readable([this] { answer(); });
    stream_->wait_readable();
  }

  void answer() {
    std::array<std::uint8_t, 64> room;
    for (;;) {
      const TcpStream::Transfer received = stream_->receive(room);
      if (received.status == TcpStream::Status::would_block) return stream_->wait_readable();
      if (received.status != TcpStream::Status::ok) return end();
      protocol::OutBuffer out;
      std::memcpy(out.grow(received.bytes), room.data(), received.bytes);
      CHECK(stream_->send(out).bytes == received.bytes);
    }
  }

  void end() {
    stream_->close();
    opened_.listeners[0].close();
    loop_.stop();
  }

  TcpLoop loop_;
  OpenedListeners opened_;
  std::optional<TcpStream> stream_;
  Endpoint local_, peer_;
};

bool has_ipv6() {
  TcpLoop loop;
  return open_listeners(loop, {listener("::1")}, backlog).error.empty();
}

}  // namespace

TEST_CASE("localhost with port 0 takes one free port on both address families") {
  TcpLoop loop;
  const OpenedListeners opened = open_listeners(loop, {listener("localhost")}, backlog);
  REQUIRE(opened.error.empty());
  REQUIRE(opened.listeners.size() == (has_ipv6() ? 2 : 1));
  CHECK(opened.listeners.front().local().port != 0);
  CHECK(opened.listeners.front().local().host == "127.0.0.1");
  for (const TcpListener& each : opened.listeners) {
    CHECK(each.local().port == opened.listeners.front().local().port);
    CHECK(each.name() == "PLAINTEXT");
    CHECK_FALSE(each.reachable_from_outside());
  }
}

TEST_CASE("several listeners are opened in order, each with a port of its own") {
  TcpLoop loop;
  const OpenedListeners opened =
      open_listeners(loop, {listener("127.0.0.1"), {"OTHER", "127.0.0.1"}}, backlog);
  REQUIRE(opened.listeners.size() == 2);
  CHECK(opened.listeners[0].name() == "PLAINTEXT");
  CHECK(opened.listeners[1].name() == "OTHER");
  CHECK(opened.listeners[0].local().port != opened.listeners[1].local().port);
}

TEST_CASE("a listener on all addresses is reachable from outside") {
  for (const char* host : {"", "0.0.0.0", "::"}) {
    CAPTURE(host);
    TcpLoop loop;
    const OpenedListeners opened = open_listeners(loop, {listener(host)}, backlog);
    REQUIRE_FALSE(opened.listeners.empty());
    for (const TcpListener& each : opened.listeners) CHECK(each.reachable_from_outside());
  }
}

TEST_CASE("a port that is taken is named, and nothing stays open") {
  TcpLoop loop;
  const OpenedListeners first = open_listeners(loop, {listener("127.0.0.1")}, backlog);
  const std::uint16_t port = first.listeners[0].local().port;
  const OpenedListeners second =
      open_listeners(loop, {listener("127.0.0.1"), listener("127.0.0.1", port)}, backlog);
  CHECK(second.error.find("Port " + std::to_string(port) + " is in use") != std::string::npos);
  CHECK(second.listeners.empty());
}

TEST_CASE("an address that is not of this machine is an error that names it") {
  TcpLoop loop;
  const OpenedListeners opened = open_listeners(loop, {listener("192.0.2.1")}, backlog);
  CHECK(opened.error.find("192.0.2.1") != std::string::npos);
}

TEST_CASE("bytes come and go through a stream, and it tells both ends of it") {
  Echo echo;
  const Client client(echo.port());
  REQUIRE(client.connected());
  const std::string text(1000, 'x');  // more than one receive
  client.send(text);
  client.finish();
  echo.run();
  CHECK(client.receive_all() == text);
  CHECK(echo.local().host == "127.0.0.1");
  CHECK(echo.local().port == echo.port());
  CHECK(echo.peer().host == "127.0.0.1");
  CHECK(echo.peer().port != echo.port());
}

TEST_CASE("a loop that looks for work without sleeping serves and ends as the other does") {
  Echo echo;
  const Client client(echo.port());
  client.send("hello");
  client.finish();
  echo.run(Millis(1));
  CHECK(client.receive_all() == "hello");
}

TEST_CASE("a stream that is closed calls nobody back") {
  TcpLoop loop;
  OpenedListeners opened = open_listeners(loop, {listener("127.0.0.1")}, backlog);
  bool called = false;
  opened.listeners[0].accept([&](TcpAccepted accepted) {
    REQUIRE(accepted.stream);
    accepted.stream->on_readable([&] { called = true; });
    accepted.stream->wait_readable();
    opened.listeners[0].close();
    loop.stop();
  });
  const Client client(opened.listeners[0].local().port);
  client.send("hello");
  loop.run();
  CHECK_FALSE(called);
}

TEST_CASE("the timer runs once, and setting it anew forgets what was set before") {
  TcpLoop loop;
  int before = 0, after = 0;
  loop.set_timer(Millis(0), [&] { ++before; });
  loop.set_timer(Millis(0), [&] {
    ++after;
    loop.stop();
  });
  loop.run();
  CHECK(before == 0);
  CHECK(after == 1);
}

TEST_CASE("endpoints are printed as clients write them") {
  CHECK(printed({"127.0.0.1", 9092}) == "127.0.0.1:9092");
  CHECK(printed({"::1", 9092}) == "[::1]:9092");
  CHECK(printed({"kafka", 1}) == "kafka:1");
}

}  // namespace mini::broker
