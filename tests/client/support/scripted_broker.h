#pragma once

#include <deque>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "client/cluster/cluster.h"
#include "protocol/messages/api_versions.h"
#include "protocol/messages/metadata.h"
#include "protocol/messages/produce.h"

// A cluster of one broker as a test writes it, at the other end of wires that a test holds in its hand.
//
//   ScriptedBroker broker;
//   broker.topics["readings"] = 3;
//   broker.script = [&](const Asked& asked) { ... return Reaction::answer(asked, response); };
//   ProducerMachine machine(broker.cluster_options(), options, broker, 1);
//   Drive drive(machine, broker);
//   drive.settle();        // everything that happens without time passing
//   drive.pass(500);       // milliseconds
namespace mini::test {

using client::LinkId;
using client::Now;
using client::TimeMs;
using protocol::ApiKey;
using protocol::Bytes;
using protocol::BytesView;

struct Asked {
  LinkId link;
  ApiKey api;
  std::int16_t version;
  std::int32_t correlation_id;
  Bytes frame;  // without its size

  template <class Request>
  Request read() const {
    protocol::Reader in(frame);
    protocol::RequestHeader header;
    protocol::read_request_header(in, header, Request::info.flexible.has(version));
    Request request;
    protocol::read(in, request, version);
    return request;
  }
};

// What the script does with a request.
struct Reaction {
  enum class Kind { answer, hold, cut, none } kind = Kind::hold;
  Bytes frame = {};

  template <class Response>
  static Reaction answer(const Asked& asked, const Response& response) {
    protocol::OutBuffer out;
    protocol::write_response(out, response, asked.version, asked.correlation_id);
    return {Kind::answer, out.copy()};
  }
  static Reaction raw(Bytes frame) { return {Kind::answer, std::move(frame)}; }
  static Reaction hold() { return {}; }
  static Reaction cut() { return {Kind::cut}; }
  static Reaction none() { return {Kind::none}; }  // as for acks=0
};

class ScriptedBroker : public client::Wires {
 public:
  std::map<std::string, int> topics;  // with their partitions
  std::map<ApiKey, protocol::VersionRange> served = {
      {ApiKey::produce, protocol::range(0, 11)},         {ApiKey::fetch, protocol::range(4, 12)},
      {ApiKey::list_offsets, protocol::range(1, 9)},     {ApiKey::metadata, protocol::range(0, 12)},
      {ApiKey::offset_commit, protocol::range(2, 9)},    {ApiKey::offset_fetch, protocol::range(1, 9)},
      {ApiKey::find_coordinator, protocol::range(0, 6)}, {ApiKey::join_group, protocol::range(0, 9)},
      {ApiKey::heartbeat, protocol::range(0, 4)},        {ApiKey::leave_group, protocol::range(0, 5)},
      {ApiKey::sync_group, protocol::range(0, 5)},       {ApiKey::api_versions, protocol::range(0, 4)},
      {ApiKey::create_topics, protocol::range(0, 7)},    {ApiKey::init_producer_id, protocol::range(0, 5)}};
  bool reachable = true;
  std::string host = "broker";  // as the metadata names it
  std::uint16_t port = 9092;
  // Asked for everything but ApiVersions and Metadata, and for these too if `script_all`.
  std::function<Reaction(const Asked&)> script = [](const Asked&) { return Reaction::hold(); };
  bool script_all = false;

  std::vector<Asked> asked;  // everything, in order
  std::deque<Asked> held;    // not answered yet
  int opened = 0;
  std::map<LinkId, std::size_t> awaited;  // as the wires were told

  client::ClusterOptions cluster_options() const {
    client::ClusterOptions options;
    options.bootstrap = {{host, port}};
    options.connection.client_id = "test";
    return options;
  }
  std::size_t count(ApiKey api) const {
    std::size_t count = 0;
    for (const Asked& each : asked) count += each.api == api;
    return count;
  }

  // ---- the wires ----
  void open(LinkId link, const std::string&, std::uint16_t) override {
    ++opened;
    opening_.push_back(link);
  }
  void send(LinkId link, protocol::OutBuffer bytes) override {
    Bytes& stream = streams_[link];
    const Bytes more = bytes.copy();
    stream.insert(stream.end(), more.begin(), more.end());
  }
  void close(LinkId link) override {
    streams_.erase(link);
    owed_.erase(link);
    std::erase(opening_, link);
    std::erase_if(held, [&](const Asked& each) { return each.link == link; });
  }

  void awaits(LinkId link, std::size_t size) override { awaited[link] = size; }

  Reaction react(const Asked& asked);
  protocol::ApiVersionsResponse api_versions() const;
  static std::optional<Asked> cut_request(LinkId link, Bytes& stream);

  // ---- what Drive moves ----
  template <class Machine>
  bool step(Machine& machine, Now now);
  template <class Machine>
  void deliver(Machine& machine, LinkId link, const Reaction& reaction, Now now);
  std::vector<LinkId> links() const {
    std::vector<LinkId> all;
    for (const auto& [link, stream] : streams_) all.push_back(link);
    return all;
  }
  bool has(LinkId link) const { return streams_.contains(link); }
  template <class Machine>
  void answer(Machine& machine, const Asked& request, const Bytes& frame, Now now);

 private:
  std::optional<Asked> next_request();
  protocol::MetadataResponse metadata(const protocol::MetadataRequest& request) const;

