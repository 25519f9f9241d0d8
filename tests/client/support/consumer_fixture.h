#pragma once

#include <doctest/doctest.h>

#include "client/consumer/consumer_machine.h"
#include "protocol/messages/consumer_protocol.h"
#include "protocol/records/builder.h"
#include "tests/client/support/scripted_broker.h"

namespace mini::test {

using namespace mini::client;
using mini::protocol::ErrorCode;
using mini::protocol::FetchRequest;
using mini::protocol::FetchResponse;
using mini::protocol::FindCoordinatorResponse;
using mini::protocol::HeartbeatResponse;
using mini::protocol::JoinGroupRequest;
using mini::protocol::JoinGroupResponse;
using mini::protocol::LeaveGroupResponse;
using mini::protocol::ListOffsetsResponse;
using mini::protocol::OffsetCommitRequest;
using mini::protocol::OffsetCommitResponse;
using mini::protocol::OffsetFetchResponse;
using mini::protocol::SyncGroupRequest;
using mini::protocol::SyncGroupResponse;

using Kind = RebalanceEvent::Kind;

// A broker with one group of which the machine is the only member, and a log of ten records in each
// partition.
struct ConsumerFixture {
  ScriptedBroker broker;
  ConsumerOptions options;
  std::optional<ConsumerMachine> machine;
  std::optional<Drive<ConsumerMachine>> drive;

  ErrorCode heartbeat_error = ErrorCode::none;
  ErrorCode fetch_error = ErrorCode::none;
  ErrorCode commit_error = ErrorCode::none;
  ErrorCode coordinator_error = ErrorCode::none;
  ErrorCode join_error = ErrorCode::none;
  ErrorCode lookup_error = ErrorCode::none;  // of a partition
  bool hold_commits = false;
  bool skip_assignment = false;
  int generation = 0;
  Offset committed = -1;
  bool null_records = false;
  bool hold_heartbeats = false;
  std::string chosen = "range";
  std::optional<std::set<int>> assigned;  // whatever the leader says
  JoinGroupRequest joined;                // the last one
  std::vector<std::pair<Kind, std::set<int>>> told;
  Offset log_end = 10;
  std::vector<Kind> heard;

  ConsumerFixture() {
    options.group_id = "g";
    options.reset_to = ResetTo::earliest;
    broker.topics["t"] = 2;
  }
  void start() {
    broker.script = [this](const Asked& asked) { return react(asked); };
    machine.emplace(broker.cluster_options(), options, broker, 1);
    drive.emplace(*machine, broker);
  }
  // What a call of Consumer::poll does that looks once.
  std::size_t poll() {
    bool events = false;
    machine->polled(drive->now);
    while (const auto event = machine->take_event()) {
      heard.push_back(event->kind);
      auto& partitions = told.emplace_back(event->kind, std::set<int>{}).second;
      for (const TopicPartition& each : event->partitions) partitions.insert(each.partition);
      machine->event_done(*event, drive->now);
      events = true;
    }
    const auto taken = machine->take_records();
    if (machine->take_stirred() || events || !taken) drive->settle();
    return taken ? taken->count() : 0;
  }
  std::size_t poll_for(TimeMs ms) {
    std::size_t records = 0;
    for (TimeMs i = 0; i < ms; i += 50) {
      records += poll();
      drive->pass(50);
      end_long_polls();
    }
    return records;
  }
  void end_long_polls() {
    std::erase_if(broker.held, [&](const Asked& asked) {
      if (asked.api != ApiKey::fetch) return false;
      const Reaction now = fetch(asked);
      broker.answer(
          *machine, asked,
          now.kind == Reaction::Kind::answer ? now.frame : Reaction::answer(asked, nothing(asked)).frame,
          drive->now);
      return true;
    });
    drive->settle();
  }
  FetchResponse nothing(const Asked& asked) const {
    FetchResponse response;
    const auto request = asked.read<FetchRequest>();
    for (const auto& topic : request.topics) {
      auto& answer = response.responses.emplace_back();
      answer.topic = topic.topic;
      for (const auto& partition : topic.partitions) {
        auto& each = answer.partitions.emplace_back();
        each.partition_index = partition.partition;
        each.high_watermark = log_end;
        if (null_records) each.records = mini::protocol::Records::null();
      }
    }
    return response;
  }
  void subscribe() {
    start();
    machine->subscribe({"t"}, drive->now);
    poll_for(200);
  }

