#include <poll.h>
#include <unistd.h>

#include "protocol/messages/find_coordinator.h"
#include "protocol/messages/heartbeat.h"
#include "protocol/messages/join_group.h"
#include "protocol/messages/sync_group.h"
#include "tests/bench/load/measure.h"
#include "tests/bench/load/workload.h"

namespace mini::bench {
namespace {

using namespace protocol;

// One member on a connection of its own: joins, syncs, and asks by heartbeats whether that still holds.
class Member {
 public:
  Member(const std::string& broker, std::string group) : wire_(broker), group_(std::move(group)) { join(); }

  int fd() const { return wire_.fd(); }
  bool settled_in(std::int32_t generation) const { return settled_ && generation_ == generation; }
  std::int32_t generation() const { return generation_; }

  void ready() {
    wire_.receive([&](BytesView frame) {
      switch (waiting_for_) {
        case ApiKey::join_group: return on_join(decode<JoinGroupResponse>(frame));
        case ApiKey::sync_group: return on_sync(decode<SyncGroupResponse>(frame));
        default: return on_heartbeat(decode<HeartbeatResponse>(frame));
      }
    });
  }

 private:
  static constexpr std::int16_t join_version = 4, sync_version = 1, heartbeat_version = 1;

  template <class Response>
  static Response decode(BytesView frame) {
    Reader in(frame.subspan(4));
    Response response;
    read(in, response, std::is_same_v<Response, JoinGroupResponse> ? join_version : sync_version);
    if (!in.ok()) fail("an answer of the group's coordinator cannot be read");
    return response;
  }

  template <class Request>
  void send(const Request& request, std::int16_t version) {
    waiting_for_ = Request::info.api;
    OutBuffer out;
    write_request(out, request, version, 1, "bench");
    wire_.send(out);
  }

  void join() {
    settled_ = false;
    JoinGroupRequest request;
    request.group_id = group_;
    request.session_timeout_ms = 45'000;
    request.rebalance_timeout_ms = 60'000;
    request.member_id = member_id_;
    request.protocol_type = "consumer";
    auto& protocol = request.protocols.emplace_back();
    protocol.name = "range";
    send(request, join_version);
  }

  void on_join(const JoinGroupResponse& answer) {
    member_id_ = answer.member_id;
    if (answer.error_code == ErrorCode::member_id_required) return join();
    if (failed(answer.error_code) && describe(answer.error_code).retriable) return join();
    if (failed(answer.error_code))
      fail("JoinGroup was refused: " + std::string(describe(answer.error_code).name));
    generation_ = answer.generation_id;
    SyncGroupRequest request;
    request.group_id = group_;
    request.generation_id = generation_;
    request.member_id = member_id_;
    for (const auto& member : answer.members) {  // the leader alone has them
      auto& assignment = request.assignments.emplace_back();
      assignment.member_id = member.member_id;
    }
    send(request, sync_version);
  }

  void on_sync(const SyncGroupResponse& answer) {
    if (answer.error_code == ErrorCode::rebalance_in_progress) return join();
    if (failed(answer.error_code)) fail("SyncGroup was refused");
    settled_ = true;
    beat();
  }

  void beat() {
    HeartbeatRequest request;
    request.group_id = group_;
    request.generation_id = generation_;
    request.member_id = member_id_;
    send(request, heartbeat_version);
  }

  void on_heartbeat(const HeartbeatResponse& answer) {
    if (answer.error_code == ErrorCode::rebalance_in_progress) return join();
    if (failed(answer.error_code)) fail("Heartbeat was refused");
    beat();
  }

  Wire wire_;
  const std::string group_;
  std::string member_id_;
  std::int32_t generation_ = -1;
  bool settled_ = false;
  ApiKey waiting_for_ = ApiKey::join_group;
};

// Member i is of the group i modulo `groups`.
bool all_settled(const std::vector<Member>& members, std::size_t groups) {
  for (std::size_t i = 0; i < members.size(); ++i)
    if (!members[i].settled_in(members[i % groups].generation())) return false;
  return true;
}

// Apache Kafka begins to coordinate when it is first asked who does.
void await_coordinator(const std::string& broker, const std::string& group) {
  Wire wire(broker);
  FindCoordinatorRequest request;
  request.key = group;
  const std::int64_t patience = now_ns() + 30'000'000'000;
  while (failed(wire.ask<FindCoordinatorResponse>(request, 1).error_code)) {
    if (now_ns() > patience) fail("nobody coordinates groups");
    ::usleep(10'000);
  }
}

}  // namespace

Figures group(const Workload& workload) {
  pin_to(workload.core);
  const std::string name = "bench-" + std::to_string(now_ns());
  await_coordinator(workload.broker, name);
  const std::int64_t begun = now_ns();
  std::vector<Member> members;
  members.reserve(static_cast<std::size_t>(workload.connections));
  for (int i = 0; i < workload.connections; ++i)
    members.emplace_back(workload.broker, name + "-" + std::to_string(i % workload.groups));
  std::vector<pollfd> waits;
  for (const Member& member : members) waits.push_back({member.fd(), POLLIN, 0});
  const std::int64_t patience = begun + 60'000'000'000;
  while (!all_settled(members, static_cast<std::size_t>(workload.groups))) {
    if (now_ns() > patience) fail("not every group settles within a minute");
    ::poll(waits.data(), waits.size(), 100);
    for (std::size_t i = 0; i < waits.size(); ++i)
      if (waits[i].revents != 0) members[i].ready();
  }
  return {{"formed_ms", static_cast<double>(now_ns() - begun) / 1e6},
          {"generation", static_cast<double>(members[0].generation())}};
}

}  // namespace mini::bench
