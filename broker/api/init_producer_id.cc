// InitProducerId, v0-5.
// Every idempotent producer gets a new id with epoch 0, whatever id it had before.
// Not emulated: transactions. A transactional id is TRANSACTIONAL_ID_AUTHORIZATION_FAILED.
#include "protocol/messages/init_producer_id.h"
#include "broker/api/handlers.h"
#include "broker/txn/producer_ids.h"

namespace mini::broker {

using protocol::ErrorCode;
using protocol::InitProducerIdRequest;
using protocol::InitProducerIdResponse;

namespace {

ErrorCode error_of(Services& broker, const InitProducerIdRequest& request) {
  const bool id_without_epoch =
      (request.producer_id == no_producer_id) != (request.producer_epoch == no_producer_epoch);
  if (id_without_epoch) return ErrorCode::invalid_request;
  if (!request.transactional_id) return ErrorCode::none;
  if (request.transactional_id->empty()) return ErrorCode::invalid_request;
  broker.environment.events.note(Level::warn,
                                 "A client asked for a transactional producer: transactions are not "
                                 "served yet.");
  return ErrorCode::transactional_id_authorization_failed;
}

}  // namespace

void init_producer_id(Services& broker, const RequestContext&, const InitProducerIdRequest& request,
                      Reply<InitProducerIdResponse> reply) {
  InitProducerIdResponse response;
  response.error_code = error_of(broker, request);
  const bool refused = failed(response.error_code);
  response.producer_id = refused ? no_producer_id : broker.producer_ids.next();
  response.producer_epoch = refused ? no_producer_epoch : ProducerEpoch{0};
  reply.send(response);
}

}  // namespace mini::broker