  Reaction react(const Asked& asked) {
    switch (asked.api) {
      case ApiKey::find_coordinator: return find_coordinator(asked);
      case ApiKey::join_group: return join(asked);
      case ApiKey::sync_group: return sync(asked);
      case ApiKey::heartbeat: return heartbeat(asked);
      case ApiKey::leave_group: return Reaction::answer(asked, LeaveGroupResponse{});
      case ApiKey::offset_fetch: return offset_fetch(asked);
      case ApiKey::offset_commit: return offset_commit(asked);
      case ApiKey::list_offsets: return list_offsets(asked);
      case ApiKey::fetch: return fetch(asked);
      default: return Reaction::hold();
    }
  }
  Reaction heartbeat(const Asked& asked) {
    HeartbeatResponse response;
    if (hold_heartbeats) return Reaction::hold();
    response.error_code = heartbeat_error;
    return Reaction::answer(asked, response);
  }
  Reaction find_coordinator(const Asked& asked) {
    FindCoordinatorResponse response;
    auto& found = response.coordinators.emplace_back();
    found.key = "g";
    found.node_id = 1;
    found.host = "broker";
    found.port = 9092;
    found.error_code = coordinator_error;
    return Reaction::answer(asked, response);
  }
  Reaction join(const Asked& asked) {
    const auto request = asked.read<JoinGroupRequest>();
    JoinGroupResponse response;
    response.member_id = "m1";
    if (request.member_id.empty()) {
      response.error_code = ErrorCode::member_id_required;
      return Reaction::answer(asked, response);
    }
    response.error_code = join_error;
    response.protocol_type = "consumer";
    response.protocol_name = chosen;
    joined = request;
    response.generation_id = ++generation;
    response.leader = "m1";
    response.skip_assignment = skip_assignment;
    auto& self = response.members.emplace_back();
    self.member_id = "m1";
    self.metadata = request.protocols.at(0).metadata;
    return Reaction::answer(asked, response);
  }
  Reaction sync(const Asked& asked) {
    const auto request = asked.read<SyncGroupRequest>();
    SyncGroupResponse response;
    if (!assigned) {
      response.assignment = request.assignments.at(0).assignment;
      return Reaction::answer(asked, response);
    }
    mini::protocol::ConsumerProtocolAssignment share;
    share.assigned_partitions.push_back({"t", {assigned->begin(), assigned->end()}, {}});
    response.assignment = mini::protocol::encode_blob(share, 1);
    return Reaction::answer(asked, response);
  }
  Reaction offset_fetch(const Asked& asked) {
    OffsetFetchResponse response;
    auto& group = response.groups.emplace_back();
    auto& topic = group.topics.emplace_back();
    topic.name = "t";
    for (int i = 0; i < 2; ++i) {
      auto& partition = topic.partitions.emplace_back();
      partition.partition_index = i;
      partition.committed_offset = committed;
      partition.error_code = lookup_error;
    }
    return Reaction::answer(asked, response);
  }
  Reaction offset_commit(const Asked& asked) {
    return hold_commits ? Reaction::hold() : Reaction::answer(asked, commit_answer(asked, commit_error));
  }
  static OffsetCommitResponse commit_answer(const Asked& asked, ErrorCode error) {
    OffsetCommitResponse response;
    const auto request = asked.read<OffsetCommitRequest>();
    for (const auto& topic : request.topics) {
      auto& answer = response.topics.emplace_back();
      answer.name = topic.name;
      for (const auto& partition : topic.partitions) {
        auto& each = answer.partitions.emplace_back();
        each.partition_index = partition.partition_index;
        each.error_code = error;
      }
    }
    return response;
  }
  Reaction list_offsets(const Asked& asked) {
    ListOffsetsResponse response;
    auto& topic = response.topics.emplace_back();
    topic.name = "t";
    for (int i = 0; i < 2; ++i) {
      auto& partition = topic.partitions.emplace_back();
      partition.partition_index = i;
      partition.offset = options.reset_to == ResetTo::earliest ? 0 : log_end;
    }
    return Reaction::answer(asked, response);
  }
  Reaction fetch(const Asked& asked) {
    FetchResponse response;
    bool any = false;
    std::vector<Bytes> keep;
    const auto request = asked.read<FetchRequest>();
    keep.reserve(16);
    for (const auto& topic : request.topics) {
      auto& answer = response.responses.emplace_back();
      answer.topic = topic.topic;
      for (const auto& partition : topic.partitions) {
        auto& each = answer.partitions.emplace_back();
        each.partition_index = partition.partition;
        each.error_code = fetch_error;
        each.high_watermark = log_end;
        if (null_records) each.records = mini::protocol::Records::null();
        if (failed(fetch_error) || partition.fetch_offset >= log_end) continue;
        mini::protocol::BatchBuilder builder({.base_offset = 0});
        for (Offset i = 0; i < log_end; ++i) builder.add({.value = "x"});
        keep.push_back(builder.build());
        each.records = mini::protocol::Records(mini::protocol::Slice(keep.back()));
        any = true;
      }
    }
    return any || failed(fetch_error) ? Reaction::answer(asked, response) : Reaction::hold();
  }
};

}  // namespace mini::test
