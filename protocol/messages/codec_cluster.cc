#include "protocol/messages/api_versions.h"
#include "protocol/messages/describe_cluster.h"
#include "protocol/messages/describe_configs.h"
#include "protocol/messages/describe_topic_partitions.h"
#include "protocol/messages/find_coordinator.h"
#include "protocol/messages/metadata.h"
#include "protocol/wire/codec.h"

namespace mini::protocol {

MINI_CODEC(ApiVersionsRequest)
MINI_CODEC(ApiVersionsResponse)
MINI_CODEC(MetadataRequest)
MINI_CODEC(MetadataResponse)
MINI_CODEC(FindCoordinatorRequest)
MINI_CODEC(FindCoordinatorResponse)
MINI_CODEC(DescribeClusterRequest)
MINI_CODEC(DescribeClusterResponse)
MINI_CODEC(DescribeConfigsRequest)
MINI_CODEC(DescribeConfigsResponse)
MINI_CODEC(DescribeTopicPartitionsRequest)
MINI_CODEC(DescribeTopicPartitionsResponse)

}  // namespace mini::protocol
