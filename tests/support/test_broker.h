#pragma once

#include <doctest/doctest.h>

#include <deque>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "broker/core/broker.h"
#include "broker/log/memory_storage.h"
#include "protocol/frame.h"

// A whole broker in the test's hand: no socket, and time moves when the test says so.
//
//   TestBroker broker;
//   TestClient client(broker);
//   auto answer = client.ask<MetadataResponse>(MetadataRequest{}, 12);
//   auto pending = client.send<FetchResponse>(request, 12);
//   broker.advance(500ms);
//   CHECK(pending.answered());
namespace mini::broker {

using namespace std::chrono_literals;

// Remembers the sentences that the broker said and counts what happened.
struct WatchedEvents : Events {
  void note(Level level, const std::string& sentence) override { notes.emplace_back(level, sentence); }
  void bad_frame(const BadFrame& event) override { bad_frames.emplace_back(event.reason); }
  void limit_hit(const LimitHit& event) override { limits.emplace_back(event.limit); }
  void append(const Append&) override { ++appends; }
  void request_begun(const RequestBegun& event) override {
    ++begun;
    client_ids.emplace_back(event.client_id);
  }
  void rebalance(const Rebalance& event) override { rebalances.emplace_back(event.reason); }
  void member_removed(const MemberRemoved& event) override {
    removed.push_back(std::string(event.member) + ": " + std::string(event.reason));
  }
  void request_answered(const RequestAnswered& event) override { answered.push_back(event.duration); }

  std::vector<std::pair<Level, std::string>> notes;
  std::vector<std::string> bad_frames, limits, client_ids, rebalances, removed;
  std::vector<Millis> answered;  // how long each request took
  int appends = 0, begun = 0;
};

class TestBroker : private FrameSink {
 public:
  struct Setup {
    std::vector<std::pair<std::string, std::string>> overrides = {};
    std::size_t memory = std::size_t{1} << 30;
    std::uint64_t seed = 1;
  };

  TestBroker() : TestBroker(Setup{}) {}
  explicit TestBroker(const Setup& setup)
      : loaded_(load_config(input_of(setup))), random_(setup.seed), memory(setup.memory), storage_(memory) {
    for (const std::string& error : loaded_.problems.errors) FAIL(error);
    broker_ =
        std::make_unique<Broker>(loaded_.config, environment_, storage_, static_cast<FrameSink&>(*this));
    broker_->advance(now);
  }

  Broker& core() { return *broker_; }
  void advance(Millis by) {
    now.monotonic += by;
    now.wall += by;
    timers_run_ += broker_->advance(now);
  }
  void create_topic(const std::string& name, PartitionId partitions = 1) {
    REQUIRE(broker_->create_topic(name, partitions) == "");
  }
  std::size_t timers_armed() const { return timers_.size(); }
  std::size_t timers_run() const { return timers_run_; }  // by `advance`, so far

  Now now{Millis(1'000'000), Millis(1'700'000'000'000)};
  WatchedEvents events;

 private:
  friend class TestClient;
  struct Link {
    protocol::OutBuffer output;
    std::deque<protocol::Bytes> waiting;  // frames that came while a request was parked
    bool busy = false;
    bool closed = false;
    std::string why_closed;
  };

  static ConfigInput input_of(const Setup& setup) {
    ConfigInput input;
    input.overrides = setup.overrides;
    return input;
  }

  protocol::OutBuffer& output(ConnectionId id) override { return links_.at(id).output; }
  void answered(ConnectionId id) override { links_.at(id).busy = false; }
  void hang_up(ConnectionId id, std::string_view reason) override {
    links_.at(id).closed = true;
    links_.at(id).why_closed = reason;
  }

  ConnectionId open(Origin origin) {
    const ConnectionId id = next_id_++;
    links_[id];
    broker_->open(id, std::move(origin));
    return id;
  }
  void close(ConnectionId id) {
    links_.at(id).closed = true;
    broker_->close(id);
  }
  void receive(ConnectionId id, protocol::Bytes frame) {
    links_.at(id).waiting.push_back(std::move(frame));
    pump(id);
  }
  void pump(ConnectionId id) {
    Link& link = links_.at(id);
    while (!link.busy && !link.closed && !link.waiting.empty()) {
      const protocol::Bytes frame = std::move(link.waiting.front());
      link.waiting.pop_front();
      link.busy = true;
      broker_->receive(id, frame);
    }
  }

