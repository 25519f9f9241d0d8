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

// Brokers say these before they append anything. Any other may be said of a batch that is in the log: the
// time was up, replicas or the leadership were lost while replicas were waited for, or the code is newer than
// this.
bool said_before_append(ErrorCode code) {
  switch (code) {
    case ErrorCode::corrupt_message:
    case ErrorCode::message_too_large:
    case ErrorCode::invalid_topic_exception:
    case ErrorCode::record_list_too_large:
    case ErrorCode::not_enough_replicas:
    case ErrorCode::invalid_required_acks:
    case ErrorCode::topic_authorization_failed:
    case ErrorCode::cluster_authorization_failed:
    case ErrorCode::invalid_timestamp:
    case ErrorCode::unsupported_version:
    case ErrorCode::invalid_request:
    case ErrorCode::unsupported_for_message_format:
    case ErrorCode::policy_violation:
    case ErrorCode::out_of_order_sequence_number:
    case ErrorCode::invalid_producer_epoch:
    case ErrorCode::unknown_producer_id:
    case ErrorCode::unsupported_compression_type:
    case ErrorCode::invalid_record: return true;
    default: return false;
  }
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
      on_unknown(sent, reply.error);
    } else if (options_.acks == 0) {
      if (!sent.batch->settled()) accumulator_.settle(sent.batch, {});
    } else if (const Response* result = find(reply.response, sent.queue->partition)) {
      on_result(sent, *result);
    } else {
      on_unknown(sent,
                 client_error(ClientErrc::bad_answer, describe(sent.queue->partition) + " is missing in it"));
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
  Batch& batch = *sent.batch;
  // Out of order says more than that: the broker looked for the batch and does not have it.
  batch.maybe_stored = !out_of_order && (batch.maybe_stored || !said_before_append(code));
  if (!options_.idempotent || (!out_of_order && !forgotten)) return on_failure(sent, error);
  // Out of order only because one before it has to be sent again: it follows that one.
  if (forgotten || !sent.queue->earlier_pending(batch)) sent.queue->broken = true;
  error.retriable = !batch.maybe_stored;  // else: twice under another id, never under this one
  on_failure(sent, error);
}

void ProducerMachine::on_unknown(const Sent& sent, const Error& error) {
  sent.batch->maybe_stored = true;
  on_failure(sent, error);
}

void ProducerMachine::on_failure(const Sent& sent, const Error& error) {
  const bool again = error.retriable && !ended_ && !sent.batch->settled() &&
                     sent.batch->attempts <= options_.retries && now_.monotonic < sent.batch->deadline();
  again ? retry(sent) : give_up(sent, error);
}

void ProducerMachine::retry(const Sent& sent) {
  sent.batch->retry_at = now_.monotonic + retry_backoff_.wait_ms(sent.batch->attempts - 1, cluster_.random());
  sent.queue->put_back(sent.batch);
}

void ProducerMachine::give_up(const Sent& sent, const Error& error) {
  if (!sent.batch->settled()) accumulator_.settle(sent.batch, error);
  sent.queue->give_up_numbers(*sent.batch);
}

}  // namespace mini::client
