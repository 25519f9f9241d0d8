#include "client/cluster/versions.h"
#include "client/producer/producer_machine.h"

// The producer id that idempotence needs: asked for once, and again where the sequence of a partition broke,
// because a batch ended that may be in the log or was not the last one with numbers.
//
// Such a partition takes no new numbers. What may be stored comes to its end under the old id, for only by
// that would the broker know it again; then the partition begins anew under another id. The other partitions
// keep the one they have.
namespace mini::client {

using protocol::ErrorCode;

// Whether the batch has its sequence numbers or can be given some.
bool ProducerMachine::has_numbers(const PartitionQueue& queue, const Batch& batch) const {
  if (!options_.idempotent || batch.numbered) return true;
  return !queue.broken && (queue.next.known() || identity_.known());
}

void ProducerMachine::mend_sequences() {
  for (PartitionQueue* queue : accumulator_.active()) {
    if (!queue->broken || queue->needs_its_id()) continue;
    if (queue->next.id == identity_.id) identity_ = {};
    queue->begin_anew();
  }
}

void ProducerMachine::maybe_identify(Now now) {
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
  identity_ = {reply.response.producer_id, reply.response.producer_epoch, 0};
}

}  // namespace mini::client
