#include "client/producer/producer_machine.h"

// What comes back for produced batches, and what follows from it.
namespace mini::client {
namespace {

using protocol::ErrorCode;

std::string describe(const TopicPartition& partition) {
  return "topic " + partition.topic + ", partition " + std::to_string(partition.partition);
}

bool leader_moved(ErrorCode code) {
  return code == ErrorCode::not_leader_or_follower || code == ErrorCode::unknown_topic_or_partition ||
         code == ErrorCode::leader_not_available || code == ErrorCode::fenced_leader_epoch ||
         code == ErrorCode::unknown_topic_id || code == ErrorCode::kafka_storage_error ||
         code == ErrorCode::replica_not_available;
}

const protocol::ProduceResponse::PartitionProduceResponse* find(const protocol::ProduceResponse& response,
                                                                const TopicPartition& partition) {
  for (const auto& topic : response.responses) {
    if (topic.name != partition.topic) continue;
    for (const auto& each : topic.partition_responses)
      if (each.index == partition.partition) return &each;
  }
  return nullptr;
}

}  // namespace

void ProducerMachine::on_answer(NodeId node, const std::vector<Sent>& batches,
                                Reply<protocol::ProduceResponse>& reply) {
  --in_flight_[node];
  for (const Sent& sent : batches) {
    sent.queue->landed(*sent.batch);
    if (reply.error) {
      on_failure(sent, reply.error, false);
    } else if (options_.acks == 0) {
      if (!sent.batch->settled()) accumulator_.settle(sent.batch, {});
    } else if (const Response* result = find(reply.response, sent.queue->partition)) {
      on_result(sent, *result);
    } else {
      on_failure(sent,
                 client_error(ClientErrc::bad_answer, describe(sent.queue->partition) + " is missing in it"),
                 false);
    }
    if (sent.batch->told) accumulator_.done_with(*sent.batch);
  }
  if (reply.error.code == ClientErrc::disconnected) cluster_.refresh_metadata();
}

void ProducerMachine::on_result(const Sent& sent, const Response& result) {
  // A duplicate is stored already; the broker no longer knows where.
  const bool duplicate = result.error_code == ErrorCode::duplicate_sequence_number;
  if (failed(result.error_code) && !duplicate) {
    std::string detail = describe(sent.queue->partition);
    if (result.error_message) detail += ": " + *result.error_message;
    return on_refused(sent, result.error_code, broker_error(result.error_code, std::move(detail)));
  }
  sent.queue->acquainted = true;
  if (!sent.batch->settled())
    accumulator_.settle(sent.batch, {}, duplicate ? no_offset : result.base_offset,
                        result.log_append_time_ms);
}

void ProducerMachine::on_refused(const Sent& sent, ErrorCode code, Error error) {
  if (leader_moved(code))
    cluster_.leader_changed(sent.queue->partition.topic, sent.queue->partition.partition);
  const bool out_of_order = code == ErrorCode::out_of_order_sequence_number;
  const bool forgotten = code == ErrorCode::unknown_producer_id || code == ErrorCode::invalid_producer_epoch;
  if (!options_.idempotent || (!out_of_order && !forgotten)) return on_failure(sent, error, true);
  // Out of order only because one before it has to be sent again: it follows that one.
  if (forgotten || !sent.queue->earlier_pending(*sent.batch)) renew_identity();
  error.retriable = true;
  on_failure(sent, error, true);
}

// `definite`: the broker said that it did not store the batch.
void ProducerMachine::on_failure(const Sent& sent, const Error& error, bool definite) {
  const bool again = error.retriable && !ended_ && !sent.batch->settled() &&
                     sent.batch->attempts <= options_.retries && now_.monotonic < sent.batch->deadline();
  again ? retry(sent) : give_up(sent, error, definite);
}

void ProducerMachine::retry(const Sent& sent) {
  sent.batch->retry_at = now_.monotonic + retry_backoff_.wait_ms(sent.batch->attempts - 1, cluster_.random());
  sent.queue->put_back(sent.batch);
}

void ProducerMachine::give_up(const Sent& sent, const Error& error, bool definite) {
  if (!sent.batch->settled()) accumulator_.settle(sent.batch, error);
  if (!options_.idempotent || ended_) return;
  // Its sequence numbers are missing now. If they were the last ones they are simply used again.
  if (definite && !renewing_ && !sent.queue->later_sealed(*sent.batch))
    sent.queue->next_sequence = sent.batch->identity().base_sequence;
  else
    renew_identity();
}

}  // namespace mini::client
