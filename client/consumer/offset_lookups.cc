#include "client/consumer/offset_lookups.h"

#include <algorithm>

#include "client/cluster/versions.h"

namespace mini::client {

using protocol::ListOffsetsRequest;
using protocol::ListOffsetsResponse;

void OffsetLookups::look_up(Times times, TimeMs deadline, Done done) {
  lookups_.push_back({next_id_++, std::move(times), {}, {}, deadline, 0, std::move(done)});
}

void OffsetLookups::add_topics(std::set<std::string, std::less<>>& topics) const {
  for (const Lookup& each : lookups_)
    for (const auto& [partition, time] : each.left) topics.insert(partition.topic);
}

void OffsetLookups::advance(Now now) {
  now_ = now;
  for (Place at = lookups_.begin(); at != lookups_.end();) {
    const Place each = at++;
    if (each->left.empty())
      end(each, {});
    else if (now.monotonic >= each->deadline)
      end(each, client_error(ClientErrc::timed_out, "looking offsets up"));
    else if (now.monotonic >= each->ask_at)
      ask(*each, now);
  }
}

TimeMs OffsetLookups::next_deadline() const {
  TimeMs next = never;
  for (const Lookup& each : lookups_) {
    next = std::min(next, each.left.empty() ? now_.monotonic : each.deadline);
    if (each.ask_at > now_.monotonic) next = std::min(next, each.ask_at);
  }
  return next;
}

void OffsetLookups::ask(Lookup& lookup, Now now) {
  std::map<NodeId, Times> by_node;
  for (const auto& [partition, time] : lookup.left) {
    if (lookup.asked.contains(partition)) continue;
    const NodeId leader = cluster_.metadata().leader(partition.topic, partition.partition);
    if (leader < 0)
      cluster_.leader_missing();
    else if (cluster_.ready(leader, Lane::main, now))
      by_node[leader][partition] = time;
  }
  for (const auto& [node, times] : by_node) {
    for (const auto& [partition, time] : times) lookup.asked.insert(partition);
    send(lookup.id, node, times, now);
  }
}

void OffsetLookups::send(std::uint64_t id, NodeId node, const Times& times, Now now) {
  ListOffsetsRequest request;
  request.replica_id = -1;
  request.isolation_level = static_cast<std::int8_t>(options_.isolation);
  for (const auto& [partition, time] : times) {
    if (request.topics.empty() || request.topics.back().name != partition.topic)
      request.topics.emplace_back().name = partition.topic;
    auto& question = request.topics.back().partitions.emplace_back();
    question.partition_index = partition.partition;
    question.timestamp = time;
  }
  cluster_.request(
      node, Lane::main,
      make_request<ListOffsetsRequest, ListOffsetsResponse>(
          versions::list_offsets, options_.request_timeout_ms, [request](std::int16_t) { return request; },
          [this, id, times](Reply<ListOffsetsResponse>& reply) { on_answer(id, times, reply); }),
      now);
}

void OffsetLookups::on_answer(std::uint64_t id, const Times& times, Reply<ListOffsetsResponse>& reply) {
  const Place lookup =
      std::find_if(lookups_.begin(), lookups_.end(), [id](const Lookup& each) { return each.id == id; });
  if (lookup == lookups_.end()) return;
  for (const auto& [partition, time] : times) lookup->asked.erase(partition);
  Error failure = reply.error && !reply.error.retriable ? reply.error : Error{};
  for (const auto& topic : reply.response.topics)
    for (const auto& each : topic.partitions) {
      const TopicPartition name{topic.name, each.partition_index};
      if (!times.contains(name)) continue;
      if (const Error error = take(*lookup, name, each); error && !error.retriable) failure = error;
    }
  if (failure) return end(lookup, failure);
  if (lookup->left.empty()) return end(lookup, {});
  lookup->ask_at = later(now_.monotonic, options_.retry_backoff_ms);
  cluster_.refresh_metadata();
}

Error OffsetLookups::take(Lookup& lookup, const TopicPartition& name,
                          const ListOffsetsResponse::ListOffsetsPartitionResponse& answer) {
  if (failed(answer.error_code))
    return broker_error(answer.error_code,
                        "topic " + name.topic + ", partition " + std::to_string(name.partition));
  lookup.found[name] = {answer.offset, answer.timestamp, answer.leader_epoch};
  lookup.left.erase(name);
  return {};
}

void OffsetLookups::end(Place lookup, const Error& error) {
  const Lookup ended = std::move(*lookup);
  lookups_.erase(lookup);
  ended.done(error, ended.found);
}

void OffsetLookups::fail_all(const Error& error) {
  for (const Lookup& each : std::exchange(lookups_, {})) each.done(error, {});
}

}  // namespace mini::client
