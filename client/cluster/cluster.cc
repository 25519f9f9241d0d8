#include "client/cluster/cluster.h"

#include "client/cluster/versions.h"

namespace mini::client {
namespace {

NodeId bootstrap_node(std::size_t index) { return -1 - static_cast<NodeId>(index); }

}  // namespace

Cluster::Cluster(ClusterOptions options, Wires& wires, std::uint64_t seed)
    : options_(std::move(options)),
      wires_(wires),
      random_(seed),
      metadata_backoff_(options_.retry_backoff_ms, options_.retry_backoff_max_ms) {}

// ---- connections ----

Connection* Cluster::find_link(LinkId link) {
  for (const auto& [key, connection] : connections_)
    if (connection->link() == link && connection->state() != Connection::State::idle) return connection.get();
  return nullptr;
}

const BrokerAddress* Cluster::address_of(NodeId node) const {
  if (node < 0) {
    const auto index = static_cast<std::size_t>(-1 - node);
    return index < options_.bootstrap.size() ? &options_.bootstrap[index] : nullptr;
  }
  if (const auto known = metadata_.brokers().find(node); known != metadata_.brokers().end())
    return &known->second;
  const auto learned = learned_.find(node);
  return learned == learned_.end() ? nullptr : &learned->second;
}

Connection* Cluster::connection(NodeId node, Lane lane, Now now) {
  const BrokerAddress* address = address_of(node);
  if (!address) return nullptr;
  std::unique_ptr<Connection>& slot = connections_[{node, lane}];
  if (slot && !slot->at(address->host, address->port)) {
    slot->close(client_error(ClientErrc::disconnected, slot->address() + ": the broker has moved"), now);
    retired_.push_back(std::move(slot));
  }
  if (!slot)
    slot = std::make_unique<Connection>(options_.connection, address->host, address->port, wires_, random_);
  return slot.get();
}

bool Cluster::ready(NodeId node, Lane lane, Now now) {
  Connection* found = connection(node, lane, now);
  if (!found) return false;
  if (found->state() == Connection::State::idle) wanted_links_.insert({node, lane});
  return found->ready(now);
}

void Cluster::request(NodeId node, Lane lane, std::unique_ptr<Request> request, Now now) {
  if (Connection* found = connection(node, lane, now)) return found->request(std::move(request), now);
  addressless_.push_back(std::move(request));
}

// Lower is better.
int Cluster::rank(NodeId node, Now now) const {
  const auto found = connections_.find({node, Lane::main});
  if (found == connections_.end()) return 2;
  const Connection& known = *found->second;
  if (known.ready(now)) return known.load() == 0 ? 0 : 1;
  return known.backing_off(now) ? 3 : 2;
}

// The addresses of bootstrap.servers are for when no known broker can be reached.
NodeId Cluster::any_node(Now now) {
  std::vector<NodeId> nodes;
  for (const auto& [node, address] : metadata_.brokers()) nodes.push_back(node);
  const bool reachable =
      std::any_of(nodes.begin(), nodes.end(), [&](NodeId node) { return rank(node, now) < 3; });
  for (std::size_t i = 0; i < options_.bootstrap.size() && !reachable; ++i)
    nodes.push_back(bootstrap_node(i));
  if (nodes.empty()) return -1;
  std::rotate(nodes.begin(), nodes.begin() + static_cast<std::ptrdiff_t>(next_node_ % nodes.size()),
              nodes.end());
  const NodeId best = *std::min_element(nodes.begin(), nodes.end(),
                                        [&](NodeId a, NodeId b) { return rank(a, now) < rank(b, now); });
  if (rank(best, now) >= 2) ++next_node_;
  return best;
}

void Cluster::learn_node(NodeId node, const std::string& host, std::int32_t port) {
  if (node >= 0 && !host.empty() && port > 0 && port <= 65535 && learned_.size() < brokers_max)
    learned_[node] = {host, static_cast<std::uint16_t>(port)};
}

void Cluster::opened(LinkId link, Now now) {
  now_ = now;
  if (Connection* found = find_link(link)) found->opened(now);
}

bool Cluster::received(LinkId link, protocol::BytesView bytes, Now now) {
  now_ = now;
  Connection* found = find_link(link);
  return found && found->received(bytes, now);
}

void Cluster::lost(LinkId link, const std::string& reason, Now now) {
  now_ = now;
  if (Connection* found = find_link(link)) found->lost(reason, now);
}

void Cluster::advance(Now now) {
  now_ = now;
  retired_.clear();
  for (const auto& request : std::exchange(addressless_, {}))
    request->fail(client_error(ClientErrc::disconnected, "the broker to ask is not known"));
  maybe_ask_metadata(now);
  // Handlers may add connections, never remove one.
  for (const auto& [key, connection] : connections_) {
    connection->advance(now);
    const bool wanted = wanted_links_.contains(key) && connection->state() == Connection::State::idle;
    if (connection->wants_link(now) || (wanted && !connection->backing_off(now)))
      connection->open(next_link_++, now);
    if (connection->state() != Connection::State::idle) wanted_links_.erase(key);
  }
}

TimeMs Cluster::next_deadline() const {
  TimeMs next = asking_ ? never : refresh_wanted_ ? ask_at_ : std::max(ask_at_, stale_at_);
  if (!addressless_.empty()) return now_.monotonic;
  for (const auto& [key, connection] : connections_) next = std::min(next, connection->next_deadline());
  for (const Key& key : wanted_links_)
    if (const auto found = connections_.find(key); found != connections_.end())
      next = std::min(next, found->second->retry_at());
  return next;
}

void Cluster::close(Now now) {
  now_ = now;
  wanted_links_.clear();
  for (const auto& [key, connection] : connections_)
    connection->close(client_error(ClientErrc::closed, ""), now);
}

std::string Cluster::last_problem() const {
  for (const auto& [key, connection] : connections_)
    if (!connection->problem().empty() && (key.first >= 0 || metadata_.brokers().empty()))
      return connection->problem();
  return metadata_problem_;
}

// ---- metadata ----

void Cluster::want_topic(std::string_view topic) {
  if (topics_.contains(topic)) return;
  topics_.emplace(topic);
  metadata_backoff_.reset();
  ask_at_ = std::min(ask_at_, now_.monotonic);
  refresh_wanted_ = true;
}

void Cluster::want_topics(std::set<std::string, std::less<>> topics) {
  if (topics == topics_ && !all_topics_) return;
  topics_ = std::move(topics);
  all_topics_ = false;
  metadata_backoff_.reset();
  ask_at_ = std::min(ask_at_, now_.monotonic);
  refresh_wanted_ = true;
}

void Cluster::want_all_topics() {
  if (all_topics_) return;
  want_topics({});
  all_topics_ = true;
  refresh_wanted_ = true;
  ask_at_ = std::min(ask_at_, now_.monotonic);
}

void Cluster::leader_changed(std::string_view topic, PartitionId partition) {
  metadata_.forget_leader(topic, partition);
  refresh_wanted_ = true;
}

void Cluster::maybe_ask_metadata(Now now) {
  if (asking_ || now.monotonic < ask_at_ || (!refresh_wanted_ && now.monotonic < stale_at_)) return;
  asking_ = true;
  refresh_wanted_ = false;
  protocol::MetadataRequest question;
  question.allow_auto_topic_creation = options_.allow_auto_create_topics;
  if (all_topics_) question.topics.reset();
  for (const std::string& topic : topics_) {
    protocol::MetadataRequest::MetadataRequestTopic each;
    each.name = topic;
    question.topics->push_back(std::move(each));
  }
  request(any_node(now), Lane::main,
          make_request<protocol::MetadataRequest, protocol::MetadataResponse>(
              versions::metadata, options_.request_timeout_ms,
              [question](std::int16_t version) mutable {
                if (version < 4) question.allow_auto_topic_creation = true;  // it has no way to say no
                return question;
              },
              [this](Reply<protocol::MetadataResponse>& reply) {
                on_metadata(reply.error, reply.response, now_);
              }),
          now);
}

void Cluster::on_metadata(Error error, const protocol::MetadataResponse& response, Now now) {
  asking_ = false;
  stale_at_ = later(now.monotonic, options_.metadata_max_age_ms);
  if (error) {
    refresh_wanted_ = true;
    metadata_problem_ = error.detail;
    ask_at_ = now.monotonic + metadata_backoff_.next_ms(random_);
    return;
  }
  metadata_problem_.clear();
  metadata_.apply(response);
  retire_moved(now);
  const bool incomplete = metadata_.wants_another_look() || metadata_.brokers().empty();
  if (incomplete) refresh_wanted_ = true;
  if (!incomplete) metadata_backoff_.reset();
  ask_at_ = now.monotonic + (incomplete ? metadata_backoff_.next_ms(random_) : options_.retry_backoff_ms);
}

// Connections to the addresses of bootstrap.servers have done their work once the brokers are known.
void Cluster::retire_moved(Now now) {
  if (metadata_.brokers().empty()) return;
  for (const auto& [key, connection] : connections_)
    if (key.first < 0 && connection->load() == 0)
      connection->close(client_error(ClientErrc::closed, ""), now);
}

}  // namespace mini::client
