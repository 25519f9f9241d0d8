#pragma once

#include <set>

#include "client/cluster/cluster.h"
#include "client/consumer/positions.h"
#include "client/consumer/settings.h"
#include "protocol/messages/fetch.h"
#include "protocol/messages/list_offsets.h"

// Keeps the assigned partitions supplied: finds the offset to begin with where there is none, and fetches
// ahead, one request to each broker at a time, until two answers wait for each partition.
namespace mini::client {

inline constexpr std::size_t chunks_ahead_max = 2;  // of one partition
// How long a fetch waits while partitions with enough records ahead are left out of it.
inline constexpr std::int32_t fetch_wait_when_some_left_out_ms = 20;

class Fetcher {
 public:
  Fetcher(Cluster& cluster, Positions& positions, const ConsumerOptions& options)
      : cluster_(cluster), positions_(positions), options_(options) {}

  void advance(Now now);
  TimeMs next_deadline() const;

 private:
  using Stage = AssignedPartition::Stage;
  using ByNode = std::map<NodeId, std::vector<AssignedPartition*>>;
  // Who was asked about, and as of when.
  using Asked = std::map<TopicPartition, std::uint64_t>;

  NodeId leader_of(const AssignedPartition& partition);
  void reset_offsets(Now now);
  void send_list_offsets(NodeId node, const std::vector<AssignedPartition*>& partitions, Now now);
  void on_list_offsets(const Asked& asked, Reply<protocol::ListOffsetsResponse>& reply);
  void fetch(Now now);
  void send_fetch(NodeId node, const std::vector<AssignedPartition*>& partitions, bool some_left_out,
                  Now now);
  void on_fetch(NodeId node, const Asked& asked, Reply<protocol::FetchResponse>& reply);
  void on_fetched(AssignedPartition& partition, const protocol::FetchResponse::PartitionData& data,
                  const protocol::Slice& frame);
  void on_error(AssignedPartition& partition, const Error& error);
  void out_of_range(AssignedPartition& partition, const Error& error);
  void not_answered(const Asked& asked, const Error& error);

  Cluster& cluster_;
  Positions& positions_;
  const ConsumerOptions& options_;
  std::set<NodeId> fetching_;
  Now now_;
};

}  // namespace mini::client
