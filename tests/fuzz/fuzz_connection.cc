#include <algorithm>
#include <deque>
#include <set>
#include <unordered_map>

#include "broker/api/table.h"
#include "broker/core/broker.h"
#include "broker/log/memory_storage.h"
#include "protocol/frame.h"
#include "protocol/messages/api_versions.h"
#include "protocol/messages/fetch.h"
#include "protocol/messages/produce.h"
#include "protocol/records/builder.h"
#include "tests/fuzz/fuzz_target.h"
#include "tests/support/any_message.h"

// A whole broker with two connections: one says what the input tells it to, the other is honest and must not
// notice. The input is a list of steps, each one byte and what it needs: 0 and 1 a frame (two bytes of size,
// the frame), 2 time passes (one byte, in tenths of a second), 3 the hostile client connects anew.
namespace mini::test {
namespace {

using namespace protocol;
using namespace mini::broker;

constexpr ConnectionId honest = 1;

std::size_t answered_requests = 0;
std::set<ApiKey> answered_apis;

class Stage : private FrameSink {
 public:
  explicit Stage(const Config& config) : broker_(config, environment_, storage_, *this) {
    broker_.advance(now_);
    open(honest);
    open(hostile_);
  }

  // ---- the hostile one ----

  void say(BytesView frame) {
    Link& link = links_.at(hostile_);
    link.waiting.emplace_back(frame.begin(), frame.end());
    pump(hostile_);
  }
  void connect_anew() {
    close(hostile_);
    open(++hostile_);
  }
  void pass(Millis time) {
    now_.monotonic += time;
    now_.wall += time;
    broker_.advance(now_);
    pump(hostile_);
  }

  // ---- the honest one ----

  template <class Response, class Request>
  Response ask(const Request& request, std::int16_t version) {
    OutBuffer buffer;
    write_request(buffer, request, version, 77, "honest");
    Bytes bytes = buffer.copy();
    bytes.erase(bytes.begin(), bytes.begin() + frame_size_bytes);
    links_.at(honest).waiting.push_back(std::move(bytes));
    pump(honest);
    must(!links_.at(honest).closed, "the honest connection stays open");
    answer_ = links_.at(honest).output.copy();
    links_.at(honest).output.consume(answer_.size());
    Reader in(answer_);
    must(static_cast<std::size_t>(in.int32()) + frame_size_bytes == answer_.size(), "one whole answer");
    ResponseHeader header;
    read_response_header(in, header, response_header_is_flexible(Response::info, version));
    Response response;
    read(in, response, version);
    must(in.ok() && in.at_end() && header.correlation_id == 77, "the answer to what was asked");
    return response;
  }
  bool create_topic(const std::string& name) { return broker_.create_topic(name, 1).empty(); }

 private:
  struct Link {
    OutBuffer output;
    std::deque<Bytes> waiting;
    std::deque<std::pair<ApiKey, std::int16_t>> asked;  // in the order in which answers are due
    bool busy = false;
    bool closed = false;
  };

  OutBuffer& output(ConnectionId id) override { return links_.at(id).output; }
  void answered(ConnectionId id) override {
    Link& link = links_.at(id);
    link.busy = false;
    if (id != honest) check_answer(link);
  }
  void hang_up(ConnectionId id, std::string_view) override { links_.at(id).closed = true; }

  void open(ConnectionId id) {
    links_[id];
    broker_.open(id, {"PLAINTEXT", {"127.0.0.1", 9092}, {"127.0.0.1", 40000}});
  }
  void close(ConnectionId id) {
    broker_.close(id);
    links_.erase(id);
  }

  void pump(ConnectionId id) {
    Link& link = links_.at(id);
    while (!link.busy && !link.closed && !link.waiting.empty()) {
      const Bytes frame = std::move(link.waiting.front());
      link.waiting.pop_front();
      if (const auto prefix = peek_request(frame)) link.asked.emplace_back(prefix->api, prefix->api_version);
      link.busy = true;
      broker_.receive(id, frame);
    }
    if (link.closed && id == hostile_) connect_anew();
  }

