#pragma once

#include <doctest/doctest.h>

#include <algorithm>
#include <memory>

#include "broker/groups/group_registry.h"
#include "protocol/messages/consumer_protocol.h"

// A coordinator, people who join its groups, and a clock that a test moves by hand.
namespace mini::broker {

using namespace std::chrono_literals;
using protocol::ErrorCode;

inline std::ostream& operator<<(std::ostream& out, GroupState state) { return out << to_string(state); }

template <class Result>
struct Answer {
  std::shared_ptr<std::optional<Result>> slot = std::make_shared<std::optional<Result>>();
  bool came() const { return slot->has_value(); }
  const Result& operator*() const {
    REQUIRE(came());
    return **slot;
  }
  const Result* operator->() const { return &**this; }
};

struct Person {
  std::string client;
  GroupInstanceId instance = {};
  std::vector<std::string> speaks = {"range"};
  std::vector<std::string> topics = {"readings"};
  std::string group = "readers";
  std::int32_t session_timeout_ms = 10'000, rebalance_timeout_ms = 60'000;
  std::int16_t version = 3;  // of JoinGroup: 4 and more ask for a member id
  MemberId id = {};
  GenerationId generation = no_generation;

  MemberClaim claim() const { return {id, instance, generation}; }
};

using Assignments = std::vector<std::pair<MemberId, protocol::Bytes>>;

inline protocol::Bytes bytes(std::string_view text) { return {text.begin(), text.end()}; }

struct LastEvents : Events {
  void rebalance(const Rebalance& event) override {
    ++rebalances;
    reason = event.reason;
  }
  void member_removed(const MemberRemoved& event) override { removed.emplace_back(event.member); }
  void limit_hit(const LimitHit& event) override { limits.emplace_back(event.limit); }
  int rebalances = 0;
  std::string reason;
  std::vector<std::string> removed, limits;
};

struct Story {
  explicit Story(GroupSettings wanted = {}, std::size_t memory_bytes = std::size_t{64} << 20)
      : settings(wanted), memory(memory_bytes) {}

  GroupSettings settings;
  Timers timers;
  Random random{7};
  LastEvents events;
  MemoryBudget memory;
  Environment environment{random, events, memory, timers};
  std::vector<GroupRecord> records;
  Now now{1'000'000ms, 1'700'000'000'000ms};
  Groups groups{environment, settings, [this](const GroupRecord& record) { records.push_back(record); }};

  // Time passes from deadline to deadline, as it does for a broker that sleeps until the next one.
  void pass(Millis span) {
    const Millis end = now.monotonic + span;
    const auto move_to = [&](Millis at) {
      now.wall += at - now.monotonic;
      now.monotonic = at;
      groups.advance(now);
      timers.advance(now.monotonic);
    };
    while (timers.next_deadline() && *timers.next_deadline() <= end)
      move_to(std::max(*timers.next_deadline(), now.monotonic));
    move_to(end);
  }
  // The same, with everyone's heartbeats on the way.
  void pass_with_heartbeats(Millis span, const std::vector<Person*>& people) {
    for (Millis left = span; left > 0ms; left -= 2s) {
      for (const Person* person : people) heartbeat(*person);
      pass(std::min(left, Millis(2s)));
    }
  }

  JoinInput join_input(const Person& person) const {
    JoinInput input;
    input.group_id = person.group;
    input.member_id = person.id;
    input.group_instance_id = person.instance;
    input.client_id = person.client;
    input.client_host = "/127.0.0.1";
    input.session_timeout_ms = person.session_timeout_ms;
    input.rebalance_timeout_ms = person.rebalance_timeout_ms;
    input.protocol_type = "consumer";
    input.member_id_required = person.version >= 4;
    input.may_skip_assignment = person.version >= 9;
    protocol::ConsumerProtocolSubscription subscription;
    subscription.topics = person.topics;
    for (const std::string& name : person.speaks)
      input.protocols.push_back({name, encode_blob(subscription, 1)});
    return input;
  }

  Answer<JoinResult> join(const JoinInput& input) {
    Answer<JoinResult> answer;
    groups.join(input, now, [slot = answer.slot](JoinResult result) {
      CHECK_MESSAGE(!slot->has_value(), "a join is answered once");
      *slot = std::move(result);
    });
    return answer;
  }
  Answer<JoinResult> join(const Person& person) { return join(join_input(person)); }
  // What a client does with an answer.
  void take(Person& person, const Answer<JoinResult>& answer) {
    REQUIRE(answer->error == ErrorCode::none);
    person.id = answer->member_id;
    person.generation = answer->generation_id;
  }

  Answer<SyncResult> sync(const SyncInput& input) {
    Answer<SyncResult> answer;
    groups.sync(input, now, [slot = answer.slot](SyncResult result) {
      CHECK_MESSAGE(!slot->has_value(), "a sync is answered once");
      *slot = std::move(result);
    });
    return answer;
  }
  Answer<SyncResult> sync(const Person& person, Assignments assignments = {}) {
    return sync(SyncInput{person.group, person.claim(), std::nullopt, std::nullopt, std::move(assignments)});
  }
  ErrorCode heartbeat(const Person& person) { return groups.heartbeat(person.group, person.claim(), now); }
  ErrorCode leave(const Person& person) {
    return groups.leave(person.group, {{person.id, person.instance, ""}}, now).front();
  }

  // All join and sync; the leader gives to each "for <client>".
  void settle(const std::vector<Person*>& people) {
    std::vector<Answer<JoinResult>> joins;
    for (Person* person : people) joins.push_back(join(*person));
    for (std::size_t i = 0; i < people.size(); ++i) {
      if (joins[i].came() && joins[i]->error == ErrorCode::member_id_required) {
        people[i]->id = joins[i]->member_id;
        joins[i] = join(*people[i]);
      }
    }
    if (!joins.front().came()) pass(Millis(settings.initial_rebalance_delay_ms) * 2);
    for (std::size_t i = 0; i < people.size(); ++i) take(*people[i], joins[i]);
    sync_all(people);
  }
  void sync_all(const std::vector<Person*>& people) {
    Assignments assignments;
    for (const Person* person : people) assignments.emplace_back(person->id, bytes("for " + person->client));
    const MemberId leader = describe().leader;
    for (const Person* person : people)
      if (person->id != leader) sync(*person);
    for (const Person* person : people)
      if (person->id == leader) sync(*person, assignments);
    CHECK(state() == GroupState::stable);
  }

  GroupDescription describe(std::string_view group = "readers") const { return groups.describe(group); }
  GroupState state(std::string_view group = "readers") const { return describe(group).state; }
  std::string assignment_of(const Person& person) const {
    for (const auto& member : describe(person.group).members)
      if (member.member_id == person.id) return {member.assignment.begin(), member.assignment.end()};
    return "not a member";
  }

  ErrorCode commit(const Person& person, Offset offset, std::string topic = "readings",
                   std::string metadata = "") {
    CommitInput input;
    input.group_id = person.group;
    input.member = person.claim();
    input.offsets = {{std::move(topic), 0, offset, no_leader_epoch, std::move(metadata)}};
    return groups.commit(input, now).front();
  }
  Offset committed(std::string_view topic = "readings", std::string_view group = "readers") const {
    const CommittedOffsets* offsets = groups.offsets(group);
    const OffsetCommitValue* found = offsets ? offsets->find(topic, 0) : nullptr;
    return found ? found->offset : no_offset;
  }
};

}  // namespace mini::broker
