#pragma once

#include <deque>
#include <map>
#include <memory>

#include "client/transport/transport.h"
#include "embedded/world.h"

// A client's way to the broker of its world: bytes are handed over, nothing is copied but what lies in
// pieces.
//
//   announce([world] { return std::make_unique<InProcessTransport>(world, number); });
//
// It has no thread: its worker is the world, and its time is the world's. What a machine sends at once is one
// whole frame.
namespace mini::embedded {

class InProcessTransport final : public client::Transport, private client::Wires, private Guest {
 public:
  // `port`: the number of the broker's address, which is all that can be reached from here.
  InProcessTransport(std::shared_ptr<World> world, std::uint16_t port);
  ~InProcessTransport() override { stop(); }

  client::Wires& wires() override { return *this; }
  void start(client::Driven& machine) override;
  void ring() override;
  void stop() override;
  bool on_own_thread() const override { return inside_ == std::this_thread::get_id(); }
  client::Now now() const override { return world_->now(); }
  std::shared_ptr<client::Worker> worker() const override { return world_; }
  bool hand_moved_time() const override { return world_->by_hand(); }

 private:
  enum class Stage { asked, open, refused };
  struct Link {
    Stage stage = Stage::asked;
    Line line;
    std::deque<protocol::OutBuffer> waiting;  // frames for the broker
  };

  // Wires: from inside the machine, and so with the world's lock; `send` also from a user's thread that
  // closes or leaves, without it.
  void open(client::LinkId link, const std::string& host, std::uint16_t port) override;
  void send(client::LinkId link, protocol::OutBuffer bytes) override;
  void close(client::LinkId link) override;

  // Guest
  Done serve(client::Now now) override;
  Done hand_over() override;
  client::TimeMs next() const override { return busy() ? client::never : next_; }
  void orphan() override;

  bool busy() const { return inside_ != std::thread::id(); }
  bool serve(client::LinkId id, client::Now now);
  bool hand_over(Link& link);
  void drop(client::LinkId id);
  void leave();
  void take_early();

  const std::shared_ptr<World> world_;
  const std::uint16_t port_;
  std::atomic<bool> bell_{false};
  std::atomic<std::thread::id> inside_{};  // the thread that is inside the machine

  // Guarded by the world's lock.
  client::Driven* machine_ = nullptr;
  std::map<client::LinkId, std::unique_ptr<Link>> links_;
  client::TimeMs next_ = client::never;

  std::mutex early_mutex_;                                             // taken last
  std::vector<std::pair<client::LinkId, protocol::OutBuffer>> early_;  // sent without the world's lock
};

}  // namespace mini::embedded
