#pragma once

#include <functional>
#include <map>
#include <string>

#include "broker/core/broker.h"
#include "broker/log/memory_storage.h"

// A broker's core with all that it stands on, for connections that need no socket of the server's.
//
//   Core core(config, seed, now);
//   Line line;
//   core.open(line, origin);
//   core.receive(line, frame);               // while !line.busy && !line.closed
//   send(core.answers(line));                // what is to be sent; then, where line.closed: core.close(line)
//
// Under the world's lock, one thread at a time. Lines are owned by whoever opened them and are closed before
// they go.
namespace mini::embedded {

// One connection, as both of its ends see it.
struct Line {
  broker::ConnectionId id = 0;
  bool open = false;
  bool busy = false;    // a request is being worked on: further frames wait
  bool closed = false;  // the core wants it closed
  std::string why_closed;
  std::string client_id;               // as its latest request said
  std::function<void()> stirred = {};  // there are answers, or it is to be closed; must not call the core

  protocol::OutBuffer output;
  std::size_t whole = 0;  // bytes of the output that are whole answers
};

class Core final : private broker::FrameSink {
 public:
  enum class Direction { request, answer };
  using Tap = std::function<void(const Line&, Direction, protocol::BytesView)>;

  Core(broker::Config config, std::uint64_t seed, broker::Now now);

  void open(Line& line, broker::Origin origin);
  void receive(Line& line, protocol::BytesView frame);  // without its size in front
  // Takes what is to be sent, whole answers only.
  protocol::OutBuffer answers(Line& line);
  bool has_answers(const Line& line) const { return line.whole > 0; }
  void close(Line& line, const std::string& reason);

  void advance(broker::Now now);
  std::optional<broker::Millis> next_deadline() const { return broker_.next_deadline(); }

  // Cuts every connection of that client, and each one that it opens, until it is let in again.
  void shut_out(const std::string& client_id);
  void let_in(const std::string& client_id);

  // Every frame that is exchanged, without its size, from now on.
  void tap(Tap tap) { tap_ = std::move(tap); }

  broker::Broker& broker() { return broker_; }
  const broker::Config& config() const { return config_; }

 private:
  protocol::OutBuffer& output(broker::ConnectionId id) override { return lines_.at(id)->output; }
  void answered(broker::ConnectionId id) override;
  void hang_up(broker::ConnectionId id, std::string_view reason) override;

  void cut(Line& line, std::string_view reason);
  void tell_tap(const Line& line);

  const broker::Config config_;
  broker::Random random_;
  broker::Events events_;
  broker::MemoryBudget memory_;
  broker::Timers timers_;
  broker::Environment environment_{random_, events_, memory_, timers_};
  broker::MemoryStorage storage_;
  std::map<broker::ConnectionId, Line*> lines_;
  std::map<std::string, bool, std::less<>> shut_out_;
  broker::ConnectionId next_id_ = 1;
  Tap tap_;
  broker::Broker broker_;
};

}  // namespace mini::embedded
