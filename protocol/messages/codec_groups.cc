#include "protocol/messages/heartbeat.h"
#include "protocol/messages/join_group.h"
#include "protocol/messages/leave_group.h"
#include "protocol/messages/offset_commit.h"
#include "protocol/messages/offset_fetch.h"
#include "protocol/messages/sync_group.h"
#include "protocol/wire/codec.h"

namespace mini::protocol {

MINI_CODEC(OffsetCommitRequest)
MINI_CODEC(OffsetCommitResponse)
MINI_CODEC(OffsetFetchRequest)
MINI_CODEC(OffsetFetchResponse)
MINI_CODEC(JoinGroupRequest)
MINI_CODEC(JoinGroupResponse)
MINI_CODEC(HeartbeatRequest)
MINI_CODEC(HeartbeatResponse)
MINI_CODEC(LeaveGroupRequest)
MINI_CODEC(LeaveGroupResponse)
MINI_CODEC(SyncGroupRequest)
MINI_CODEC(SyncGroupResponse)

}  // namespace mini::protocol