  LoadedConfig loaded_;
  Random random_;

 public:
  MemoryBudget memory;

 private:
  Timers timers_;
  Environment environment_{random_, events, memory, timers_};
  MemoryStorage storage_;
  std::unordered_map<ConnectionId, Link> links_;
  ConnectionId next_id_ = 1;
  std::size_t timers_run_ = 0;
  std::unique_ptr<Broker> broker_;
};

// One client's connection; closes with the object.
class TestClient {
 public:
  explicit TestClient(TestBroker& broker,
                      Origin origin = {"PLAINTEXT", {"127.0.0.1", 9092}, {"127.0.0.1", 40000}})
      : broker_(broker), id_(broker.open(std::move(origin))) {}
  ~TestClient() {
    if (!closed()) broker_.close(id_);
  }
  TestClient(const TestClient&) = delete;
  TestClient& operator=(const TestClient&) = delete;

  bool closed() const { return link().closed; }
  const std::string& why_closed() const { return link().why_closed; }
  void close() { broker_.close(id_); }

  // An answer that may be yet to come.
  template <class Response>
  class Pending {
   public:
    Pending(TestClient& client, std::int16_t version, std::int32_t correlation_id)
        : client_(&client), version_(version), correlation_id_(correlation_id) {}
    bool answered() {
      client_->collect();
      return client_->answers_.contains(correlation_id_);
    }
    Response get() {
      REQUIRE_MESSAGE(answered(), "no answer");
      protocol::Reader in(client_->answers_.at(correlation_id_));
      protocol::ResponseHeader header;
      read_response_header(in, header, response_header_is_flexible(Response::info, version_));
      Response response;
      read(in, response, version_);
      REQUIRE(in.ok());
      REQUIRE(in.at_end());
      return response;
    }

   private:
    TestClient* client_;
    std::int16_t version_;
    std::int32_t correlation_id_;
  };

  template <class Response, class Request>
  Pending<Response> send(const Request& request, std::int16_t version) {
    const std::int32_t correlation_id = next_correlation_id_++;
    protocol::OutBuffer out;
    write_request(out, request, version, correlation_id, client_id);
    protocol::Bytes bytes = out.copy();
    bytes.erase(bytes.begin(), bytes.begin() + protocol::frame_size_bytes);
    send_frame(std::move(bytes));
    return {*this, version, correlation_id};
  }
  // The answer; fails the test where there is none yet. `records` of it are views that live as long as the
  // client.
  template <class Response, class Request>
  Response ask(const Request& request, std::int16_t version) {
    return send<Response>(request, version).get();
  }
  void send_frame(protocol::Bytes frame) { broker_.receive(id_, std::move(frame)); }
  // The frame, without its size, that answered the request of that correlation id (1 for the first).
  const protocol::Bytes& raw_answer(std::int32_t correlation_id) {
    collect();
    return answers_.at(correlation_id);
  }
  // Correlation ids in the order in which the answers came.
  const std::vector<std::int32_t>& order() {
    collect();
    return order_;
  }

  std::optional<std::string> client_id = "test-client";

 private:
  TestBroker::Link& link() const { return broker_.links_.at(id_); }

  void collect() {
    broker_.pump(id_);
    protocol::OutBuffer& out = link().output;
    const protocol::Bytes bytes = out.copy();
    out.consume(out.size());
    protocol::Reader in(bytes);
    while (!in.at_end()) {
      const protocol::BytesView frame = in.take(static_cast<std::size_t>(in.int32()));
      REQUIRE(in.ok());
      const std::int32_t correlation_id = protocol::Reader(frame).int32();
      order_.push_back(correlation_id);
      answers_[correlation_id].assign(frame.begin(), frame.end());
    }
  }

  TestBroker& broker_;
  ConnectionId id_;
  std::int32_t next_correlation_id_ = 1;
  std::unordered_map<std::int32_t, protocol::Bytes> answers_;
  std::vector<std::int32_t> order_;
};

}  // namespace mini::broker
