// Frame for frame: one conversation, once in process and once over TCP, compared byte by byte.
#include <doctest/doctest.h>

#include <condition_variable>
#include <mutex>

#include "client/transport/in_process.h"
#include "client/transport/transport.h"
#include "mini/embedded_broker.h"
#include "protocol/frame.h"
#include "protocol/messages/api_versions.h"
#include "protocol/messages/create_topics.h"
#include "protocol/messages/fetch.h"
#include "protocol/messages/find_coordinator.h"
#include "protocol/messages/heartbeat.h"
#include "protocol/messages/join_group.h"
#include "protocol/messages/list_offsets.h"
#include "protocol/messages/metadata.h"
#include "protocol/messages/offset_commit.h"
#include "protocol/messages/produce.h"
#include "protocol/messages/sync_group.h"
#include "tests/support/records.h"

namespace mini {
namespace {

using client::LinkId;
using client::Now;
using client::TimeMs;
using protocol::Bytes;
using protocol::BytesView;

// One connection that says what the test says and keeps what it hears.
class Talk final : private client::Driven {
 public:
  Talk(std::unique_ptr<client::Transport> transport, std::string host, std::uint16_t port)
      : transport_(std::move(transport)), host_(std::move(host)), port_(port) {
    transport_->start(*this);
  }
  ~Talk() override { transport_->stop(); }

  // Sends these at once and gives their answers, sizes in front.
  std::vector<Bytes> ask(std::vector<protocol::OutBuffer> frames) {
    std::unique_lock lock(mutex_);
    const std::size_t wanted = answers_.size() + frames.size();
    for (auto& frame : frames) to_send_.push_back(std::move(frame));
    transport_->ring();
    const TimeMs deadline = transport_->now().monotonic + 30'000;
    while (answers_.size() < wanted && transport_->now().monotonic < deadline)
      transport_->wait(lock, changed_, deadline);
    REQUIRE(answers_.size() == wanted);
    return {answers_.end() - static_cast<std::ptrdiff_t>(frames.size()), answers_.end()};
  }

  template <class Response, class Request>
  Response ask(const Request& request, std::int16_t version, std::vector<Bytes>& log) {
    std::vector<protocol::OutBuffer> frames(1);
    write_request(frames[0], request, version, next_id_++, "talk");
    return note<Response>(ask(std::move(frames)).at(0), version, log);
  }

  // The answer, which is noted once what tells the address is made the same.
  template <class Response>
  Response note(const Bytes& answer, std::int16_t version, std::vector<Bytes>& log) {
    protocol::Reader in(answer);
    in.int32();
    protocol::ResponseHeader header;
    read_response_header(in, header, response_header_is_flexible(Response::info, version));
    Response response;
    read(in, response, version);
    REQUIRE(in.ok());
    REQUIRE(in.at_end());
    Response same = response;
    const bool has_address = hide_address(same);
    protocol::OutBuffer out;
    write_response(out, same, version, header.correlation_id);
    log.push_back(has_address ? out.copy() : answer);
    return response;
  }

  std::int32_t next_id_ = 1;

 private:
  template <class Response>
  static bool hide_address(Response&) {
    return false;
  }
  static bool hide_address(protocol::MetadataResponse& response) {
    for (auto& broker : response.brokers) broker.host = "here", broker.port = 1;
    return true;
  }
  static bool hide_address(protocol::FindCoordinatorResponse& response) {
    for (auto& each : response.coordinators) each.host = "here", each.port = 1;
    return true;
  }

  void opened(LinkId, Now) override { open_ = true; }
  bool received(LinkId, BytesView bytes, Now) override {
    const std::lock_guard lock(mutex_);
    heard_.insert(heard_.end(), bytes.begin(), bytes.end());
    while (heard_.size() >= protocol::frame_size_bytes) {
      const auto whole =
          protocol::frame_size_bytes + static_cast<std::size_t>(protocol::Reader(heard_).int32());
      if (heard_.size() < whole) break;
      const auto end = heard_.begin() + static_cast<std::ptrdiff_t>(whole);
      answers_.emplace_back(heard_.begin(), end);
      heard_.erase(heard_.begin(), end);
    }
    changed_.notify_all();
    return true;
  }
  void lost(LinkId, const std::string& reason, Now) override { FAIL(reason); }
  TimeMs advance(Now) override {
    const std::lock_guard lock(mutex_);
    if (!asked_) transport_->wires().open(1, host_, port_);
    asked_ = true;
    for (auto& frame : to_send_)
      if (open_) transport_->wires().send(1, std::move(frame));
    if (open_) to_send_.clear();
    return client::never;
  }

