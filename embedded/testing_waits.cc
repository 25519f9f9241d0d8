#include "embedded/world.h"
#include "mini/testing.h"

namespace mini::testing {
namespace {

using embedded::Core;
using embedded::World;

constexpr client::TimeMs step_max_ms = 100;

broker::GroupDescription describe(EmbeddedBroker& broker, const std::string& group) {
  const World::Entry entry(*broker.world());
  Core* core = broker.world()->core();
  return core ? core->broker().groups().describe(group) : broker::GroupDescription{};
}

// A sentence for each partition that has records and is not committed to its end.
std::string what_is_left(EmbeddedBroker& broker, const std::string& group, const std::string& topic) {
  const World::Entry entry(*broker.world());
  Core* core = broker.world()->core();
  const auto found = core ? core->broker().topics().find(topic) : nullptr;
  if (!found) return "there is no such topic";
  const auto* offsets = core->broker().groups().offsets(group);
  std::string left;
  for (std::int32_t id = 0; id < found->partition_count(); ++id) {
    const std::int64_t end = found->partition(id)->high_watermark();
    const auto* committed = offsets ? offsets->find(topic, id) : nullptr;
    const std::int64_t at = committed ? committed->offset : found->partition(id)->log_start_offset();
    if (at >= end) continue;
    left += (left.empty() ? "" : ", ") + std::string("partition ") + std::to_string(id) + " is at " +
            (committed ? std::to_string(at) : "nothing committed") + " of " + std::to_string(end);
  }
  return left;
}

// Lets `seen` say what is missing, until it says nothing.
Verdict wait(EmbeddedBroker& broker, const std::string& what, const std::function<std::string()>& seen,
             const Patience& patience) {
  World& world = *broker.world();
  const client::TimeMs deadline = client::later(world.now().monotonic, patience.timeout.count());
  for (;;) {
    broker.settle();
    const std::uint64_t heard = world.heard();
    if (patience.meanwhile) patience.meanwhile();
    const std::string missing = seen();
    if (missing.empty()) return {};
    const client::TimeMs now = world.now().monotonic;
    if (now >= deadline)
      return {what + ": not within " + std::to_string(patience.timeout.count()) + " ms; " + missing};
    world.work(std::min(deadline, now + step_max_ms), heard);
  }
}

}  // namespace

Verdict wait_until(EmbeddedBroker& broker, const std::string& what, const std::function<bool()>& condition,
                   const Patience& patience) {
  return wait(
      broker, what, [&] { return std::string(condition() ? "" : "it is not so"); }, patience);
}

Verdict wait_until_stable(EmbeddedBroker& broker, const std::string& group, std::size_t members,
                          const Patience& patience) {
  const auto seen = [&]() -> std::string {
    const broker::GroupDescription now = describe(broker, group);
    const bool enough = members == 0 ? !now.members.empty() : now.members.size() == members;
    if (now.state == broker::GroupState::stable && enough) return "";
    return "it is " + std::string(to_string(now.state)) + " with " + std::to_string(now.members.size()) +
           " members";
  };
  const std::string wanted = members == 0 ? "" : " with " + std::to_string(members) + " members";
  return wait(broker, "group " + group + " is stable" + wanted, seen, patience);
}

Verdict wait_until_caught_up(EmbeddedBroker& broker, const std::string& group, const std::string& topic,
                             const Patience& patience) {
  return wait(
      broker, "group " + group + " has read all of topic " + topic,
      [&] { return what_is_left(broker, group, topic); }, patience);
}

}  // namespace mini::testing
