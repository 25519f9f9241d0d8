#pragma once

#include <memory>
#include <string>
#include <vector>

#include "broker/api/services.h"
#include "broker/config/listeners.h"
#include "broker/env/unique_function.h"
#include "protocol/wire/out_buffer.h"

// What the server needs of TCP, and nothing more; Boost.Asio stands behind it, in tcp.cc alone.
//
//   TcpLoop loop;
//   auto opened = open_listeners(loop, config.listeners().bound, backlog);
//   opened.listeners[0].accept([&](TcpAccepted accepted) { ... });
//   loop.run();                                   // on this thread, until `stop`
//
// Sockets never block. A callback runs on the thread of `run`, never within the call that asked for it, and
// never after its object was closed or destroyed.
namespace mini::broker {

class TcpLoop {
 public:
  TcpLoop();
  ~TcpLoop();
  TcpLoop(const TcpLoop&) = delete;
  TcpLoop& operator=(const TcpLoop&) = delete;

  // After work it looks for more for `busy_poll` before it sleeps.
  void run(Millis busy_poll = {});
  void stop();
  // Runs `action` on the thread of `run`, soon. From any thread.
  void post(UniqueFunction<void()> action);

  // The one timer: `due` runs once at `deadline` on the monotonic time, unless it is set anew before.
  void set_timer(Millis deadline, UniqueFunction<void()> due);
  // SIGINT and SIGTERM, once. Where it is not asked for, they are left alone.
  void on_stop_signal(UniqueFunction<void()> action);

  struct Impl;
  Impl& impl() { return *impl_; }

 private:
  std::unique_ptr<Impl> impl_;
};

class TcpStream {
 public:
  enum class Status { ok, would_block, ended, lost };
  struct Transfer {
    Status status = Status::ok;
    std::size_t bytes = 0;
  };
  struct Impl;

  explicit TcpStream(std::shared_ptr<Impl> impl);
  TcpStream(TcpStream&&) noexcept;
  TcpStream& operator=(TcpStream&& other) noexcept;
  ~TcpStream();  // closes

  const Endpoint& local() const;
  const Endpoint& peer() const;

  Transfer receive(std::span<std::uint8_t> room);
  Transfer send(const protocol::OutBuffer& out);  // one gathered write of what fits
  // Callbacks are given once and asked for with `wait_*`, each wait for one call.
  void on_readable(UniqueFunction<void()> action);
  void on_writable(UniqueFunction<void()> action);
  void wait_readable();
  void wait_writable();
  void close();

 private:
  std::shared_ptr<Impl> impl_;
};

struct TcpAccepted {
  std::optional<TcpStream> stream;  // none: this one could not be accepted
  bool out_of_descriptors = false;  // then the listener has paused for a moment
};

// One bound address.
class TcpListener {
 public:
  struct Impl;
  explicit TcpListener(std::unique_ptr<Impl> impl);
  TcpListener(TcpListener&&) noexcept;
  ~TcpListener();

  const std::string& name() const;  // of the listener in the configuration
  const Endpoint& local() const;
  bool reachable_from_outside() const;                  // bound wider than loopback
  void accept(UniqueFunction<void(TcpAccepted)> each);  // from now on, until it is closed
  void close();

 private:
  std::unique_ptr<Impl> impl_;
};

struct OpenedListeners {
  std::vector<TcpListener> listeners;
  std::string error;  // one sentence that names the address, or ""
};

// A host that stands for several addresses ("localhost", "" for all) is opened on all of them with one port;
// port 0 takes a free one, the same on all. An address family that the machine lacks is left out where
// another is there.
OpenedListeners open_listeners(TcpLoop& loop, const std::vector<Listener>& listeners, int backlog);

std::string printed(const Endpoint& endpoint);  // "127.0.0.1:9092", "[::1]:9092"

}  // namespace mini::broker
