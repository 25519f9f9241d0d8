#pragma once

#include <array>
#include <memory>
#include <unordered_map>
#include <vector>

#include "broker/server/connection.h"
#include "broker/server/served_time.h"
#include "broker/server/stash.h"

// The broker on TCP: sockets and the clock around the core, on one thread.
//
//   TcpLoop loop;
//   Server server(loop, config, environment, storage);
//   server.listen(std::move(opened.listeners));
//   loop.run();                     // until `stop`
//
// A wake-up is: read the clock once, let the core do what time brings, receive and hand over whole frames,
// then one gathered write for each connection that has something to say. One timer wakes it when nothing
// comes.
namespace mini::broker {

class Server final : private FrameSink {
 public:
  Server(TcpLoop& loop, const Config& config, Environment& environment, Storage& storage);
  ~Server();

  void listen(std::vector<TcpListener> listeners);
  void stop();  // closes everything, so that the loop ends

  Broker& broker() { return broker_; }
  const BrokerSettings& settings() const { return config_.broker(); }

  // ---- for its connections ----
  void wake_up();  // reads the clock and tells the core
  Now now() const { return now_; }
  std::span<std::uint8_t> receive_buffer() { return receive_buffer_; }
  void needs_settling(Connection& connection);
  void settle();
  void report_bad_frame(Connection& connection, std::string_view reason);
  Timer arm(Millis after, UniqueFunction<void()> action);
  std::size_t room_for_frames() const;  // bytes
  void frame_bytes_changed(std::size_t from, std::size_t to);
  void lend_stash(Stash& stash);       // one whose memory is warm, if there is one
  void take_back_stash(Stash& stash);  // and its memory: it is empty, and owns nothing

 private:
  protocol::OutBuffer& output(ConnectionId connection) override;
  void answered(ConnectionId connection) override;
  void hang_up(ConnectionId connection, std::string_view reason) override;

  void accepted(const std::string& listener, TcpAccepted accepted);
  void open(const std::string& listener, TcpStream stream);
  bool has_room_for(const std::string& peer);
  void close(Connection& connection);
  std::optional<Millis> next_deadline() const;
  void set_timer();

  TcpLoop& loop_;
  const Config& config_;
  Environment& environment_;
  Timers timers_;  // of the connections; they must go before it
  Broker broker_;
  std::optional<Millis> timer_set_to_;
  ServedTime time_;
  Now now_;
  std::array<std::uint8_t, 64 * 1024> receive_buffer_;
  std::vector<TcpListener> listeners_;
  std::unordered_map<ConnectionId, std::shared_ptr<Connection>> connections_;
  std::unordered_map<std::string, std::int32_t> connections_of_peer_;
  std::vector<std::shared_ptr<Connection>> unsettled_;
  std::vector<Stash> spare_stashes_;
  std::size_t spare_stash_bytes_ = 0;
  std::size_t frame_bytes_ = 0;
  ConnectionId next_connection_ = 1;
  bool stopped_ = false;
};

}  // namespace mini::broker
