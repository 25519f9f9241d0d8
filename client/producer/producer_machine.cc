#include "client/producer/producer_machine.h"

#include "client/cluster/versions.h"

namespace mini::client {
namespace {

constexpr std::int64_t trim_after_ms = 10'000;
constexpr std::size_t memory_kept = 1024 * 1024;

}  // namespace

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
  Taken taken = accumulator_.append(record, done, receipt, now);
  if (taken.appended == Appended::unknown_topic) {
    cluster_.want_topic(record.topic);
    accumulator_.learn(record.topic, cluster_.metadata());
    taken = accumulator_.append(record, done, receipt, now);
  }
  if (taken.appended == Appended::full) {  // somebody waits for room: no lingering
    const std::uint64_t before = flush_number_;
    hurried_ = flush() != before || hurried_;
  }
  if (taken.appended != Appended::impossible) return taken.appended;
  accumulator_.refuse(record, done, receipt, accumulator_.why_impossible(record), now);
  return Appended::yes;
}

std::uint64_t ProducerMachine::flush() {
  accumulator_.intake();
  return flush_number_ = accumulator_.last_number();
}

bool ProducerMachine::received(LinkId link, protocol::BytesView bytes, Now now) {
  now_ = now;
  return cluster_.received(link, bytes, now);
}

void ProducerMachine::lost(LinkId link, const std::string& reason, Now now) {
  now_ = now;
  cluster_.lost(link, reason, now);
}

void ProducerMachine::advance(Now now) {
  now_ = now;
  cluster_.advance(now);
  publish();
  accumulator_.intake();
  expire(now);
  mend_sequences();
  maybe_identify(now);
  drain(now);
  accumulator_.drop_inactive();
  trim(now);
}

void ProducerMachine::publish() {
  if (ended_ || published_ == cluster_.metadata().version()) return;
  published_ = cluster_.metadata().version();
  accumulator_.publish(cluster_.metadata());
}

// ---- memory ----

void ProducerMachine::told(Batch& batch) {
  accumulator_.told(batch);
  const bool idle = accumulator_.idle() && accumulator_.pool().used() > memory_kept;
  trim_at_ = idle ? now_.monotonic + trim_after_ms : never;
}

void ProducerMachine::trim(Now now) {
  if (now.monotonic < trim_at_) return;
  trim_at_ = never;
  if (accumulator_.idle()) accumulator_.pool().trim(memory_kept);
}

void ProducerMachine::abort(const Error& error, Now now) {
  ended_ = error;
  accumulator_.end();
  cluster_.close(now);
  for (PartitionQueue* queue : accumulator_.active())
    for (BatchPtr batch : std::exchange(queue->waiting, {})) accumulator_.settle(batch, error);
}

// ---- delivery.timeout.ms ----

void ProducerMachine::expire(Now now) {
  for (PartitionQueue* queue : accumulator_.active()) expire(*queue, now);
}

void ProducerMachine::expire(PartitionQueue& queue, Now now) {
  const auto overdue = [&](BatchPtr batch) { return now.monotonic >= batch->deadline(); };
  const auto error = [&] {
    const std::string problem = cluster_.last_problem();
    return client_error(ClientErrc::delivery_timed_out,
                        problem.empty() ? "topic " + queue.partition.topic : problem);
  };
  // In flight: its bytes and its place stay until the answer or the loss of the connection.
  for (BatchPtr batch : queue.in_flight)
    if (overdue(batch) && !batch->settled()) accumulator_.settle(batch, error());
  while (!queue.waiting.empty() && overdue(queue.waiting.front())) {
    const BatchPtr batch = queue.waiting.front();
    queue.close(*batch);
    queue.waiting.pop_front();
    accumulator_.settle(batch, error());
    queue.give_up_numbers(*batch);
  }
}

// ---- sending ----

void ProducerMachine::drain(Now now) {
  if (ended_) return;
  while (drain_once(now)) continue;
}

// One request for each broker that has room for one.
bool ProducerMachine::drain_once(Now now) {
  Requests requests;
  std::map<NodeId, std::size_t> sizes;
  const auto& queues = accumulator_.active();
  for (std::size_t i = 0; i < queues.size(); ++i)
    pick(*queues[(next_queue_ + i) % queues.size()], requests, sizes, now);
  if (!queues.empty()) next_queue_ = (next_queue_ + 1) % queues.size();
  for (auto& [node, batches] : requests) send(node, std::move(batches), now);
  return !requests.empty();
}

void ProducerMachine::pick(PartitionQueue& queue, Requests& requests, std::map<NodeId, std::size_t>& sizes,
                           Now now) {
  if (queue.waiting.empty()) return;
  Batch& batch = *queue.waiting.front();
  if (!due(queue, batch, now) || !may_send(queue, batch) || !has_numbers(queue, batch)) return;
  const NodeId leader = cluster_.metadata().leader(queue.partition.topic, queue.partition.partition);
  if (leader < 0) return cluster_.leader_missing();
  if (!cluster_.ready(leader, Lane::main, now) || in_flight_[leader] >= options_.in_flight_max) return;
  queue.close(batch);
  std::size_t& size = sizes[leader];
  if (size > 0 && size + batch.size() > options_.request_size_max) return;
  if (!batch.sealed() || (options_.idempotent && !batch.numbered)) seal(queue, batch);
  size += batch.size();
  requests[leader].push_back({&queue, &batch});
  batch.in_flight = true;
  queue.in_flight.push_back(&batch);
  queue.waiting.pop_front();
}

bool ProducerMachine::due(const PartitionQueue& queue, const Batch& batch, Now now) const {
  if (batch.attempts > 0) return now.monotonic >= batch.retry_at;
  return batch.closed() || queue.waiting.size() > 1 || batch.number <= flush_number_ ||
         now.monotonic >= later(batch.created(), options_.linger_ms);
}

// A batch that comes again waits until what was sent after it is back, or the order would be lost. And a new
// one waits while the oldest unsettled one is too far behind for brokers to remember it. The first one goes
// alone: a broker takes any sequence number from a producer it does not know, so that a second batch would be
// stored before a first that came while the partition was still without a leader.
bool ProducerMachine::may_send(const PartitionQueue& queue, const Batch& batch) const {
  if (queue.in_flight.empty()) return true;
  if (options_.idempotent && !queue.acquainted) return false;
  const std::uint64_t oldest = queue.in_flight.front()->serial;
  if (options_.idempotent && batch.serial >= oldest + idempotent_in_flight_max) return false;
  return queue.in_flight.back()->serial < batch.serial;
}

void ProducerMachine::seal(PartitionQueue& queue, Batch& batch) {
  if (options_.idempotent && !queue.next.known()) queue.next = identity_;
  batch.seal(options_.codec, queue.next);
  if (!options_.idempotent) return;
  batch.numbered = true;
  queue.next.base_sequence = batch.next_sequence();
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
    data.records = sent.batch->records();
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
  if (!identified() && !identifying_ && !ended_ && !accumulator_.idle()) next = std::min(next, identify_at_);
  next = std::min(next, trim_at_);
  for (const PartitionQueue* queue : accumulator_.active()) {
    for (BatchPtr batch : queue->in_flight)
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
