#pragma once

#include <memory>
#include <string>

#include "broker/core/broker.h"
#include "broker/server/stash.h"
#include "broker/server/tcp.h"

// One client's TCP connection.
//
// It is woken when the socket is readable, receives into a buffer that all connections share (the rest of a
// large frame right behind its beginning), hands the core every whole frame that came, and the server then
// answers with one gathered write. Where more comes than the buffer holds it answers after each bufferful,
// and after `turn_bytes_max` the others have their turn. It owns memory only while there is a part of a
// frame, frames that must wait their turn, or bytes that the socket would not take.
//
// It stops reading while its answers wait to be sent (a client that does not read costs one answer), while a
// request is parked and `read_ahead_max` bytes wait behind it, and it is closed:
//   - by a frame that is no frame, or a request that the core refuses,
//   - when a part of a frame is not followed by the rest in mini.frame.deadline.ms, unless at least
//     `frame_rate_min` bytes a second come,
//   - after connections.max.idle.ms without a request.
namespace mini::broker {

class Server;

inline constexpr std::size_t read_ahead_max = 256 * 1024;
inline constexpr std::size_t turn_bytes_max = 1024 * 1024;
inline constexpr std::size_t output_high_water = 8 * 1024 * 1024;
inline constexpr std::size_t frame_rate_min = 1024;

class Connection : public std::enable_shared_from_this<Connection> {
 public:
  Connection(Server& server, ConnectionId id, TcpStream stream);

  void start();
  // Called by the server once the core has left: goes on with frames that waited, sends, and waits for more.
  void settle();
  void shut();  // closes the socket; nothing is called after it

  ConnectionId id() const { return id_; }
  const std::string& peer() const { return stream_.peer().host; }
  protocol::OutBuffer& output() { return output_; }
  void request_answered() { parked_ = false; }
  void hang_up(std::string_view reason);
  bool wants_closing() const { return !close_reason_.empty(); }
  bool queued_for_settling = false;  // the server's own mark
  const std::string& close_reason() const { return close_reason_; }
  std::size_t stash_size() const { return stash_.size(); }

 private:
  bool may_take_requests() const;
  void wait_readable();
  void on_readable();
  bool receive_some(std::size_t& taken);
  std::size_t receive_into(std::span<std::uint8_t> room);
  std::size_t next_piece(std::size_t rest) const;
  std::size_t receive_rest(std::size_t size);
  std::size_t missing() const;
  bool came(const TcpStream::Transfer& received);
  void take_in(protocol::BytesView bytes);
  std::size_t deliver(protocol::BytesView bytes);
  void deliver_stash();
  void refuse_frame(protocol::BytesView bytes, std::int32_t size);
  void keep(protocol::BytesView rest);
  bool has_room(std::size_t size);
  void let_go_of_stash();
  void account_for_stash();
  void send();
  void watch_frame();
  void check_frame();
  void check_idle();

  Server& server_;
  const ConnectionId id_;
  TcpStream stream_;
  protocol::OutBuffer output_;
  Stash stash_;
  std::size_t accounted_bytes_ = 0;  // of the stash, as the server has counted them
  std::string close_reason_;
  Millis last_request_{0};
  Millis frame_begun_{0};
  Timer idle_;
  Timer frame_deadline_;
  bool parked_ = false;
  bool reading_ = false;
  bool writing_ = false;
  bool peer_has_finished_ = false;
};

}  // namespace mini::broker
