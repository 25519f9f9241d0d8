#include "client/consumer/fetcher.h"

#include "client/cluster/versions.h"

namespace mini::client {
namespace {

using protocol::ErrorCode;
using protocol::FetchRequest;
using protocol::FetchResponse;
using protocol::ListOffsetsRequest;
using protocol::ListOffsetsResponse;

constexpr TimestampMs latest = -1;
constexpr TimestampMs earliest = -2;

std::string describe(const TopicPartition& partition) {
  return "topic " + partition.topic + ", partition " + std::to_string(partition.partition);
}

bool is(const Error& error, ErrorCode code) { return error.code == kafka_error(static_cast<int>(code)); }

using Aborted = std::vector<PartitionBuffer::AbortedTransaction>;

Aborted aborted_in(const FetchResponse::PartitionData& data) {
  Aborted aborted;
  if (data.aborted_transactions)
    for (const auto& each : *data.aborted_transactions)
      aborted.push_back({each.producer_id, each.first_offset});
  return aborted;
}

template <class Topics>
auto& topic_entry(Topics& topics, const std::string& topic,
                  std::string std::remove_reference_t<decltype(Topics().front())>::*name) {
  if (topics.empty() || topics.back().*name != topic) topics.emplace_back().*name = topic;
  return topics.back();
}

}  // namespace

void Fetcher::advance(Now now) {
  now_ = now;
  reset_offsets(now);
  fetch(now);
}

TimeMs Fetcher::next_deadline() const {
  TimeMs next = never;
  for (const auto& [name, each] : positions_.all()) {
    const bool wants = each->stage == Stage::reset_wanted || (each->stage == Stage::reading && !each->paused);
    if (wants && !each->asked && each->ask_at > now_.monotonic) next = std::min(next, each->ask_at);
  }
  return next;
}

NodeId Fetcher::leader_of(const AssignedPartition& partition) {
  const NodeId leader = cluster_.metadata().leader(partition.partition.topic, partition.partition.partition);
  if (leader < 0) cluster_.leader_missing();
  return leader;
}

// ---- where to begin ----

void Fetcher::reset_offsets(Now now) {
  ByNode by_node;
  for (const auto& [name, each] : positions_.all()) {
    if (each->stage != Stage::reset_wanted || each->asked || now.monotonic < each->ask_at) continue;
    if (each->reset_to(options_.reset_to) == ResetTo::none) {
      each->fail(client_error(ClientErrc::no_offset, describe(name)));
    } else if (const NodeId leader = leader_of(*each);
               leader >= 0 && cluster_.ready(leader, Lane::main, now)) {
      by_node[leader].push_back(each.get());
    }
  }
  for (const auto& [node, partitions] : by_node) send_list_offsets(node, partitions, now);
}

void Fetcher::send_list_offsets(NodeId node, const std::vector<AssignedPartition*>& partitions, Now now) {
  ListOffsetsRequest request;
  request.replica_id = -1;
  request.isolation_level = static_cast<std::int8_t>(options_.isolation);
  Asked asked;
  for (AssignedPartition* each : partitions) {
    each->asked = true;
    asked[each->partition] = each->validity;
    auto& topic =
        topic_entry(request.topics, each->partition.topic, &ListOffsetsRequest::ListOffsetsTopic::name);
    auto& question = topic.partitions.emplace_back();
    question.partition_index = each->partition.partition;
    question.timestamp = each->reset_to(options_.reset_to) == ResetTo::earliest ? earliest : latest;
  }
  cluster_.request(
      node, Lane::main,
      make_request<ListOffsetsRequest, ListOffsetsResponse>(
          versions::list_offsets, options_.request_timeout_ms, [request](std::int16_t) { return request; },
          [this, asked](Reply<ListOffsetsResponse>& reply) { on_list_offsets(asked, reply); }),
      now);
}

void Fetcher::on_list_offsets(const Asked& asked, Reply<ListOffsetsResponse>& reply) {
  for (const auto& topic : reply.response.topics)
    for (const auto& each : topic.partitions) {
      const TopicPartition name{topic.name, each.partition_index};
      const auto question = asked.find(name);
      AssignedPartition* partition =
          question == asked.end() ? nullptr : positions_.find(name, question->second);
      if (!partition) continue;
      if (failed(each.error_code))
        on_error(*partition, broker_error(each.error_code, describe(name)));
      else
        partition->read_from(std::max<Offset>(each.offset, 0));
    }
  not_answered(asked, reply.error ? reply.error
                                  : client_error(ClientErrc::bad_answer, "a partition is missing in it"));
}

// ---- reading ----

void Fetcher::fetch(Now now) {
  ByNode by_node;
  std::set<NodeId> leaves_out;
  for (const auto& [name, each] : positions_.all()) {
    if (each->stage != Stage::reading || each->asked || each->paused || now.monotonic < each->ask_at)
      continue;
    const NodeId leader = leader_of(*each);
    if (leader < 0 || fetching_.contains(leader) || !cluster_.ready(leader, Lane::fetch, now)) continue;
    if (each->buffer.chunks() >= chunks_ahead_max)
      leaves_out.insert(leader);
    else
      by_node[leader].push_back(each.get());
  }
  for (const auto& [node, partitions] : by_node) send_fetch(node, partitions, leaves_out.contains(node), now);
}

void Fetcher::send_fetch(NodeId node, const std::vector<AssignedPartition*>& partitions, bool some_left_out,
                         Now now) {
  FetchRequest request;
  request.max_wait_ms = some_left_out ? std::min(options_.fetch_max_wait_ms, fetch_wait_when_some_left_out_ms)
                                      : options_.fetch_max_wait_ms;
  request.min_bytes = options_.fetch_min_bytes;
  request.isolation_level = static_cast<std::int8_t>(options_.isolation);
  request.max_bytes = options_.fetch_max_bytes;
  Asked asked;
  for (AssignedPartition* each : partitions) {
    each->asked = true;
    asked[each->partition] = each->validity;
    auto& topic = topic_entry(request.topics, each->partition.topic, &FetchRequest::FetchTopic::topic);
    auto& question = topic.partitions.emplace_back();
    question.partition = each->partition.partition;
    question.fetch_offset = each->fetch_from;
    question.partition_max_bytes = options_.partition_max_bytes;
  }
  fetching_.insert(node);
  cluster_.request(node, Lane::fetch,
                   make_request<FetchRequest, FetchResponse>(
                       versions::fetch, options_.fetch_max_wait_ms + options_.request_timeout_ms,
                       [request](std::int16_t) -> const FetchRequest& { return request; },
                       [this, node, asked](Reply<FetchResponse>& reply) { on_fetch(node, asked, reply); }),
                   now);
}

void Fetcher::on_fetch(NodeId node, const Asked& asked, Reply<FetchResponse>& reply) {
  fetching_.erase(node);
  Error whole = reply.error;
  if (!whole) whole = broker_error(reply.response.error_code, "fetching");
  for (const auto& topic : reply.response.responses)
    for (const auto& data : topic.partitions) {
      const TopicPartition name{topic.topic, data.partition_index};
      const auto question = asked.find(name);
      AssignedPartition* partition =
          question == asked.end() ? nullptr : positions_.find(name, question->second);
      if (!partition || !partition->asked) continue;  // sought meanwhile, or named twice
      partition->asked = false;
      if (failed(data.error_code))
        on_error(*partition, broker_error(data.error_code, describe(name)));
      else
        on_fetched(*partition, data, reply.frame);
    }
  not_answered(asked, whole ? whole : client_error(ClientErrc::bad_answer, "a partition is missing in it"));
}

void Fetcher::on_fetched(AssignedPartition& partition, const FetchResponse::PartitionData& data,
                         const protocol::Slice& frame) {
  const bool committed = options_.isolation == Isolation::read_committed && data.last_stable_offset >= 0;
  partition.end = committed ? data.last_stable_offset : data.high_watermark;
  partition.error = {};
  const protocol::BytesView records = data.records.view();
  if (records.empty()) return;
  const std::size_t at = static_cast<std::size_t>(records.data() - frame.view().data());
  PartitionBuffer::Added added =
      partition.buffer.add(frame.part(at, records.size()), partition.fetch_from, options_.check_crcs,
                           options_.isolation == Isolation::read_committed ? aborted_in(data) : Aborted{});
  partition.fetch_from = added.next_offset;
  if (added.error) partition.fail(std::move(added.error));
}

// ---- what went wrong ----

void Fetcher::on_error(AssignedPartition& partition, const Error& error) {
  partition.asked = false;
  if (is(error, ErrorCode::offset_out_of_range)) return out_of_range(partition, error);
  if (!error.retriable) return partition.fail(error);
  partition.error = error;
  partition.ask_at = later(now_.monotonic, options_.retry_backoff_ms);
  cluster_.leader_changed(partition.partition.topic, partition.partition.partition);
}

// What was fetched before is given out first: it is right up to there.
void Fetcher::out_of_range(AssignedPartition& partition, const Error& error) {
  partition.ask_at = later(now_.monotonic, options_.retry_backoff_ms);
  if (!partition.buffer.empty()) return;
  if (options_.reset_to == ResetTo::none) return partition.fail(error);
  partition.sought_end.reset();
  partition.look_for(Stage::reset_wanted);
}

void Fetcher::not_answered(const Asked& asked, const Error& error) {
  for (const auto& [name, validity] : asked) {
    AssignedPartition* partition = positions_.find(name, validity);
    if (!partition || !partition->asked) continue;
    partition->asked = false;
    partition->ask_at = later(now_.monotonic, options_.retry_backoff_ms);
    if (!error.retriable && error.code != ClientErrc::closed) partition->fail(error);
    if (error.code == ClientErrc::disconnected) cluster_.refresh_metadata();
  }
}

}  // namespace mini::client
