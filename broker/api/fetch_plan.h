#pragma once

#include <string>
#include <vector>

#include "broker/api/handler.h"
#include "broker/topics/topics.h"
#include "protocol/messages/fetch.h"

// What one fetch wants, with the topics it found: good for as long as it waits, never a view of its frame.
//
//   const Plan plan = plan_of(broker, context, request);
//   for (const WantedTopic& topic : plan.topics)
//     for (const Wanted& wanted : topic.partitions) ...   // at least one of each topic, and each once
//
// As in Apache Kafka, whose plan is a map in the order of the request: a partition that is named again keeps
// its first place and has its last wishes, and a topic without partitions asks for nothing.
namespace mini::broker {

inline constexpr std::int8_t read_committed = 1;  // the isolation level; 0: read_uncommitted

struct Wanted {
  PartitionId partition;
  bool taken_over = false;  // by an earlier naming of the same partition; there is none in a finished plan
  Offset offset;
  LeaderEpoch current_leader_epoch;
  LeaderEpoch last_fetched_epoch;  // of the record before `offset`, where the client says so
  std::size_t bytes_max;
};

struct WantedTopic {
  std::string name;
  Uuid id;
  TopicPtr topic;
  std::vector<Wanted> partitions;
};

struct Plan {
  std::vector<WantedTopic> topics;
  std::int16_t version = 0;
  bool committed_only = false;
  std::size_t bytes_max = 0;
  std::size_t bytes_min = 0;

  bool by_topic_id() const { return version >= 13; }   // KIP-516
  bool zstd_allowed() const { return version >= 10; }  // KIP-110
};

Plan plan_of(const Services& broker, const RequestContext& context, const protocol::FetchRequest& request);

}  // namespace mini::broker