  // Whatever was asked, an answer is a whole frame that a client can read.
  void check_answer(Link& link) {
    must(!link.asked.empty(), "an answer belongs to a request");
    const auto [api, version] = link.asked.front();
    link.asked.pop_front();
    const Bytes bytes = link.output.copy();
    link.output.consume(bytes.size());
    if (bytes.empty()) return;  // Produce with acks=0
    const MessageType* type = find_message(api, Direction::response);
    must(type != nullptr, "only what is declared is answered");
    const std::int16_t written = type->info.versions.has(version) ? version : 0;  // ApiVersions' fallback
    Reader in(bytes);
    must(static_cast<std::size_t>(in.int32()) + frame_size_bytes == bytes.size(),
         "one answer to one request");
    ResponseHeader header;
    read_response_header(in, header, response_header_is_flexible(type->info, written));
    type->fresh()->read(in, written);
    must(in.ok() && in.at_end(), "an answer that a client can read");
    ++answered_requests;
    answered_apis.insert(api);
  }

  Random random_{1};
  Events events_;
  MemoryBudget memory_{std::size_t{64} << 20};
  Timers timers_;
  Environment environment_{random_, events_, memory_, timers_};
  MemoryStorage storage_{memory_};
  std::unordered_map<ConnectionId, Link> links_;
  ConnectionId hostile_ = honest + 1;
  Now now_{Millis(1'000'000), Millis(1'700'000'000'000)};
  Bytes answer_;
  Broker broker_;
};

void act(Stage& stage, BytesView input) {
  Reader in(input);
  while (in.remaining() > 0) {
    const int step = in.int8() & 3;
    if (step == 2) {
      stage.pass(Millis(100) * static_cast<std::uint8_t>(in.int8()));
    } else if (step == 3) {
      stage.connect_anew();
    } else {
      const std::size_t size = in.uint16();
      stage.say(in.take(std::min(size, in.remaining())));
    }
  }
}

void produce(Stage& stage, const std::string& topic, const Bytes& batch) {
  ProduceRequest request;
  request.acks = -1;
  auto& named = request.topic_data.emplace_back();
  named.name = topic;
  named.partition_data.emplace_back().records = Records(Slice(batch));
  const auto answer = stage.ask<ProduceResponse>(request, 9);
  const auto& partition = answer.responses.at(0).partition_responses.at(0);
  must(partition.error_code == ErrorCode::none && partition.base_offset == 0, "a record is stored");
}

void fetch(Stage& stage, const std::string& topic, const Bytes& batch) {
  FetchRequest request;
  auto& named = request.topics.emplace_back();
  named.topic = topic;
  named.partitions.emplace_back().partition_max_bytes = 1 << 20;
  const auto answer = stage.ask<FetchResponse>(request, 12);
  const auto& partition = answer.responses.at(0).partitions.at(0);
  must(partition.error_code == ErrorCode::none && partition.high_watermark == 1, "a record is found");
  must(partition.records.size() == batch.size(), "a record comes back");
}

// After all that: a greeting is answered, and a new topic takes a record and gives it back.
void check_honest(Stage& stage) {
  ApiVersionsRequest hello;
  hello.client_software_name = "honest";
  hello.client_software_version = "1";
  must(stage.ask<ApiVersionsResponse>(hello, 3).error_code == ErrorCode::none, "a greeting is answered");
  const std::string topic = "of-the-honest-one";
  if (!stage.create_topic(topic)) return;  // the hostile one took the name or all the room, as it may
  BatchBuilder builder(BatchOptions{});
  NewRecord record;
  record.timestamp = 1'700'000'000'000;
  record.value = "still here";
  builder.add(record);
  const Bytes batch = builder.build();
  produce(stage, topic, batch);
  fetch(stage, topic, batch);
}

const Config& config() {
  static const LoadedConfig loaded = load_config(ConfigInput{});
  return loaded.config;
}

}  // namespace

Reached reached() {
  Reached reached{answered_requests, answered_apis.size(), 0};
  for (const MessageType& type : message_types())
    if (type.direction == Direction::request && find_api(type.info.api)) ++reached.kinds_all;
  return reached;
}

}  // namespace mini::test

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  mini::test::Stage stage(mini::test::config());
  mini::test::act(stage, {data, size});
  mini::test::check_honest(stage);
  return 0;
}
