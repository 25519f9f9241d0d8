#include "tests/fuzz/client_world.h"

#include "protocol/frame.h"
#include "protocol/messages/api_versions.h"
#include "protocol/messages/fetch.h"
#include "protocol/messages/find_coordinator.h"
#include "protocol/messages/init_producer_id.h"
#include "protocol/messages/join_group.h"
#include "protocol/messages/list_offsets.h"
#include "protocol/messages/metadata.h"
#include "protocol/messages/sync_group.h"
#include "protocol/records/builder.h"
#include "tests/fuzz/fuzz_target.h"
#include "tests/support/any_message.h"

namespace mini::test {

using namespace protocol;
using client::LinkId;
using client::TimeMs;

namespace {

constexpr int idle_rounds_max = 10'000;

template <class Response>
Bytes answer_to(const Response& response, std::int16_t version, std::int32_t correlation_id) {
  OutBuffer out;
  write_response(out, response, version, correlation_id);
  return out.copy();
}

template <class Request>
Request request_in(const Bytes& frame, std::int16_t version) {
  Reader in(frame);
  RequestHeader header;
  read_request_header(in, header, Request::info.flexible.has(version));
  Request request;
  read(in, request, version);
  return request;
}

MetadataResponse metadata() {
  MetadataResponse response;
  auto& broker = response.brokers.emplace_back();
  broker.node_id = 1;
  broker.host = "broker";
  broker.port = 9092;
  response.controller_id = 1;
  auto& topic = response.topics.emplace_back();
  topic.name = "t";
  topic.partitions.emplace_back().leader_id = 1;
  return response;
}

FindCoordinatorResponse coordinator() {
  FindCoordinatorResponse response;
  auto& found = response.coordinators.emplace_back();
  found.key = "g";
  found.node_id = response.node_id = 1;
  found.host = response.host = "broker";
  found.port = response.port = 9092;
  return response;
}

JoinGroupResponse joined(const JoinGroupRequest& request) {
  JoinGroupResponse response;
  response.member_id = response.leader = "m";
  response.generation_id = 1;
  response.protocol_type = "consumer";
  if (request.protocols.empty()) return response;
  response.protocol_name = request.protocols.front().name;
  auto& self = response.members.emplace_back();
  self.member_id = "m";
  self.metadata = request.protocols.front().metadata;
  return response;
}

SyncGroupResponse synced(const SyncGroupRequest& request) {
  SyncGroupResponse response;
  if (!request.assignments.empty()) response.assignment = request.assignments.front().assignment;
  return response;
}

ListOffsetsResponse beginning() {
  ListOffsetsResponse response;
  auto& topic = response.topics.emplace_back();
  topic.name = "t";
  topic.partitions.emplace_back().offset = 0;
  return response;
}

}  // namespace

// May outlive the world, which then does nothing any more.
struct ClientWorld::Handle : client::Worker {
  explicit Handle(ClientWorld& world) : world(&world) {}
  void work(TimeMs deadline) override {
    if (world) world->work(deadline);
  }
  ClientWorld* world;
};

ClientWorld::ClientWorld(Script& script, ClientReached& reached)
    : script_(script), reached_(reached), handle_(std::make_shared<Handle>(*this)) {}

void ClientWorld::stop() {
  machine_ = nullptr;
  handle_->world = nullptr;
}

std::shared_ptr<client::Worker> ClientWorld::worker() const { return handle_; }

void ClientWorld::send(LinkId link, OutBuffer bytes) {
  const auto found = links_.find(link);
  if (found == links_.end()) return;
  const Bytes more = bytes.copy();
  found->second.sent.insert(found->second.sent.end(), more.begin(), more.end());
}

void ClientWorld::work(TimeMs deadline) {
  if (!machine_) return;
  inside_ = true;
  TimeMs next = machine_->advance(now_);
  if (something_happens()) {
    next = machine_->advance(now_);
    idle_rounds_ = 0;
  } else {
    next = std::min(next, deadline);
    must(next != client::never, "every wait has an end");
    idle_rounds_ = next > now_.monotonic ? 0 : idle_rounds_ + 1;
    must(idle_rounds_ < idle_rounds_max, "a machine with nothing to do does not spin");
    const TimeMs passed = std::max<TimeMs>(next - now_.monotonic, 0);
    now_ = {now_.monotonic + passed, now_.wall + passed};
  }
  inside_ = false;
}

bool ClientWorld::something_happens() {
  for (auto& [id, link] : links_) {
    if (!link.open) {
      link.open = true;
      machine_->opened(id, now_);
      return true;
    }
    if (link.sent.size() < frame_size_bytes) continue;
    Reader in(link.sent);
    const auto end = static_cast<std::ptrdiff_t>(in.int32()) + static_cast<std::ptrdiff_t>(frame_size_bytes);
    if (static_cast<std::ptrdiff_t>(link.sent.size()) < end) continue;
    Asked asked{{}, 0, 0, Bytes(link.sent.begin() + frame_size_bytes, link.sent.begin() + end)};
    link.sent.erase(link.sent.begin(), link.sent.begin() + end);
    const auto prefix = peek_request(asked.frame);
    must(prefix.has_value(), "a request has a header");
    asked.api = prefix->api;
    asked.version = prefix->api_version;
    asked.correlation_id = prefix->correlation_id;
    serve(id, asked);
    return true;
  }
  return false;
}

void ClientWorld::serve(LinkId link, const Asked& asked) {
  reached_.asked_apis.insert(asked.api);
  std::deque<Step>& steps = script_.steps[asked.api];
  if (steps.empty()) {
    const Bytes bytes = honest(asked);
    return bytes.empty() ? void() : answer(link, bytes);
  }
  const Step step = std::move(steps.front());
  steps.pop_front();
  switch (step.kind) {
    case Step::Kind::body:
      answer(link, with_header(asked, step.bytes));
      if (!links_.contains(link)) return;
      ++reached_.accepted;
      reached_.accepted_apis.insert(asked.api);
      return;
    case Step::Kind::frame: {
      OutBuffer out;
      Writer(out).int32(static_cast<std::int32_t>(step.bytes.size()));
      Bytes bytes = out.copy();
      bytes.insert(bytes.end(), step.bytes.begin(), step.bytes.end());
      return answer(link, bytes);
    }
    case Step::Kind::bytes: return answer(link, step.bytes);
    case Step::Kind::cut: return lose(link);
    case Step::Kind::silence: return;
  }
}

void ClientWorld::answer(LinkId link, const Bytes& bytes) { machine_->received(link, bytes, now_); }

void ClientWorld::lose(LinkId link) {
  links_.erase(link);
  machine_->lost(link, "cut", now_);
}

Bytes ClientWorld::with_header(const Asked& asked, BytesView body) const {
  const MessageType* type = find_message(asked.api, Direction::response);
  OutBuffer out;
  Writer writer(out);
  writer.int32(0);
  write_response_header(writer, {asked.correlation_id, {}},
                        type && response_header_is_flexible(type->info, asked.version));
  Bytes head = out.copy();
  const std::size_t size = head.size() - frame_size_bytes + body.size();
  for (std::size_t i = 0; i < frame_size_bytes; ++i)
    head[i] = static_cast<std::uint8_t>(size >> (8 * (frame_size_bytes - 1 - i)));
  head.insert(head.end(), body.begin(), body.end());
  return head;
}

Bytes ClientWorld::api_versions(const Asked& asked) const {
  ApiVersionsResponse response;
  for (const MessageType& type : message_types()) {
    if (type.direction != Direction::response) continue;
    auto& each = response.api_keys.emplace_back();
    each.api_key = static_cast<std::int16_t>(type.info.api);
    each.min_version = type.info.versions.first;
    each.max_version = type.info.versions.last;
    if (const auto said = script_.newest_versions.find(type.info.api); said != script_.newest_versions.end())
      each.max_version = said->second;
  }
  return answer_to(response, asked.version, asked.correlation_id);
}

// Empty: it waits for something that does not come.
Bytes ClientWorld::honest(const Asked& asked) const {
  const std::int16_t version = asked.version;
  const std::int32_t id = asked.correlation_id;
  switch (asked.api) {
    case ApiKey::fetch: return {};
    case ApiKey::api_versions: return api_versions(asked);
    case ApiKey::metadata: return answer_to(metadata(), version, id);
    case ApiKey::list_offsets: return answer_to(beginning(), version, id);
    case ApiKey::join_group:
      return answer_to(joined(request_in<JoinGroupRequest>(asked.frame, version)), version, id);
    case ApiKey::sync_group:
      return answer_to(synced(request_in<SyncGroupRequest>(asked.frame, version)), version, id);
    case ApiKey::find_coordinator: {
      FindCoordinatorResponse response = coordinator();
      if (version < 4) response.coordinators.clear();
      if (version >= 4) response.node_id = 0, response.host.clear(), response.port = 0;
      return answer_to(response, version, id);
    }
    case ApiKey::init_producer_id: {
      InitProducerIdResponse response;
      response.producer_id = 1;
      return answer_to(response, version, id);
    }
    default: break;
  }
  const MessageType* type = find_message(asked.api, Direction::response);
  return type ? with_header(asked, encode(*type->fresh(), version)) : Bytes{};
}

}  // namespace mini::test
