#pragma once

#include "tests/support/broker_story.h"

// Members of groups, in requests that every version understands.
namespace mini::broker {

inline JoinGroupRequest join_request(const std::string& member_id = "", const std::string& group = "g") {
  JoinGroupRequest request;
  request.group_id = group;
  request.session_timeout_ms = 10'000;
  request.rebalance_timeout_ms = 8'000;
  request.member_id = member_id;
  request.protocol_type = "consumer";
  request.protocols.push_back({"range", bytes_of("subscription"), {}});
  return request;
}

struct Joined {
  std::string member_id;
  GenerationId generation = no_generation;
};

// Lets time pass until the answer is there.
template <class Pending>
auto await(TestBroker& broker, Pending pending) {
  for (int waited_ms = 0; waited_ms < 60'000 && !pending.answered(); waited_ms += 50) broker.advance(50ms);
  return pending.get();
}

// Joins alone, and waits out the initial delay.
inline Joined join_alone(TestBroker& broker, TestClient& client, const std::string& group = "g",
                         const GroupInstanceId& instance = std::nullopt) {
  JoinGroupRequest request = join_request("", group);
  request.group_instance_id = instance;
  const std::int16_t version = instance ? 5 : 3;
  const auto answer = await(broker, client.send<JoinGroupResponse>(request, version));
  REQUIRE(answer.error_code == ErrorCode::none);
  return {answer.member_id, answer.generation_id};
}

inline SyncGroupRequest sync_request(const Joined& joined, const std::string& group = "g") {
  SyncGroupRequest request;
  request.group_id = group;
  request.generation_id = joined.generation;
  request.member_id = joined.member_id;
  request.assignments.push_back({joined.member_id, bytes_of("assignment"), {}});
  return request;
}

inline Joined settle_alone(TestBroker& broker, TestClient& client, const std::string& group = "g",
                           const GroupInstanceId& instance = std::nullopt) {
  const Joined joined = join_alone(broker, client, group, instance);
  SyncGroupRequest request = sync_request(joined, group);
  request.group_instance_id = instance;
  REQUIRE(client.ask<SyncGroupResponse>(request, 3).error_code == ErrorCode::none);
  return joined;
}

inline OffsetCommitRequest commit_request(const Joined& joined, Offset offset, const Place& place = {},
                                          const std::string& group = "g") {
  OffsetCommitRequest request;
  request.group_id = group;
  request.generation_id_or_member_epoch = joined.generation;
  request.member_id = joined.member_id;
  auto& topic = request.topics.emplace_back();
  topic.name = place.topic;
  auto& partition = topic.partitions.emplace_back();
  partition.partition_index = place.partition;
  partition.committed_offset = offset;
  partition.committed_metadata = "note";
  return request;
}

// From outside of the group.
inline void commit(TestClient& client, Offset offset, const Place& place = {},
                   const std::string& group = "g") {
  const auto answer =
      client.ask<OffsetCommitResponse>(commit_request({"", no_generation}, offset, place, group), 8);
  REQUIRE(answer.topics.at(0).partitions.at(0).error_code == ErrorCode::none);
}

inline OffsetFetchRequest offset_fetch_request(std::int16_t version, const Place& place = {},
                                               const std::string& group = "g") {
  OffsetFetchRequest request;
  if (version < 8) {
    request.group_id = group;
    request.topics->push_back({place.topic, {place.partition}, {}});
    return request;
  }
  auto& asked = request.groups.emplace_back();
  asked.group_id = group;
  asked.topics->push_back({place.topic, {place.partition}, {}});
  return request;
}

inline OffsetFetchRequest fetch_all_offsets(const std::string& group = "g") {
  OffsetFetchRequest request;
  auto& asked = request.groups.emplace_back();
  asked.group_id = group;
  asked.topics.reset();
  return request;
}

}  // namespace mini::broker
