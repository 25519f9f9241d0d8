#include "broker/core/broker.h"

#include <cassert>
#include <limits>

#include "broker/api/refuse_api_versions.h"
#include "broker/api/table.h"
#include "protocol/messages/api_versions.h"

namespace mini::broker {

using protocol::ApiKey;
using protocol::OutBuffer;

namespace {

// An answer's size is an int32 and stands in front of it: a larger one is taken back, its size being wrong.
constexpr std::size_t frame_bytes_max = protocol::frame_size_bytes + std::numeric_limits<std::int32_t>::max();

GroupSettings group_settings(const BrokerSettings& settings) {
  GroupSettings groups;
  groups.initial_rebalance_delay_ms = settings.group_initial_rebalance_delay_ms;
  groups.session_timeout_min_ms = settings.group_min_session_timeout_ms;
  groups.session_timeout_max_ms = settings.group_max_session_timeout_ms;
  groups.group_max_size = settings.group_max_size;
  groups.groups_max = settings.groups_max;
  groups.offset_metadata_max_bytes = settings.offset_metadata_max_bytes;
  groups.offsets_retention_ms = settings.offsets_retention_ms;
  groups.offsets_retention_check_interval_ms = settings.offsets_retention_check_interval_ms;
  return groups;
}

std::string cluster_id_of(const Config& config, Random& random) {
  const std::string& given = config.broker().cluster_id;
  return given.empty() ? random.child("cluster id").uuid().to_string() : given;
}

}  // namespace

Broker::Broker(const Config& config, Environment& environment, Storage& storage, FrameSink& sink)
    : config_(config),
      environment_(environment),
      sink_(sink),
      fetch_waiters_(environment.timers),
      topics_(environment, storage, config.broker()),
      groups_(environment, group_settings(config.broker())),
      services_{config,  config.broker(), environment,    topics_,
                groups_, producer_ids_,   fetch_waiters_, cluster_id_of(config, environment.random),
                Now{}} {}

Broker::~Broker() = default;

void Broker::open(ConnectionId id, Origin origin) {
  const auto [place, is_new] = connections_.try_emplace(id);
  assert(is_new);
  place->second.origin = std::move(origin);
  const Origin& from = place->second.origin;
  environment_.events.connection_opened({id, from.listener, from.peer.host});
}

Received Broker::receive(ConnectionId id, protocol::BytesView frame) {
  Connection& connection = connections_.at(id);
  assert(!connection.request && "one request of a connection at a time");
  const auto prefix = protocol::peek_request(frame);
  if (!prefix) return reject(id, "a frame too short for a request");
  const Api* api = find_api(prefix->api);
  if (!api) return reject(id, "a request of an API that is not served: " + std::to_string(int(prefix->api)));
  connection.request =
      Request{api, prefix->api_version, prefix->correlation_id, frame.size(), services_.now.monotonic};
  if (api->served.has(prefix->api_version)) return serve(id, connection, *api, frame);
  if (prefix->api == ApiKey::api_versions) {
    refuse_api_versions({*this, id, prefix->correlation_id, 0});
    return Received::answered;
  }
  return reject(id, std::string(name_of(prefix->api)) + " of version " + std::to_string(prefix->api_version) +
                        ", which is not served");
}

Received Broker::serve(ConnectionId id, Connection& connection, const Api& api, protocol::BytesView frame) {
  const Request& request = *connection.request;
  protocol::Reader in(frame);
  protocol::RequestHeader header;
  read_request_header(in, header, api.flexible.has(request.version));
  if (!in.ok()) return reject(id, "a request header that cannot be decoded");
  // Most clients never change it: no copy then.
  if (connection.client_id != header.client_id.value_or(""))
    connection.client_id = header.client_id.value_or("");
  environment_.events.request_begun({id, std::int16_t(api.key), request.version, request.correlation_id,
                                     connection.client_id, frame.size()});
  const RequestContext context{api.key, request.version,      request.correlation_id,
                               id,      connection.client_id, connection.origin};
  api.serve(services_, context, in, *this);
  fetch_waiters_.answer_ready();
  if (connection.hung_up) return Received::closed;
  return connection.request ? Received::parked : Received::answered;
}

Received Broker::reject(ConnectionId id, std::string_view reason) {
  environment_.events.bad_frame({id, reason});
  hang_up(id, reason);
  return Received::closed;
}

std::size_t Broker::advance(Now now) {
  services_.now = now;
  groups_.advance(now);
  if (!retention_.armed()) expire_logs();
  const std::size_t timers_run = environment_.timers.advance(now.monotonic);
  fetch_waiters_.answer_ready();
  return timers_run;
}

void Broker::expire_logs() {
  topics_.expire(services_.now);
  const Millis interval(config_.broker().retention_check_interval_ms);
  retention_ = environment_.timers.arm(services_.now.monotonic + interval, [this] { expire_logs(); });
}

std::optional<Millis> Broker::next_deadline() const { return environment_.timers.next_deadline(); }

void Broker::close(ConnectionId id, std::string_view reason) {
  fetch_waiters_.drop(id);
  if (connections_.erase(id) > 0) environment_.events.connection_closed({id, reason});
}

std::string Broker::create_topic(const std::string& name, PartitionId partitions) {
  return topics_.create({name, partitions, TopicConfig(config_), "given at start"}).message;
}

OutBuffer* Broker::begin_answer(ConnectionId id) {
  const auto found = connections_.find(id);
  if (found == connections_.end() || found->second.hung_up) return nullptr;
  OutBuffer& out = sink_.output(id);
  found->second.answer_at = out.mark();
  return &out;
}

void Broker::end_answer(ConnectionId id) {
  Connection& connection = connections_.at(id);
  OutBuffer& out = sink_.output(id);
  const std::size_t bytes = out.size_since(connection.answer_at);
  const std::size_t bytes_by_value = out.mark().own - connection.answer_at.own;
  const bool size_can_be_told = bytes <= frame_bytes_max || refuse_answer(id, "the size of a frame");
  if (size_can_be_told && has_room_for_answer(id, bytes_by_value))
    return finish_request(id, connection, bytes);
  out.truncate(connection.answer_at);
}

bool Broker::has_room_for_answer(ConnectionId id, std::size_t bytes) {
  if (bytes > answer_bytes_max) return refuse_answer(id, "answer_bytes_max");
  return bytes <= environment_.memory.room_for_work() || refuse_answer(id, "mini.memory.limit");
}

bool Broker::refuse_answer(ConnectionId id, std::string_view limit) {
  constexpr std::string_view what = "an answer would be too large: its connection is closed";
  environment_.events.limit_hit({limit, what});
  hang_up(id, what);
  return false;
}

void Broker::no_answer(ConnectionId id) {
  const auto found = connections_.find(id);
  if (found != connections_.end()) finish_request(id, found->second, 0);
}

void Broker::finish_request(ConnectionId id, Connection& connection, std::size_t response_bytes) {
  const Request request = *connection.request;
  connection.request.reset();
  environment_.events.request_answered({id, std::int16_t(request.api->key), request.version,
                                        request.correlation_id, request.bytes, response_bytes,
                                        services_.now.monotonic - request.begun});
  sink_.answered(id);
}

void Broker::hang_up(ConnectionId id, std::string_view reason) {
  const auto found = connections_.find(id);
  if (found == connections_.end() || std::exchange(found->second.hung_up, true)) return;
  sink_.hang_up(id, reason);
}

}  // namespace mini::broker