  std::vector<LinkId> opening_;
  std::map<LinkId, Bytes> streams_;
  // Answers leave in the order of their requests: those that wait for an earlier one, by correlation id.
  std::map<LinkId, std::deque<std::pair<std::int32_t, std::optional<Bytes>>>> owed_;
};

inline std::optional<Asked> ScriptedBroker::cut_request(LinkId link, Bytes& stream) {
  if (stream.size() < 4) return std::nullopt;
  protocol::Reader in(stream);
  const auto end = static_cast<std::ptrdiff_t>(in.int32()) + 4;
  if (static_cast<std::ptrdiff_t>(stream.size()) < end) return std::nullopt;
  Asked request{link, {}, 0, 0, Bytes(stream.begin() + 4, stream.begin() + end)};
  stream.erase(stream.begin(), stream.begin() + end);
  const auto prefix = protocol::peek_request(request.frame);
  request.api = prefix->api;
  request.version = prefix->api_version;
  request.correlation_id = prefix->correlation_id;
  return request;
}

inline std::optional<Asked> ScriptedBroker::next_request() {
  for (auto& [link, stream] : streams_)
    if (auto request = cut_request(link, stream)) return request;
  return std::nullopt;
}

inline Reaction ScriptedBroker::react(const Asked& request) {
  if (!script_all && request.api == ApiKey::api_versions) return Reaction::answer(request, api_versions());
  if (!script_all && request.api == ApiKey::metadata)
    return Reaction::answer(request, metadata(request.read<protocol::MetadataRequest>()));
  return script(request);
}

inline protocol::ApiVersionsResponse ScriptedBroker::api_versions() const {
  protocol::ApiVersionsResponse response;
  for (const auto& [api, range] : served) {
    auto& each = response.api_keys.emplace_back();
    each.api_key = static_cast<std::int16_t>(api);
    each.min_version = range.first;
    each.max_version = range.last;
  }
  return response;
}

inline protocol::MetadataResponse ScriptedBroker::metadata(const protocol::MetadataRequest& request) const {
  protocol::MetadataResponse response;
  auto& broker = response.brokers.emplace_back();
  broker.node_id = 1;
  broker.host = host;
  broker.port = port;
  response.controller_id = 1;
  std::vector<std::string> names;  // null asks for all
  for (const auto& [name, partitions] : topics)
    if (!request.topics) names.push_back(name);
  if (request.topics)
    for (const auto& wanted : *request.topics) names.push_back(*wanted.name);
  for (const std::string& name : names) {
    auto& topic = response.topics.emplace_back();
    topic.name = name;
    topic.is_internal = name.substr(0, 2) == "__";
    const auto known = topics.find(name);
    if (known == topics.end()) topic.error_code = protocol::ErrorCode::unknown_topic_or_partition;
    for (int i = 0; known != topics.end() && i < known->second; ++i) {
      auto& partition = topic.partitions.emplace_back();
      partition.partition_index = i;
      partition.leader_id = 1;
    }
  }
  return response;
}

template <class Machine>
bool ScriptedBroker::step(Machine& machine, Now now) {
  if (!opening_.empty()) {
    const LinkId link = opening_.front();
    opening_.erase(opening_.begin());
    if (reachable) {
      streams_[link];
      machine.opened(link, now);
    } else {
      machine.lost(link, "connection refused", now);
    }
    return true;
  }
  auto request = next_request();
  if (!request) return false;
  asked.push_back(*request);
  const Reaction reaction = react(*request);
  if (reaction.kind != Reaction::Kind::none)
    owed_[request->link].push_back({request->correlation_id, std::nullopt});
  deliver(machine, request->link, reaction, now);
  return true;
}

template <class Machine>
void ScriptedBroker::deliver(Machine& machine, LinkId link, const Reaction& reaction, Now now) {
  if (reaction.kind == Reaction::Kind::hold) held.push_back(asked.back());
  if (reaction.kind == Reaction::Kind::answer) answer(machine, asked.back(), reaction.frame, now);
  if (reaction.kind == Reaction::Kind::cut) {
    close(link);
    machine.lost(link, "cut", now);
  }
}

template <class Machine>
void ScriptedBroker::answer(Machine& machine, const Asked& request, const Bytes& frame, Now now) {
  if (!has(request.link)) return;
  for (auto& [correlation_id, owed] : owed_[request.link])
    if (correlation_id == request.correlation_id) owed = frame;
  while (has(request.link) && !owed_[request.link].empty() && owed_[request.link].front().second) {
    const Bytes first = *owed_[request.link].front().second;
    owed_[request.link].pop_front();
    machine.received(request.link, first, now);
  }
}

template <class Machine>
class Drive {
 public:
  Drive(Machine& machine, ScriptedBroker& broker) : machine_(machine), broker_(broker) {}

  Now now{1'000'000, 1'700'000'000'000};
  std::function<void()> after_each = [] {};

  void settle() {
    do {
      machine_.advance(now);
      for (int i = 0; machine_.next_deadline() <= now.monotonic; ++i) {
        REQUIRE_MESSAGE(i < 1000, "the machine spins");
        machine_.advance(now);
      }
      after_each();
    } while (broker_.step(machine_, now));
  }
  void pass(TimeMs ms) {
    const TimeMs end = now.monotonic + ms;
    settle();
    while (machine_.next_deadline() <= end) {
      move_to(std::max(machine_.next_deadline(), now.monotonic));
      settle();
    }
    move_to(end);
    settle();
  }
  // Answers the oldest held request of an API.
  template <class Response>
  void answer_held(ApiKey api, const Response& response) {
    for (auto at = broker_.held.begin(); at != broker_.held.end(); ++at) {
      if (at->api != api) continue;
      const Asked request = *at;
      broker_.held.erase(at);
      broker_.answer(machine_, request, Reaction::answer(request, response).frame, now);
      return settle();
    }
    FAIL("no such request is held");
  }

 private:
  void move_to(TimeMs monotonic) {
    now.wall += monotonic - now.monotonic;
    now.monotonic = monotonic;
  }

  Machine& machine_;
  ScriptedBroker& broker_;
};

}  // namespace mini::test
