#include "embedded/in_process_transport.h"

#include <algorithm>
#include <cassert>

namespace mini::embedded {

using client::LinkId;
using client::Now;
using protocol::Bytes;
using protocol::BytesView;
using protocol::OutBuffer;

namespace {

// Its bytes in one piece; copied to `room` only where they are not.
BytesView in_one_piece(const OutBuffer& buffer, Bytes& room) {
  BytesView first;
  buffer.for_each_piece([&](BytesView piece) {
    first = piece;
    return false;
  });
  if (first.size() == buffer.size()) return first;
  room = buffer.copy();
  return room;
}

}  // namespace

InProcessTransport::InProcessTransport(std::shared_ptr<World> world, std::uint16_t port)
    : world_(std::move(world)), port_(port) {}

void InProcessTransport::start(client::Driven& machine) {
  {
    const World::Entry entry(*world_);
    machine_ = &machine;
    world_->join(*this);
  }
  ring();
}

void InProcessTransport::ring() {
  if (!bell_.exchange(true)) world_->ring();
}

void InProcessTransport::stop() {
  leave();
  world_->tell_waiters();  // what it sent at last may be what others wait for
}

void InProcessTransport::leave() {
  const World::Entry entry(*world_);
  if (!machine_) return;
  assert(!on_own_thread());
  // In a callback on another thread that waits there.
  while (busy()) world_->sleep(client::never, world_->heard());
  hand_over();
  for (const auto& [id, link] : links_) drop(id);
  links_.clear();
  machine_ = nullptr;
  world_->leave(*this);
}

// ---- what the machine asks for ----

void InProcessTransport::open(LinkId id, const std::string& host, std::uint16_t port) {
  if (!machine_) return;
  auto& link = links_[id] = std::make_unique<Link>();
  if (host != "inproc" || port != port_) {
    link->stage = Stage::refused;
    link->line.why_closed = host + ":" + std::to_string(port) + " is not this process's broker";
  }
}

void InProcessTransport::send(LinkId id, OutBuffer bytes) {
  if (!on_own_thread()) {
    const std::lock_guard lock(early_mutex_);
    early_.emplace_back(id, std::move(bytes));
    return;
  }
  take_early();  // in the order of the machine, which is the one that correlation ids have
  const auto found = links_.find(id);
  if (found != links_.end()) found->second->waiting.push_back(std::move(bytes));
}

void InProcessTransport::take_early() {
  const std::lock_guard lock(early_mutex_);
  for (auto& [id, bytes] : std::exchange(early_, {}))
    if (const auto found = links_.find(id); found != links_.end())
      found->second->waiting.push_back(std::move(bytes));
}

void InProcessTransport::close(LinkId id) {
  drop(id);
  links_.erase(id);
}

void InProcessTransport::drop(LinkId id) {
  const auto found = links_.find(id);
  if (found != links_.end() && found->second->line.open)
    world_->core()->close(found->second->line, "closed by the client");
}

// ---- between the machine and the broker ----

Done InProcessTransport::serve(Now now) {
  if (!machine_ || busy()) return Done::nothing;
  struct Inside {
    std::atomic<std::thread::id>& thread;
    explicit Inside(std::atomic<std::thread::id>& at) : thread(at) { thread = std::this_thread::get_id(); }
    ~Inside() { thread = std::thread::id(); }
  } inside(inside_);
  Done done = bell_.exchange(false) ? Done::heard : Done::nothing;
  if (next_ <= now.monotonic) done = Done::worked;
  std::vector<LinkId> ids;  // links come and go while the machine is inside
  for (const auto& [id, link] : links_) ids.push_back(id);
  for (const LinkId id : ids)
    if (serve(id, now)) done = Done::worked;
  if (done != Done::nothing) next_ = machine_->advance(now);
  return done;
}

bool InProcessTransport::serve(LinkId id, Now now) {
  const auto found = links_.find(id);
  if (found == links_.end()) return false;
  Link& link = *found->second;
  Core* core = world_->core();
  if (link.stage == Stage::asked && core) {
    link.stage = Stage::open;
    core->open(link.line, {"INPROC", {"inproc", port_}, {"127.0.0.1", 0}});
    machine_->opened(id, now);
    return true;
  }
  if (core && core->has_answers(link.line)) {
    Bytes room;
    const OutBuffer answers = core->answers(link.line);
    machine_->received(id, in_one_piece(answers, room), now);
    return true;
  }
  if (link.stage == Stage::open && !link.line.closed) return false;
  const std::string why = link.line.why_closed.empty() ? "the broker has stopped" : link.line.why_closed;
  close(id);
  machine_->lost(id, why, now);
  return true;
}

Done InProcessTransport::hand_over() {
  if (!busy()) take_early();
  Done done = Done::nothing;
  for (const auto& [id, link] : links_)
    if (hand_over(*link)) done = Done::worked;
  return done;
}

bool InProcessTransport::hand_over(Link& link) {
  bool done = false;
  Line& line = link.line;
  while (world_->core() && line.open && !line.busy && !line.closed && !link.waiting.empty()) {
    const OutBuffer frame = std::move(link.waiting.front());
    link.waiting.pop_front();
    Bytes room;
    world_->core()->receive(line, in_one_piece(frame, room).subspan(protocol::frame_size_bytes));
    done = true;
  }
  return done;
}

void InProcessTransport::orphan() {
  for (const auto& [id, link] : links_) drop(id);
}

}  // namespace mini::embedded
