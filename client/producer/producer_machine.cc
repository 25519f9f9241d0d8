#include "client/producer/producer_machine.h"

#include "client/cluster/versions.h"

namespace mini::client {

ProducerMachine::ProducerMachine(ClusterOptions cluster, ProducerOptions options, Wires& wires,
                                 std::uint64_t seed)
    : options_(std::move(options)),
      cluster_(std::move(cluster), wires, seed),
      accumulator_(options_, seed + 1),
      identify_backoff_(options_.retry_backoff_ms, options_.retry_backoff_max_ms),
      retry_backoff_(options_.retry_backoff_ms, options_.retry_backoff_max_ms) {}

Appended ProducerMachine::append(const RecordView& record, OnDelivery& done, Receipt* receipt, Now now) {
  now_ = now;
  if (ended_) {
    accumulator_.refuse(record, done, receipt, ended_, now);
    return Appended::yes;
  }
  const Appended appended = accumulator_.append(record, done, receipt, cluster_.metadata(), now);
  if (appended == Appended::unknown_topic) cluster_.want_topic(record.topic);
  memory_short_ = appended == Appended::full;
  return appended;
}

std::uint64_t ProducerMachine::flush() { return flush_ticket_ = accumulator_.last_ticket(); }

void ProducerMachine::received(LinkId link, protocol::BytesView bytes, Now now) {
  now_ = now;
  cluster_.received(link, bytes, now);
}

void ProducerMachine::lost(LinkId link, const std::string& reason, Now now) {
  now_ = now;
  cluster_.lost(link, reason, now);
}

void ProducerMachine::advance(Now now) {
  now_ = now;
  cluster_.advance(now);
  expire(now);
  maybe_identify(now);
  drain(now);
}

void ProducerMachine::abort(const Error& error, Now now) {
  ended_ = error;
  cluster_.close(now);
  for (const auto& queue : accumulator_.queues())
    for (const BatchPtr& batch : std::exchange(queue->waiting, {})) accumulator_.settle(batch, error);
}

// ---- delivery.timeout.ms ----

void ProducerMachine::expire(Now now) {
  for (const auto& queue : accumulator_.queues()) expire(*queue, now);
}

void ProducerMachine::expire(PartitionQueue& queue, Now now) {
  const auto overdue = [&](const BatchPtr& batch) { return now.monotonic >= batch->deadline(); };
  const auto error = [&] {
    const std::string problem = cluster_.last_problem();
    return client_error(ClientErrc::delivery_timed_out,
                        problem.empty() ? "topic " + queue.partition.topic : problem);
  };
  // In flight: its bytes and its place stay until the answer or the loss of the connection.
  for (const BatchPtr& batch : queue.in_flight)
    if (overdue(batch) && !batch->settled()) accumulator_.settle(batch, error());
  while (!queue.waiting.empty() && overdue(queue.waiting.front())) {
    const BatchPtr batch = queue.waiting.front();
    queue.waiting.pop_front();
    accumulator_.settle(batch, error());
    if (batch->sealed()) renew_identity();  // it may have been stored
  }
}

// ---- sending ----

void ProducerMachine::drain(Now now) {
  if (!identified() || renewing_ || ended_) return;
  while (drain_once(now)) continue;
}

// One request for each broker that has room for one.
bool ProducerMachine::drain_once(Now now) {
  std::map<NodeId, std::vector<Sent>> requests;
  std::map<NodeId, std::size_t> sizes;
  const auto& queues = accumulator_.queues();
  for (std::size_t i = 0; i < queues.size(); ++i) {
    PartitionQueue& queue = *queues[(next_queue_ + i) % queues.size()];
    if (queue.waiting.empty()) continue;
    Batch& batch = *queue.waiting.front();
    if (!due(queue, batch, now) || !may_send(queue, batch)) continue;
    const NodeId leader = cluster_.metadata().leader(queue.partition.topic, queue.partition.partition);
    if (leader < 0) {
      cluster_.leader_missing();
      continue;
    }
    if (!cluster_.ready(leader, Lane::main, now) || in_flight_[leader] >= options_.in_flight_max) continue;
    std::size_t& size = sizes[leader];
    if (size > 0 && size + batch.size() > options_.request_size_max) continue;
    if (!batch.sealed()) seal(queue, batch);
    size += batch.size();
    requests[leader].push_back({&queue, queue.waiting.front()});
    queue.in_flight.push_back(std::move(queue.waiting.front()));
    queue.waiting.pop_front();
  }
  if (!queues.empty()) next_queue_ = (next_queue_ + 1) % queues.size();
  for (auto& [node, batches] : requests) send(node, std::move(batches), now);
  return !requests.empty();
}

bool ProducerMachine::due(const PartitionQueue& queue, const Batch& batch, Now now) const {
  if (batch.attempts > 0) return now.monotonic >= batch.retry_at;
  return batch.closed() || queue.waiting.size() > 1 || batch.first_ticket() <= flush_ticket_ ||
         memory_short_ || now.monotonic >= later(batch.created(), options_.linger_ms);
}

// A batch that comes again waits until what was sent after it is back, or the order would be lost. And a new
// one waits while the oldest unsettled one is too far behind for brokers to remember it. The first one goes
// alone: a broker takes any sequence number from a producer it does not know, so that a second batch would be
// stored before a first that came while the partition was still without a leader.
bool ProducerMachine::may_send(const PartitionQueue& queue, const Batch& batch) const {
  if (queue.in_flight.empty()) return true;
  if (options_.idempotent && !queue.acquainted) return false;
  const std::uint64_t oldest = queue.in_flight.front()->serial();
  if (options_.idempotent && batch.serial() >= oldest + idempotent_in_flight_max) return false;
  return queue.in_flight.back()->serial() < batch.serial();
}

void ProducerMachine::seal(PartitionQueue& queue, Batch& batch) {
  Batch::Identity identity;
  if (options_.idempotent) identity = {producer_id_, producer_epoch_, queue.next_sequence};
  batch.seal(options_.codec, identity);
  if (options_.idempotent) queue.next_sequence = batch.next_sequence();
}

void ProducerMachine::send(NodeId node, std::vector<Sent> batches, Now now) {
  protocol::ProduceRequest request;
  request.acks = options_.acks;
  request.timeout_ms = options_.request_timeout_ms;
  for (const Sent& sent : batches) {
    ++sent.batch->attempts;
    const std::string& topic = sent.queue->partition.topic;
    if (request.topic_data.empty() || request.topic_data.back().name != topic)
      request.topic_data.emplace_back().name = topic;
    auto& data = request.topic_data.back().partition_data.emplace_back();
    data.index = sent.queue->partition.partition;
    data.records = protocol::Records(sent.batch->slice());
  }
  ++in_flight_[node];
  const bool zstd = options_.codec == protocol::Codec::zstd;
  cluster_.request(
      node, Lane::main,
      make_request<protocol::ProduceRequest, protocol::ProduceResponse>(
          zstd ? versions::produce_zstd : versions::produce, options_.request_timeout_ms,
          [request = std::move(request)](std::int16_t) -> const protocol::ProduceRequest& { return request; },
          [this, node, batches = std::move(batches)](Reply<protocol::ProduceResponse>& reply) {
            on_answer(node, batches, reply);
          },
          options_.acks != 0),
      now);
}

TimeMs ProducerMachine::next_deadline() const {
  TimeMs next = cluster_.next_deadline();
  if (!identified() && !identifying_ && !ended_ && accumulator_.unsettled() > 0)
    next = std::min(next, identify_at_);
  for (const auto& queue : accumulator_.queues()) {
    for (const BatchPtr& batch : queue->in_flight)
      if (!batch->settled()) next = std::min(next, batch->deadline());
    if (queue->waiting.empty()) continue;
    const Batch& first = *queue->waiting.front();
    next = std::min(next, first.deadline());
    // What is due already waits for an event: an answer, a connection, a leader.
    const TimeMs at = first.attempts > 0 ? first.retry_at : later(first.created(), options_.linger_ms);
    if (at > now_.monotonic) next = std::min(next, at);
  }
  return next;
}

}  // namespace mini::client
