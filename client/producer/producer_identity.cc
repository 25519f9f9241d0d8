#include "client/cluster/versions.h"
#include "client/producer/producer_machine.h"

// The producer id that idempotence needs: asked for once, and again where the sequence of a partition broke.
namespace mini::client {

using protocol::ErrorCode;

bool ProducerMachine::anything_in_flight() const {
  for (const PartitionQueue* queue : accumulator_.active())
    if (!queue->in_flight.empty()) return true;
  return false;
}

// What is in flight under the old id is waited for, so that order holds.
void ProducerMachine::renew_identity() {
  if (options_.idempotent) renewing_ = true;
}

void ProducerMachine::maybe_identify(Now now) {
  if (renewing_ && !anything_in_flight()) {
    renewing_ = false;
    producer_id_ = no_producer_id;
  }
  if (identified() || identifying_ || ended_ || now.monotonic < identify_at_ || accumulator_.idle()) return;
  identifying_ = true;
  protocol::InitProducerIdRequest request;
  request.transactional_id.reset();
  request.transaction_timeout_ms = options_.request_timeout_ms;
  cluster_.request(cluster_.any_node(now), Lane::main,
                   make_request<protocol::InitProducerIdRequest, protocol::InitProducerIdResponse>(
                       versions::init_producer_id, options_.request_timeout_ms,
                       [request](std::int16_t) { return request; },
                       [this](Reply<protocol::InitProducerIdResponse>& reply) { on_identity(reply); }),
                   now);
}

void ProducerMachine::on_identity(Reply<protocol::InitProducerIdResponse>& reply) {
  identifying_ = false;
  if (ended_) return;
  Error error = reply.error;
  if (!error) error = broker_error(reply.response.error_code, "asking for a producer id");
  if (!error && reply.response.producer_id < 0)
    error = client_error(ClientErrc::bad_answer, "no producer id in it");
  if (error && !error.retriable) return abort(error, now_);
  if (error) {
    identify_at_ = now_.monotonic + identify_backoff_.next_ms(cluster_.random());
    return;
  }
  identify_backoff_.reset();
  producer_id_ = reply.response.producer_id;
  producer_epoch_ = reply.response.producer_epoch;
  // Every partition counts from zero under a new id, beginning with what has to be sent again.
  for (PartitionQueue* queue : accumulator_.queues()) {
    queue->next_sequence = 0;
    queue->acquainted = false;
    for (BatchPtr batch : queue->waiting)
      if (batch->sealed()) seal(*queue, *batch);
  }
}

}  // namespace mini::client
