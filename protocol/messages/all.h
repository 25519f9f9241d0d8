#pragma once

#include "protocol/messages/api_versions.h"
#include "protocol/messages/create_partitions.h"
#include "protocol/messages/create_topics.h"
#include "protocol/messages/delete_groups.h"
#include "protocol/messages/delete_records.h"
#include "protocol/messages/delete_topics.h"
#include "protocol/messages/describe_cluster.h"
#include "protocol/messages/describe_configs.h"
#include "protocol/messages/describe_groups.h"
#include "protocol/messages/describe_topic_partitions.h"
#include "protocol/messages/fetch.h"
#include "protocol/messages/find_coordinator.h"
#include "protocol/messages/heartbeat.h"
#include "protocol/messages/incremental_alter_configs.h"
#include "protocol/messages/init_producer_id.h"
#include "protocol/messages/join_group.h"
#include "protocol/messages/leave_group.h"
#include "protocol/messages/list_groups.h"
#include "protocol/messages/list_offsets.h"
#include "protocol/messages/metadata.h"
#include "protocol/messages/offset_commit.h"
#include "protocol/messages/offset_delete.h"
#include "protocol/messages/offset_fetch.h"
#include "protocol/messages/offset_for_leader_epoch.h"
#include "protocol/messages/produce.h"
#include "protocol/messages/sync_group.h"

// Every declared message, as a list that tests walk: for_each_message([]<class M>() { ... }).
// Costs seconds to compile: for tests, never for the broker or the client.
namespace mini::protocol {

template <class Visit>
void for_each_message(Visit&& visit) {
  visit.template operator()<ProduceRequest>();
  visit.template operator()<ProduceResponse>();
  visit.template operator()<FetchRequest>();
  visit.template operator()<FetchResponse>();
  visit.template operator()<ListOffsetsRequest>();
  visit.template operator()<ListOffsetsResponse>();
  visit.template operator()<MetadataRequest>();
  visit.template operator()<MetadataResponse>();
  visit.template operator()<OffsetCommitRequest>();
  visit.template operator()<OffsetCommitResponse>();
  visit.template operator()<OffsetFetchRequest>();
  visit.template operator()<OffsetFetchResponse>();
  visit.template operator()<FindCoordinatorRequest>();
  visit.template operator()<FindCoordinatorResponse>();
  visit.template operator()<JoinGroupRequest>();
  visit.template operator()<JoinGroupResponse>();
  visit.template operator()<HeartbeatRequest>();
  visit.template operator()<HeartbeatResponse>();
  visit.template operator()<LeaveGroupRequest>();
  visit.template operator()<LeaveGroupResponse>();
  visit.template operator()<SyncGroupRequest>();
  visit.template operator()<SyncGroupResponse>();
  visit.template operator()<DescribeGroupsRequest>();
  visit.template operator()<DescribeGroupsResponse>();
  visit.template operator()<ListGroupsRequest>();
  visit.template operator()<ListGroupsResponse>();
  visit.template operator()<ApiVersionsRequest>();
  visit.template operator()<ApiVersionsResponse>();
  visit.template operator()<CreateTopicsRequest>();
  visit.template operator()<CreateTopicsResponse>();
  visit.template operator()<DeleteTopicsRequest>();
  visit.template operator()<DeleteTopicsResponse>();
  visit.template operator()<DeleteRecordsRequest>();
  visit.template operator()<DeleteRecordsResponse>();
  visit.template operator()<InitProducerIdRequest>();
  visit.template operator()<InitProducerIdResponse>();
  visit.template operator()<OffsetForLeaderEpochRequest>();
  visit.template operator()<OffsetForLeaderEpochResponse>();
  visit.template operator()<DescribeConfigsRequest>();
  visit.template operator()<DescribeConfigsResponse>();
  visit.template operator()<CreatePartitionsRequest>();
  visit.template operator()<CreatePartitionsResponse>();
  visit.template operator()<DeleteGroupsRequest>();
  visit.template operator()<DeleteGroupsResponse>();
  visit.template operator()<IncrementalAlterConfigsRequest>();
  visit.template operator()<IncrementalAlterConfigsResponse>();
  visit.template operator()<OffsetDeleteRequest>();
  visit.template operator()<OffsetDeleteResponse>();
  visit.template operator()<DescribeClusterRequest>();
  visit.template operator()<DescribeClusterResponse>();
  visit.template operator()<DescribeTopicPartitionsRequest>();
  visit.template operator()<DescribeTopicPartitionsResponse>();
}

}  // namespace mini::protocol
