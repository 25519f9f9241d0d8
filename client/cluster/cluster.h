#pragma once

#include <set>

#include "client/cluster/connection.h"
#include "client/cluster/metadata.h"

// The client's view of the brokers: one connection to each that is needed, the metadata, and who to ask.
//
//   Cluster cluster(options, wires, seed);
//   cluster.want_topic("readings");
//   cluster.advance(now);                       // connects, asks
//   cluster.received(link, bytes, now);         // as bytes come
//   NodeId leader = cluster.metadata().leader("readings", 0);
//   cluster.request(leader, Lane::main, make_request<...>(...));
//
// A state machine: the owner of the wires calls opened, received and lost as things happen, and advance at
// next_deadline() at the latest. Handlers of answers run inside these calls. One thread at a time.
namespace mini::client {

// Brokers answer the requests of one connection in order. What may park there (a fetch, a rebalance) has a
// connection of its own, so that nothing else waits behind it.
enum class Lane : std::uint8_t { main, coordinator, fetch };

struct ClusterOptions {
  std::vector<BrokerAddress> bootstrap;
  ConnectionOptions connection;
  std::int64_t request_timeout_ms = 30'000;
  std::int64_t retry_backoff_ms = 100;
  std::int64_t retry_backoff_max_ms = 1000;
  std::int64_t metadata_max_age_ms = 300'000;
  bool allow_auto_create_topics = true;
};

class Cluster {
 public:
  Cluster(ClusterOptions options, Wires& wires, std::uint64_t seed);

  void opened(LinkId link, Now now);
  bool received(LinkId link, protocol::BytesView bytes, Now now);  // as Driven::received
  void lost(LinkId link, const std::string& reason, Now now);
  void advance(Now now);
  TimeMs next_deadline() const;
  // Ends all connections; what was asked fails with `closed`.
  void close(Now now);

  // Which topics the metadata is about.
  void want_topic(std::string_view topic);
  void want_topics(std::set<std::string, std::less<>> topics);  // these and no others
  void want_all_topics();                                       // until others are wanted
  const Metadata& metadata() const { return metadata_; }
  void refresh_metadata() { refresh_wanted_ = true; }
  // No broker is known to lead a partition: the answer that is on its way may tell.
  void leader_missing() { refresh_wanted_ = refresh_wanted_ || !asking_; }
  // A broker said that it does not lead this partition: asks again before anything is sent there.
  void leader_changed(std::string_view topic, PartitionId partition);

  // Whether a request would be sent at once; starts a connection where there is none.
  bool ready(NodeId node, Lane lane, Now now);
  void request(NodeId node, Lane lane, std::unique_ptr<Request> request, Now now);
  // The broker that is likely to answer first: connected rather than not, idle rather than busy.
  NodeId any_node(Now now);
  // A broker that was named outside the metadata, such as a coordinator.
  void learn_node(NodeId node, const std::string& host, std::int32_t port);

  const ClusterOptions& options() const { return options_; }
  Random& random() { return random_; }
  std::string last_problem() const;

 private:
  using Key = std::pair<NodeId, Lane>;

  Connection* find_link(LinkId link);
  Connection* connection(NodeId node, Lane lane, Now now);
  int rank(NodeId node, Now now) const;
  const BrokerAddress* address_of(NodeId node) const;
  void maybe_ask_metadata(Now now);
  void on_metadata(Error error, const protocol::MetadataResponse& response, Now now);
  void retire_moved(Now now);

  const ClusterOptions options_;
  Wires& wires_;
  Random random_;

  std::map<Key, std::unique_ptr<Connection>> connections_;
  std::vector<std::unique_ptr<Connection>> retired_;   // ended inside a handler: freed in advance
  std::vector<std::unique_ptr<Request>> addressless_;  // their brokers are unknown: fail in advance
  std::set<Key> wanted_links_;
  std::map<NodeId, BrokerAddress> learned_;
  LinkId next_link_ = 1;
  std::size_t next_node_ = 0;

  std::set<std::string, std::less<>> topics_;
  bool all_topics_ = false;
  Metadata metadata_;
  Backoff metadata_backoff_;
  bool refresh_wanted_ = true;
  bool asking_ = false;
  TimeMs ask_at_ = 0;        // not before
  TimeMs stale_at_ = never;  // at the latest
  Now now_;
  std::string metadata_problem_;
};

}  // namespace mini::client