  const std::unique_ptr<client::Transport> transport_;
  const std::string host_;
  const std::uint16_t port_;
  bool asked_ = false, open_ = false;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<protocol::OutBuffer> to_send_;
  Bytes heard_;
  std::vector<Bytes> answers_;
};

protocol::ProduceRequest produce(const std::string& topic, const Bytes& batch) {
  protocol::ProduceRequest request;
  request.acks = -1;
  request.timeout_ms = 1000;
  auto& each = request.topic_data.emplace_back();
  each.name = topic;
  auto& partition = each.partition_data.emplace_back();
  partition.index = 0;
  const auto owned = std::make_shared<Bytes>(batch);
  partition.records = protocol::Records(protocol::Slice(BytesView(*owned), owned));
  return request;
}

protocol::FetchRequest fetch(const std::string& topic) {
  protocol::FetchRequest request;
  request.max_wait_ms = 0;
  request.min_bytes = 1;
  request.max_bytes = 1'000'000;
  auto& each = request.topics.emplace_back();
  each.topic = topic;
  auto& partition = each.partitions.emplace_back();
  partition.partition = 0;
  partition.partition_max_bytes = 1'000'000;
  return request;
}

// The whole of a client's life, and three requests that are sent before the first is answered.
std::vector<Bytes> conversation(Talk& talk) {
  std::vector<Bytes> log;
  using namespace protocol;
  talk.ask<ApiVersionsResponse>(ApiVersionsRequest{}, 0, log);
  CreateTopicsRequest create;
  create.topics.emplace_back().name = "t";
  create.topics.back().num_partitions = 1;
  create.topics.back().replication_factor = 1;
  talk.ask<CreateTopicsResponse>(create, 7, log);
  MetadataRequest metadata;
  metadata.topics->emplace_back().name = "t";
  talk.ask<MetadataResponse>(metadata, 12, log);
  const Bytes batch = test::batch_of({"one", "two"});
  talk.ask<ProduceResponse>(produce("t", batch), 9, log);

  std::vector<OutBuffer> pipelined(3);
  write_request(pipelined[0], produce("t", batch), 9, talk.next_id_++, "talk");
  write_request(pipelined[1], fetch("t"), 12, talk.next_id_++, "talk");
  write_request(pipelined[2], metadata, 12, talk.next_id_++, "talk");
  const std::vector<Bytes> answers = talk.ask(std::move(pipelined));
  talk.note<ProduceResponse>(answers.at(0), 9, log);
  talk.note<FetchResponse>(answers.at(1), 12, log);
  talk.note<MetadataResponse>(answers.at(2), 12, log);

  FindCoordinatorRequest find;
  find.coordinator_keys = {"g"};
  talk.ask<FindCoordinatorResponse>(find, 4, log);
  JoinGroupRequest join;
  join.group_id = "g";
  join.session_timeout_ms = 10'000;
  join.rebalance_timeout_ms = 10'000;
  join.protocol_type = "consumer";
  join.protocols.emplace_back().name = "range";
  join.member_id = talk.ask<JoinGroupResponse>(join, 5, log).member_id;
  const auto joined = talk.ask<JoinGroupResponse>(join, 5, log);
  CHECK(joined.generation_id == 1);
  HeartbeatRequest heartbeat;
  heartbeat.group_id = "g";
  heartbeat.generation_id = 1;
  heartbeat.member_id = join.member_id;
  talk.ask<HeartbeatResponse>(heartbeat, 3, log);
  return log;
}

TEST_CASE("the answers in process are those over TCP, byte by byte") {
  EmbeddedBroker inside, outside;
  const auto port = [](const std::string& address) {
    return static_cast<std::uint16_t>(std::stoul(address.substr(address.find(':') + 1)));
  };
  Talk in(client::in_process_transport(inside.bootstrap()), "inproc", port(inside.bootstrap()));
  Talk out(client::tcp_transport(), "127.0.0.1", port(outside.listen()));
  const std::vector<Bytes> first = conversation(in), second = conversation(out);
  REQUIRE(first.size() == 11);
  REQUIRE(second.size() == first.size());
  for (std::size_t i = 0; i < first.size(); ++i) {
    CAPTURE(i);
    CHECK(first[i] == second[i]);
  }
}

}  // namespace
}  // namespace mini
