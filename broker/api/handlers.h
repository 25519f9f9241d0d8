#pragma once

#include "broker/api/handler.h"

// Every request handler, one declaration each; each is defined in the file of its name.
#define MINI_HANDLER(name, Message)                                                                     \
  namespace mini::protocol {                                                                            \
  struct Message##Request;                                                                              \
  struct Message##Response;                                                                             \
  }                                                                                                     \
  namespace mini::broker {                                                                              \
  void name(Services& broker, const RequestContext& context, const protocol::Message##Request& request, \
            Reply<protocol::Message##Response> reply);                                                  \
  }

MINI_HANDLER(produce, Produce)
MINI_HANDLER(fetch, Fetch)
MINI_HANDLER(list_offsets, ListOffsets)
MINI_HANDLER(metadata, Metadata)
MINI_HANDLER(offset_commit, OffsetCommit)
MINI_HANDLER(offset_fetch, OffsetFetch)
MINI_HANDLER(find_coordinator, FindCoordinator)
MINI_HANDLER(join_group, JoinGroup)
MINI_HANDLER(heartbeat, Heartbeat)
MINI_HANDLER(leave_group, LeaveGroup)
MINI_HANDLER(sync_group, SyncGroup)
MINI_HANDLER(describe_groups, DescribeGroups)
MINI_HANDLER(list_groups, ListGroups)
MINI_HANDLER(api_versions, ApiVersions)
MINI_HANDLER(create_topics, CreateTopics)
MINI_HANDLER(delete_topics, DeleteTopics)
MINI_HANDLER(delete_records, DeleteRecords)
MINI_HANDLER(init_producer_id, InitProducerId)
MINI_HANDLER(offset_for_leader_epoch, OffsetForLeaderEpoch)
MINI_HANDLER(describe_configs, DescribeConfigs)
MINI_HANDLER(create_partitions, CreatePartitions)
MINI_HANDLER(delete_groups, DeleteGroups)
MINI_HANDLER(offset_delete, OffsetDelete)
MINI_HANDLER(describe_cluster, DescribeCluster)
MINI_HANDLER(describe_topic_partitions, DescribeTopicPartitions)

#undef MINI_HANDLER
