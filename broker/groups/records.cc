#include "broker/groups/records.h"

#include "protocol/wire/codec.h"

namespace mini::protocol {

MINI_CODEC(broker::OffsetCommitKey)
MINI_CODEC(broker::OffsetCommitValue)
MINI_CODEC(broker::GroupMetadataKey)
MINI_CODEC(broker::GroupMetadataValue)

}  // namespace mini::protocol
