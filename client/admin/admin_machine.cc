#include "client/admin/admin_machine.h"

#include "client/cluster/versions.h"

namespace mini::client {

using protocol::CreateTopicsRequest;
using protocol::CreateTopicsResponse;
using protocol::ErrorCode;
using protocol::MetadataRequest;
using protocol::MetadataResponse;

AdminMachine::AdminMachine(ClusterOptions cluster, Wires& wires, std::uint64_t seed)
    : cluster_(std::move(cluster), wires, seed) {}

void AdminMachine::add(TimeMs deadline, std::function<void(std::uint64_t, Now)> ask,
                       std::function<void(const Error&)> fail) {
  operations_.push_back({next_id_++, deadline, std::move(ask), std::move(fail)});
}

bool AdminMachine::ends(std::uint64_t id, const Error& error) {
  for (auto at = operations_.begin(); at != operations_.end(); ++at) {
    if (at->id != id) continue;
    if (error.retriable && now_.monotonic < at->deadline) {
      const Backoff backoff(cluster_.options().retry_backoff_ms, cluster_.options().retry_backoff_max_ms);
      at->asked = false;
      at->ask_at = now_.monotonic + backoff.wait_ms(at->failures++, cluster_.random());
      return false;
    }
    operations_.erase(at);
    return true;
  }
  return false;
}

void AdminMachine::advance(Now now) {
  now_ = now;
  cluster_.advance(now);
  for (auto at = operations_.begin(); at != operations_.end();) {
    const auto each = at++;
    if (now.monotonic >= each->deadline) {
      const auto fail = std::move(each->fail);
      operations_.erase(each);
      fail(client_error(ClientErrc::timed_out, cluster_.last_problem()));
    } else if (!each->asked && now.monotonic >= each->ask_at) {
      each->asked = true;
      each->ask(each->id, now);
    }
  }
}

TimeMs AdminMachine::next_deadline() const {
  TimeMs next = cluster_.next_deadline();
  for (const Operation& each : operations_)
    next = std::min(next, each.asked ? each.deadline : std::min(each.deadline, each.ask_at));
  return next;
}

void AdminMachine::abort(Now now) {
  cluster_.close(now);
  for (Operation& each : std::exchange(operations_, {})) each.fail(client_error(ClientErrc::closed, ""));
}

void AdminMachine::describe(std::optional<std::vector<std::string>> topics, TimeMs deadline,
                            Done<MetadataResponse> done) {
  MetadataRequest request;
  request.allow_auto_topic_creation = false;
  if (!topics) request.topics.reset();
  if (topics)
    for (const std::string& name : *topics) request.topics->emplace_back().name = name;
  const auto ask = [this, request, done](std::uint64_t id, Now now) {
    const auto make = [request](std::int16_t version) mutable {
      if (version < 4) request.allow_auto_topic_creation = true;  // it has no way to say no
      return request;
    };
    const auto handle = [this, id, done](Reply<MetadataResponse>& reply) {
      if (ends(id, reply.error)) done(reply.error, reply.response);
    };
    cluster_.request(cluster_.any_node(now), Lane::main,
                     make_request<MetadataRequest, MetadataResponse>(
                         versions::metadata, cluster_.options().request_timeout_ms, make, handle),
                     now);
  };
  add(deadline, ask, [done](const Error& error) { done(error, {}); });
}

namespace {

// Before version 4 a broker has no defaults to offer.
CreateTopicsRequest in_version(CreateTopicsRequest request, std::int16_t version) {
  if (version >= 4) return request;
  for (auto& topic : request.topics) {
    if (topic.num_partitions < 0) topic.num_partitions = 1;
    if (topic.replication_factor < 0) topic.replication_factor = 1;
  }
  return request;
}

bool asked_the_wrong_one(const CreateTopicsResponse& response) {
  for (const auto& topic : response.topics)
    if (topic.error_code == ErrorCode::not_controller) return true;
  return false;
}

}  // namespace

void AdminMachine::create_topics(CreateTopicsRequest request, TimeMs deadline,
                                 Done<CreateTopicsResponse> done) {
  const auto ask = [this, request = std::move(request), done](std::uint64_t id, Now now) {
    const NodeId controller = cluster_.metadata().controller();
    const bool known = cluster_.metadata().brokers().contains(controller);
    const auto handle = [this, id, done](Reply<CreateTopicsResponse>& reply) {
      Error error = reply.error;
      if (!error && asked_the_wrong_one(reply.response)) {
        cluster_.refresh_metadata();
        error = broker_error(ErrorCode::not_controller, "creating topics");
      }
      if (ends(id, error)) done(error, reply.response);
    };
    cluster_.request(known ? controller : cluster_.any_node(now), Lane::main,
                     make_request<CreateTopicsRequest, CreateTopicsResponse>(
                         versions::create_topics, cluster_.options().request_timeout_ms,
                         [request](std::int16_t version) { return in_version(request, version); }, handle),
                     now);
  };
  add(deadline, ask, [done](const Error& error) { done(error, {}); });
}

}  // namespace mini::client
