#include "protocol/messages/delete_records.h"
#include "protocol/messages/fetch.h"
#include "protocol/messages/init_producer_id.h"
#include "protocol/messages/list_offsets.h"
#include "protocol/messages/offset_for_leader_epoch.h"
#include "protocol/messages/produce.h"
#include "protocol/wire/codec.h"

namespace mini::protocol {

MINI_CODEC(ProduceRequest)
MINI_CODEC(ProduceResponse)
MINI_CODEC(FetchRequest)
MINI_CODEC(FetchResponse)
MINI_CODEC(ListOffsetsRequest)
MINI_CODEC(ListOffsetsResponse)
MINI_CODEC(DeleteRecordsRequest)
MINI_CODEC(DeleteRecordsResponse)
MINI_CODEC(OffsetForLeaderEpochRequest)
MINI_CODEC(OffsetForLeaderEpochResponse)
MINI_CODEC(InitProducerIdRequest)
MINI_CODEC(InitProducerIdResponse)

}  // namespace mini::protocol
