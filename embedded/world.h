#pragma once

#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "client/worker.h"
#include "embedded/core.h"

// A broker and the clients of this process around it, under one lock and one clock.
//
//   auto world = std::make_shared<World>(std::move(config), WorldOptions{});
//   world->work(deadline, heard);  // whoever waits does everybody's work
//   world->advance(3'600'000);   // time by hand only
//
// There is no thread here. Whoever waits comes to `work`: clients are handed what the broker said, the broker
// is handed their frames, until all is quiet; then time passes. By hand it jumps to the nearest moment that
// anybody waits for, at most to the caller's own deadline; real time is slept through until that moment, or
// until somebody rings. Either way it passes step by step through all those moments in their order, so that
// nobody's heartbeat is late because nobody was in a call for a while. At each moment the clients are told
// the time before the broker is.
//
// Lock order: the world's, then a client's own. `ring` takes neither. A client's callback may come back in
// and wait: the world is then entered a second time by the same thread, and clients that are inside a call
// further up are left alone.
namespace mini::embedded {

// What came of serving somebody. A bell alone is little: who waits may ring each time that it comes to wait.
enum class Done { nothing, heard, worked };

// One who lives here besides the broker: a client's transport.
class Guest {
 public:
  virtual ~Guest() = default;

  // Hands it what has come: answers, a bell, a moment.
  virtual Done serve(client::Now now) = 0;
  // Hands its frames to the broker.
  virtual Done hand_over() = 0;
  // When it must be served at the latest.
  virtual client::TimeMs next() const = 0;
  // The broker is gone.
  virtual void orphan() = 0;
};

// A thread that was asked for, which works whenever it is woken and lets nobody wait for long.
class Helper {
 public:
  virtual ~Helper() = default;
  virtual void wake() = 0;  // from any thread, with or without the world's lock
};

struct WorldOptions {
  bool by_hand = false;
  client::Now start = {};  // by hand only
  std::uint64_t seed = 1;
};

class World final : public client::Worker {
 public:
  World(broker::Config config, const WorldOptions& options);

  // The lock; the thread that has it may take it again.
  class Entry {
   public:
    explicit Entry(World& world);
    ~Entry();
    Entry(const Entry&) = delete;
    Entry& operator=(const Entry&) = delete;

   private:
    World& world_;
    const bool outer_;
  };

  // ---- any thread, without the lock ----
  std::uint64_t heard() const override;
  void work(client::TimeMs deadline, std::uint64_t heard) override;
  void ring();
  client::Now now() const;
  bool by_hand() const { return by_hand_; }
  void advance(client::TimeMs ms);              // by hand only
  void stop();                                  // the broker goes; clients find that nobody answers
  void employ(std::shared_ptr<Helper> helper);  // or nobody

  // ---- with the lock ----
  void join(Guest& guest);
  void leave(Guest& guest);
  Done catch_up();                     // everything that is due until now
  client::TimeMs next_moment() const;  // of anybody
  void sleep(client::TimeMs until,
             std::uint64_t bells);      // lets go of the lock meanwhile; `until` by the real clock
  void tell_waiters();                  // that something was done
  Core* core() { return core_.get(); }  // null once it is stopped

 private:
  Done settle();
  Done settle_once();
  Done step_to(client::TimeMs moment);
  bool goes_round(Done done, client::TimeMs deadline);
  void tell(client::TimeMs moment);
  void jump(client::TimeMs deadline);

  const bool by_hand_;
  std::atomic<client::TimeMs> monotonic_;  // what everybody was told last
  std::atomic<client::TimeMs> wall_ahead_;

  std::mutex mutex_;
  std::atomic<std::thread::id> holder_{};

  // Guarded by mutex_.
  std::unique_ptr<Core> core_;
  client::TimeMs core_told_ = 0;
  std::vector<Guest*> guests_;  // null: has left
  int depth_ = 0;               // of settle
  client::TimeMs round_deadline_ = 0;
  int rounds_ = 0;  // how often in a row somebody with that deadline came, rang, and nothing more was to do

  // A lock of their own, taken last and for a moment only.
  mutable std::mutex bell_mutex_;
  std::condition_variable rung_;
  std::uint64_t bells_ = 0;
  std::shared_ptr<Helper> helper_;
};

}  // namespace mini::embedded
