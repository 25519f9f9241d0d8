#include "protocol/messages/create_partitions.h"
#include "protocol/messages/create_topics.h"
#include "protocol/messages/delete_groups.h"
#include "protocol/messages/delete_topics.h"
#include "protocol/messages/describe_groups.h"
#include "protocol/messages/incremental_alter_configs.h"
#include "protocol/messages/list_groups.h"
#include "protocol/messages/offset_delete.h"
#include "protocol/wire/codec.h"

namespace mini::protocol {

MINI_CODEC(DescribeGroupsRequest)
MINI_CODEC(DescribeGroupsResponse)
MINI_CODEC(ListGroupsRequest)
MINI_CODEC(ListGroupsResponse)
MINI_CODEC(CreateTopicsRequest)
MINI_CODEC(CreateTopicsResponse)
MINI_CODEC(DeleteTopicsRequest)
MINI_CODEC(DeleteTopicsResponse)
MINI_CODEC(CreatePartitionsRequest)
MINI_CODEC(CreatePartitionsResponse)
MINI_CODEC(DeleteGroupsRequest)
MINI_CODEC(DeleteGroupsResponse)
MINI_CODEC(IncrementalAlterConfigsRequest)
MINI_CODEC(IncrementalAlterConfigsResponse)
MINI_CODEC(OffsetDeleteRequest)
MINI_CODEC(OffsetDeleteResponse)

}  // namespace mini::protocol
