#include "embedded/world.h"

#include <time.h>

#include <algorithm>
#include <cassert>
#include <chrono>

namespace mini::embedded {

using client::never;
using client::Now;
using client::TimeMs;

namespace {

constexpr int rounds_max = 1'000'000;  // at one moment: more is somebody who never rests
constexpr int idle_rounds_max = 100;

std::int64_t read_ms(clockid_t clock) {
  timespec time{};
  ::clock_gettime(clock, &time);
  return std::int64_t{time.tv_sec} * 1000 + time.tv_nsec / 1'000'000;
}

Now read_clock() { return {read_ms(CLOCK_MONOTONIC), read_ms(CLOCK_REALTIME)}; }

broker::Now for_broker(Now now) { return {broker::Millis(now.monotonic), broker::Millis(now.wall)}; }

}  // namespace

World::World(broker::Config config, const WorldOptions& options) : by_hand_(options.by_hand) {
  const Now start = by_hand_ ? options.start : read_clock();
  monotonic_ = start.monotonic;
  wall_ahead_ = start.wall - start.monotonic;
  core_told_ = start.monotonic;
  core_ = std::make_unique<Core>(std::move(config), options.seed, for_broker(start));
}

// ---- the lock ----

World::Entry::Entry(World& world)
    : world_(world), outer_(world.holder_.load() != std::this_thread::get_id()) {
  if (!outer_) return;
  world_.mutex_.lock();
  world_.holder_ = std::this_thread::get_id();
}

World::Entry::~Entry() {
  if (!outer_) return;
  world_.holder_ = std::thread::id();
  world_.mutex_.unlock();
}

void World::join(Guest& guest) { guests_.push_back(&guest); }

void World::leave(Guest& guest) {
  std::replace(guests_.begin(), guests_.end(), &guest, static_cast<Guest*>(nullptr));
}

// ---- bells ----

void World::ring() {
  std::shared_ptr<Helper> helper;
  {
    const std::lock_guard lock(bell_mutex_);
    ++bells_;
    helper = helper_;
  }
  rung_.notify_all();
  if (helper) helper->wake();
}

void World::tell_waiters() {
  {
    const std::lock_guard lock(bell_mutex_);
    ++bells_;
  }
  rung_.notify_all();
}

std::uint64_t World::heard() const {
  const std::lock_guard lock(bell_mutex_);
  return bells_;
}

void World::employ(std::shared_ptr<Helper> helper) {
  const std::lock_guard lock(bell_mutex_);
  helper_.swap(helper);
}

void World::sleep(TimeMs until, std::uint64_t bells) {
  holder_ = std::thread::id();
  mutex_.unlock();
  {
    std::unique_lock lock(bell_mutex_);
    const auto rung = [&] { return bells_ != bells; };
    if (until == never)
      rung_.wait(lock, rung);
    else
      rung_.wait_until(lock, std::chrono::steady_clock::time_point(std::chrono::milliseconds(until)), rung);
  }
  mutex_.lock();
  holder_ = std::this_thread::get_id();
}

// ---- time ----

Now World::now() const {
  if (!by_hand_) return read_clock();
  const TimeMs monotonic = monotonic_;
  return {monotonic, monotonic + wall_ahead_};
}

TimeMs World::next_moment() const {
  TimeMs next = never;
  for (const Guest* guest : guests_)
    if (guest) next = std::min(next, guest->next());
  if (const auto own = core_ ? core_->next_deadline() : std::nullopt)
    next = std::min<TimeMs>(next, own->count());
  return next;
}

void World::tell(TimeMs moment) {
  core_told_ = moment;
  if (core_) core_->advance(for_broker({moment, moment + wall_ahead_}));
}

Done World::step_to(TimeMs moment) {
  monotonic_ = std::max<TimeMs>(monotonic_, moment);
  return settle();
}

// Real time may have gone on by hours since somebody was here.
Done World::catch_up() {
  if (by_hand_) return settle();
  const Now real = read_clock();
  wall_ahead_ = real.wall - real.monotonic;
  Done done = Done::nothing;
  for (TimeMs next = next_moment(); next <= real.monotonic; next = next_moment())
    done = std::max(done, step_to(next));
  return std::max(done, step_to(real.monotonic));
}

void World::jump(TimeMs deadline) {
  const TimeMs next = std::min(next_moment(), deadline);
  if (next > monotonic_) step_to(next);
}

void World::advance(TimeMs ms) {
  assert(by_hand_);
  const Entry entry(*this);
  const TimeMs end = client::later(monotonic_, ms);
  settle();
  while (monotonic_ < end) jump(end);
}

// ---- work ----

// A caller looks again after each thing that was done, and may ring before it comes back to wait. Where that
// goes round and round, time has to pass.
bool World::goes_round(Done done, TimeMs deadline) {
  if (done != Done::heard || deadline != round_deadline_) rounds_ = 0;
  round_deadline_ = deadline;
  return ++rounds_ > idle_rounds_max;
}

void World::work(TimeMs deadline, std::uint64_t heard) {
  const Entry entry(*this);
  const Done done = catch_up();
  if (!goes_round(done, deadline) && done != Done::nothing)
    return ring();  // others may wait for what was done
  const TimeMs until = std::min(next_moment(), deadline);
  if (by_hand_ && until != never) return jump(deadline);
  if (until <= monotonic_) return;
  sleep(until, heard);
  if (catch_up() != Done::nothing) ring();
}

Done World::settle() {
  if (depth_++ == 0) std::erase(guests_, nullptr);
  Done all = Done::nothing;
  int rounds = 0;
  for (Done round = Done::heard; round != Done::nothing && rounds < rounds_max; ++rounds) {
    round = settle_once();
    all = std::max(all, round);
  }
  assert(rounds < rounds_max);
  --depth_;
  return all;
}

// By index: they may join and leave while they are served.
Done World::settle_once() {
  const Now now{monotonic_, monotonic_ + wall_ahead_};
  Done done = Done::nothing;
  for (std::size_t i = 0; i < guests_.size(); ++i)
    if (guests_[i]) done = std::max(done, guests_[i]->serve(now));
  const auto deadline = core_ ? core_->next_deadline() : std::nullopt;
  const bool due = deadline && deadline->count() <= now.monotonic;
  if (due || core_told_ != now.monotonic) tell(now.monotonic);
  if (due) done = Done::worked;
  for (std::size_t i = 0; i < guests_.size(); ++i)
    if (guests_[i]) done = std::max(done, guests_[i]->hand_over());
  return done;
}

void World::stop() {
  {
    const Entry entry(*this);
    for (std::size_t i = 0; i < guests_.size(); ++i)
      if (guests_[i]) guests_[i]->orphan();
    core_.reset();
  }
  ring();
}

}  // namespace mini::embedded
