#include "client/admin/operation.h"

#include "client/admin/metadata_question.h"
#include "client/cluster/versions.h"

namespace mini::client {

using protocol::ErrorCode;
using protocol::FindCoordinatorRequest;
using protocol::FindCoordinatorResponse;
using protocol::MetadataRequest;
using protocol::MetadataResponse;

namespace {

// A topic that was only just created is not known to every broker at once.
constexpr int missing_topic_looks_max = 4;

// The same question may be answered later, or by another broker.
bool may_pass(const Error& error) {
  switch (static_cast<ErrorCode>(error.code.value())) {
    case ErrorCode::leader_not_available:
    case ErrorCode::not_leader_or_follower:
    case ErrorCode::broker_not_available:
    case ErrorCode::replica_not_available:
    case ErrorCode::coordinator_load_in_progress:
    case ErrorCode::coordinator_not_available:
    case ErrorCode::not_coordinator:
    case ErrorCode::not_controller:
    case ErrorCode::kafka_storage_error:
    case ErrorCode::fenced_leader_epoch:
    case ErrorCode::unknown_leader_epoch:
    case ErrorCode::unstable_offset_commit:
    case ErrorCode::throttling_quota_exceeded: return true;
    default: return false;
  }
}

const MetadataResponse::MetadataResponseTopic* find_topic(const MetadataResponse& response,
                                                          const std::string& name) {
  for (const auto& topic : response.topics)
    if (topic.name == name) return &topic;
  return nullptr;
}

}  // namespace

Operation::Operation(Cluster& cluster, std::shared_ptr<Call> call, TimeMs deadline, Done done)
    : cluster_(cluster),
      call_(std::move(call)),
      deadline_(deadline),
      done_(std::move(done)),
      backoff_(cluster.options().retry_backoff_ms, cluster.options().retry_backoff_max_ms),
      keys_(call_->targets().size()) {}

void Operation::end(const Error& whole) {
  if (ended()) return;
  call_.reset();
  std::vector<Error> errors;
  for (const Key& key : keys_) errors.push_back(key.error);
  done_(whole, errors);
}

TimeMs Operation::next_deadline() const {
  return phase_ == Phase::waiting ? std::min(begin_at_, deadline_) : deadline_;
}

void Operation::advance(Now now) {
  now_ = now;
  if (ended()) return;
  if (now.monotonic >= deadline_) return time_is_up();
  if (phase_ == Phase::waiting && now.monotonic >= begin_at_) begin_round(now);
  if (phase_ == Phase::looking_up && outstanding_ == 0) ask(now);
  if (phase_ == Phase::asking && outstanding_ == 0) finish_round();
}

void Operation::begin_round(Now now) {
  phase_ = Phase::looking_up;
  coordinators_.clear();
  leaders_.clear();
  std::set<std::string> groups;
  std::set<std::string> topics;
  for (std::size_t i = 0; i < keys_.size(); ++i) {
    const Target& target = call_->targets()[i];
    if (keys_[i].settled) continue;
    if (target.kind == Target::Kind::coordinator) groups.insert(target.group);
    if (target.kind == Target::Kind::leader) topics.insert(target.partition.topic);
  }
  for (const std::string& group : groups) look_up_coordinator(group, now);
  if (!topics.empty()) look_up_leaders(std::move(topics), now);
}

void Operation::look_up_coordinator(const std::string& group, Now now) {
  ++outstanding_;
  const auto make = [group](std::int16_t version) {
    FindCoordinatorRequest request;
    if (version >= 4)  // KIP-699
      request.coordinator_keys.push_back(group);
    else
      request.key = group;
    return request;
  };
  const auto handle = [weak = weak_from_this(), group](Reply<FindCoordinatorResponse>& reply) {
    if (const auto self = weak.lock()) self->on_coordinator(group, reply);
  };
  cluster_.request(cluster_.any_node(now), Lane::main,
                   make_request<FindCoordinatorRequest, FindCoordinatorResponse>(
                       versions::find_coordinator, cluster_.options().request_timeout_ms, make, handle),
                   now);
}

void Operation::on_coordinator(const std::string& group, const Reply<FindCoordinatorResponse>& reply) {
  if (ended()) return;
  FindCoordinatorResponse::Coordinator found;
  if (reply.version < 4)
    found = {group,
             reply.response.node_id,
             reply.response.host,
             reply.response.port,
             reply.response.error_code,
             reply.response.error_message,
             {}};
  else if (!reply.response.coordinators.empty())
    found = reply.response.coordinators.front();
  Error error = reply.error;
  if (!error)
    error = broker_error(found.error_code, "group " + group + ": " + found.error_message.value_or(""));
  if (!error) {
    cluster_.learn_node(found.node_id, found.host, found.port);
    coordinators_[group] = found.node_id;
  } else if (reply.error) {
    trouble(error);
  }
  for (std::size_t i = 0; error && !reply.error && i < keys_.size(); ++i)
    if (call_ && call_->targets()[i].group == group) settle(i, error);
  --outstanding_;
}

void Operation::look_up_leaders(std::set<std::string> topics, Now now) {
  ++outstanding_;
  const auto handle = [weak = weak_from_this()](Reply<MetadataResponse>& reply) {
    if (const auto self = weak.lock()) self->on_leaders(reply);
  };
  cluster_.request(cluster_.any_node(now), Lane::main,
                   make_request<MetadataRequest, MetadataResponse>(
                       versions::metadata, cluster_.options().request_timeout_ms,
                       [topics = std::move(topics)](std::int16_t version) {
                         return metadata_question(std::optional(topics), version);
                       },
                       handle),
                   now);
}

void Operation::on_leaders(const Reply<MetadataResponse>& reply) {
  if (ended()) return;
  if (reply.error) trouble(reply.error);
  if (!reply.error) learn_leaders(reply.response);
  for (std::size_t i = 0; !reply.error && i < keys_.size(); ++i) {
    const Target& target = call_->targets()[i];
    const bool open = target.kind == Target::Kind::leader && !keys_[i].settled;
    if (open && !leaders_.contains(target.partition)) unknown_leader(i, reply.response);
  }
  --outstanding_;
}

void Operation::learn_leaders(const MetadataResponse& response) {
  for (const auto& broker : response.brokers) cluster_.learn_node(broker.node_id, broker.host, broker.port);
  for (const auto& topic : response.topics)
    for (const auto& partition : topic.partitions)
      if (topic.name && partition.leader_id >= 0)
        leaders_[{*topic.name, partition.partition_index}] = partition.leader_id;
}

void Operation::unknown_leader(std::size_t key, const MetadataResponse& response) {
  const TopicPartition& wanted = call_->targets()[key].partition;
  const auto* topic = find_topic(response, wanted.topic);
  ErrorCode code = topic ? topic->error_code : ErrorCode::unknown_topic_or_partition;
  for (std::size_t i = 0; topic && i < topic->partitions.size(); ++i)
    if (topic->partitions[i].partition_index == wanted.partition) code = ErrorCode::leader_not_available;
  if (!protocol::failed(code)) code = ErrorCode::unknown_topic_or_partition;
  const Error error = broker_error(code, "topic " + wanted.topic);
  if (code == ErrorCode::unknown_topic_or_partition && ++keys_[key].missing < missing_topic_looks_max)
    keys_[key].error = error;
  else
    settle(key, error);
}

Operation::Place Operation::place_of(const Target& target, NodeId any) const {
  switch (target.kind) {
    case Target::Kind::any: return {any, ""};
    case Target::Kind::node: return {target.node, ""};
    case Target::Kind::controller: {
      const NodeId controller = cluster_.metadata().controller();
      return {cluster_.metadata().brokers().contains(controller) ? controller : any, ""};
    }
    case Target::Kind::coordinator: {
      const auto found = coordinators_.find(target.group);
      return {found == coordinators_.end() ? -1 : found->second, target.group};
    }
    case Target::Kind::leader: {
      const auto found = leaders_.find(target.partition);
      return {found == leaders_.end() ? -1 : found->second, ""};
    }
  }
  return {-1, ""};
}

void Operation::ask(Now now) {
  phase_ = Phase::asking;
  const NodeId any = cluster_.any_node(now);  // below zero where it is known by its address only
  std::map<Place, Keys> places;
  for (std::size_t i = 0; i < keys_.size(); ++i) {
    const Target& target = call_->targets()[i];
    const Place place = place_of(target, any);
    const bool looked_up = target.kind == Target::Kind::coordinator || target.kind == Target::Kind::leader;
    if (!keys_[i].settled && !(looked_up && place.first < 0)) places[place].push_back(i);
  }
  for (const auto& [place, keys] : places) {
    ++outstanding_;
    const auto answered = [weak = weak_from_this(), keys = keys](const Error& whole,
                                                                 const std::vector<Error>& errors) {
      if (const auto self = weak.lock()) self->on_answer(keys, whole, errors);
    };
    cluster_.request(place.first, Lane::main,
                     call_->request(keys, cluster_.options().request_timeout_ms, answered), now);
  }
}

void Operation::on_answer(const Keys& keys, const Error& whole, const std::vector<Error>& errors) {
  if (ended()) return;
  if (whole) trouble(whole);
  for (std::size_t i = 0; !whole && i < keys.size(); ++i) settle(keys[i], errors[i]);
  --outstanding_;
}

// Settles it, unless asking again may help.
void Operation::settle(std::size_t key, const Error& error) {
  keys_[key].error = error;
  keys_[key].settled = !error || !may_pass(error);
  if (error.code == kafka_error(static_cast<int>(ErrorCode::not_controller))) cluster_.refresh_metadata();
}

void Operation::trouble(const Error& error) {
  problem_ = error;
  if (!error.retriable) end(error);
}

void Operation::finish_round() {
  if (std::all_of(keys_.begin(), keys_.end(), [](const Key& key) { return key.settled; })) return end({});
  phase_ = Phase::waiting;
  begin_at_ = now_.monotonic + backoff_.wait_ms(failures_++, cluster_.random());
}

// What is known is told; where nothing is, the call as a whole has timed out.
void Operation::time_is_up() {
  const bool silent =
      std::none_of(keys_.begin(), keys_.end(), [](const Key& key) { return key.settled || key.error; });
  const Error late =
      client_error(ClientErrc::timed_out, problem_ ? problem_.detail : cluster_.last_problem());
  for (Key& key : keys_)
    if (!key.settled && !key.error) key.error = late;
  end(silent && !keys_.empty() ? late : Error{});
}

}  // namespace mini::client
