#include "tests/support/broker_story.h"

// Frames in, answers out: order, refusals and closings.
namespace mini::broker {

namespace {

// A request frame without its size, from any numbers, also wrong ones.
Bytes frame_of(std::int16_t api, std::int16_t version, std::int32_t correlation_id, BytesView rest = {}) {
  OutBuffer buffer;
  Writer out(buffer);
  out.int16(api);
  out.int16(version);
  out.int32(correlation_id);
  out.raw(rest);
  return buffer.copy();
}

template <class Request>
Bytes frame_of(const Request& request, std::int16_t version, std::int32_t correlation_id,
               const std::optional<std::string>& client_id = "c") {
  OutBuffer buffer;
  write_request(buffer, request, version, correlation_id, client_id);
  Bytes frame = buffer.copy();
  frame.erase(frame.begin(), frame.begin() + frame_size_bytes);
  return frame;
}

const Bytes client_id_c = {0, 1, 'c'};

void check_still_served(TestBroker& broker) {
  TestClient other(broker);
  CHECK(other.ask<MetadataResponse>(metadata_request(Names{"t"}), 12).topics.at(0).partitions.size() == 1);
}

}  // namespace

TEST_CASE(
    "behaviour 3: a thousand requests sent at once are answered in their order, a parked one among them") {
  Story story;
  for (int i = 0; i < 500; ++i) story.client.send<MetadataResponse>(metadata_request(Names{"t"}), 9);
  auto parked = story.client.send<FetchResponse>(story.fetch_request({.max_wait_ms = 100}), 12);
  for (int i = 0; i < 499; ++i) story.client.send<MetadataResponse>(metadata_request(Names{"t"}), 9);
  CHECK(story.client.order().size() == 500);
  CHECK_FALSE(parked.answered());
  story.broker.advance(100ms);
  REQUIRE(story.client.order().size() == 1000);
  for (std::int32_t i = 0; i < 1000; ++i)
    if (story.client.order()[static_cast<std::size_t>(i)] != i + 1) FAIL("answer ", i, " is out of order");
}

TEST_CASE("behaviour 3: a parked request holds back its own connection and no other") {
  Story story;
  auto parked = story.client.send<FetchResponse>(story.fetch_request({.max_wait_ms = 1000}), 12);
  auto behind = story.client.send<MetadataResponse>(metadata_request(Names{"t"}), 12);
  TestClient other(story.broker);
  CHECK(other.ask<MetadataResponse>(metadata_request(Names{"t"}), 12).topics.size() == 1);
  CHECK_FALSE(parked.answered());
  CHECK_FALSE(behind.answered());
  const Bytes batch = batch_of({"news"});
  other.ask<ProduceResponse>(produce_request(batch), 9);
  CHECK(parked.answered());
  CHECK(behind.answered());
}

TEST_CASE("behaviour 2: an API that is not served closes the connection") {
  for (const int api : {9999, -1, 4, 5, 6, 7, 17, 24, 32767}) {
    INFO("api key ", api);
    Story story;
    story.client.send_frame(frame_of(static_cast<std::int16_t>(api), 0, 1, client_id_c));
    CHECK(story.client.closed());
    CHECK(story.client.order().empty());
    CHECK(story.broker.events.bad_frames.size() == 1);
    check_still_served(story.broker);
  }
}

TEST_CASE("behaviour 2: a version that is not served closes the connection, for every API but ApiVersions") {
  for (const Api& api : apis()) {
    if (api.key == ApiKey::api_versions) continue;
    for (const int version : {int{api.served.first} - 1, int{api.served.last} + 1, 32767, -1, -32768}) {
      INFO(std::string(name_of(api.key)), " version ", version);
      Story story;
      story.client.send_frame(
          frame_of(static_cast<std::int16_t>(api.key), static_cast<std::int16_t>(version), 1, client_id_c));
      CHECK(story.client.closed());
      CHECK(story.client.order().empty());
    }
  }
}

TEST_CASE("Produce below version 3 closes the connection although it is advertised") {
  for (std::int16_t version = 0; version < 3; ++version) {
    Story story;
    const Bytes batch = batch_of({"a"});
    story.client.send<ProduceResponse>(produce_request(batch), version);
    CHECK(story.client.closed());
    CHECK(story.client.order().empty());
  }
}

TEST_CASE(
    "behaviour 1: ApiVersions of an unknown version is answered in the layout of version 0, and the client "
    "stays") {
  for (const int version : {5, 99, 32767, -1}) {
    INFO("version ", version);
    Story story;
    // In whatever layout that version may have: nothing behind the correlation id is looked at.
    story.client.send_frame(frame_of(18, static_cast<std::int16_t>(version), 1, noise(40)));
    CHECK_FALSE(story.client.closed());
    const auto answer = TestClient::Pending<ApiVersionsResponse>(story.client, 0, 1).get();
    CHECK(answer.error_code == ErrorCode::unsupported_version);
    REQUIRE(answer.api_keys.size() == 1);
    CHECK(answer.api_keys[0].api_key == 18);
    CHECK(answer.api_keys[0].min_version == 0);
    CHECK(answer.api_keys[0].max_version == 4);
    story.client.send_frame(frame_of(ApiVersionsRequest{"kcat", "1.7", {}}, 4, 2));
    CHECK(TestClient::Pending<ApiVersionsResponse>(story.client, 4, 2).get().error_code == ErrorCode::none);
  }
}

TEST_CASE("a frame too short for a request closes the connection") {
  const Bytes whole = frame_of(metadata_request(Names{"t"}), 12, 1);
  for (std::size_t size = 0; size < whole.size(); ++size) {
    INFO(size, " of ", whole.size(), " bytes");
    Story story;
    story.client.send_frame(Bytes(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size)));
    CHECK(story.client.closed());
    CHECK(story.client.order().empty());
  }
}

TEST_CASE("a body that cannot be decoded closes the connection, for every API and version") {
  for (const Api& api : apis()) {
    for (std::int16_t version = api.served.first; version <= api.served.last; ++version) {
      INFO(std::string(name_of(api.key)), " version ", version);
      Bytes rest = client_id_c;
      // A count or length that no frame can hold. Where nothing is in a body, it is one of tagged fields;
      // the oldest layouts of ApiVersions and ListGroups have no body at all that could be wrong.
      const bool flexible = api.flexible.has(version);
      if (flexible)
        rest.insert(rest.end(), {0, 0xff, 0xff, 0xff, 0xff, 0x07});
      else
        rest.insert(rest.end(), {0x7f, 0xff, 0xff, 0xff});
      const bool no_body = !flexible && (api.key == ApiKey::api_versions || api.key == ApiKey::list_groups);
      Story story;
      story.client.send_frame(frame_of(static_cast<std::int16_t>(api.key), version, 1, rest));
      CHECK(story.client.closed() == !no_body);
      CHECK(story.client.order().size() == (no_body ? 1 : 0));
    }
  }
}

TEST_CASE("a frame behind one that closed the connection never runs") {
  Story story;
  auto parked = story.client.send<FetchResponse>(story.fetch_request({.max_wait_ms = 10}), 12);
  const Bytes batch = batch_of({"never"});
  story.client.send_frame(frame_of(9999, 0, 7, client_id_c));
  story.client.send<ProduceResponse>(produce_request(batch), 9);
  story.broker.advance(10ms);
  CHECK(parked.answered());
  CHECK(story.client.closed());
  CHECK(story.client.order().size() == 1);
  TestClient other(story.broker);
  CHECK(other.ask<ListOffsetsResponse>(list_offsets_request(-1), 4).topics[0].partitions[0].offset == 0);
}

TEST_CASE("bytes behind a whole body are ignored, as Kafka does") {
  Story story;
  Bytes frame = frame_of(metadata_request(Names{"t"}), 12, 1);
  frame.insert(frame.end(), {1, 2, 3});
  story.client.send_frame(frame);
  CHECK_FALSE(story.client.closed());
  CHECK(TestClient::Pending<MetadataResponse>(story.client, 12, 1).get().topics.size() == 1);
}

TEST_CASE("the oddest client ids are taken as they are") {
  struct Row {
    const char* what;
    Bytes bytes;  // its length and itself
    std::string told;
  };
  for (const Row& row :
       {Row{"null", {0xff, 0xff}, ""}, Row{"length -7", {0xff, 0xf9}, ""}, Row{"empty", {0, 0}, ""},
        Row{"an escape and a newline", {0, 3, 0x1b, '[', '\n'}, "\x1b[\n"},
        Row{"not UTF-8", {0, 2, 0xc3, 0x28}, "\xc3\x28"}, Row{"NUL", {0, 1, 0}, std::string(1, '\0')}}) {
    INFO(row.what);
    Story story;
    Bytes rest = row.bytes;
    rest.insert(rest.end(), {0, 0, 0, 0});  // Metadata v1: no topics
    story.client.send_frame(frame_of(3, 1, 1, rest));
    CHECK_FALSE(story.client.closed());
    CHECK(story.client.order().size() == 1);
    CHECK(story.broker.events.client_ids == std::vector<std::string>{row.told});
  }
}

TEST_CASE("unknown tagged fields are read over, in the header and in the body") {
  Story story;
  MetadataRequest request = metadata_request(Names{"t"});
  request.unknown_tags[77] = {1, 2, 3};
  request.topics->at(0).unknown_tags[5] = {};
  OutBuffer buffer;
  Writer out(buffer);
  write_request_header(out, {ApiKey::metadata, 12, 1, "c", {{9, Bytes(100, 1)}}}, true);
  write(out, request, 12);
  story.client.send_frame(buffer.copy());
  CHECK(TestClient::Pending<MetadataResponse>(story.client, 12, 1).get().topics.size() == 1);
}

TEST_CASE("behaviour 4: acks=0 gets no answer at all, and what follows is answered") {
  Story story;
  const Bytes batch = batch_of({"a"});
  story.client.send<ProduceResponse>(produce_request(batch, {}, 0), 9);
  auto next = story.client.send<ListOffsetsResponse>(list_offsets_request(-1), 4);
  CHECK(next.get().topics[0].partitions[0].offset == 1);
  CHECK(story.client.order() == std::vector<std::int32_t>{2});
}

TEST_CASE("behaviour 4: acks=0 that fails closes the connection, and what did not fail is stored") {
  Story story;
  const Bytes batch = batch_of({"a"});
  ProduceRequest request = produce_request(batch, {}, 0);
  request.topic_data.emplace_back(produce_request(batch, {"missing", 0}).topic_data[0]);
  story.client.send<ProduceResponse>(request, 9);
  CHECK(story.client.closed());
  CHECK(story.client.order().empty());
  TestClient other(story.broker);
  CHECK(other.ask<ListOffsetsResponse>(list_offsets_request(-1), 4).topics[0].partitions[0].offset == 1);
}

TEST_CASE("the broker counts its connections, and forgets those that closed") {
  Story story;
  CHECK(story.broker.core().connection_count() == 1);
  {
    TestClient other(story.broker);
    CHECK(story.broker.core().connection_count() == 2);
  }
  CHECK(story.broker.core().connection_count() == 1);
}

TEST_CASE("a request is told of when it begins and when it is answered, its waiting included") {
  Story story;
  auto fetch = story.client.send<FetchResponse>(story.fetch_request({.max_wait_ms = 300}), 12);
  CHECK(story.broker.events.begun == 1);
  CHECK(story.broker.events.answered.empty());
  story.broker.advance(300ms);
  REQUIRE(fetch.answered());
  REQUIRE(story.broker.events.answered.size() == 1);
  CHECK(story.broker.events.answered[0] == 300ms);
}

TEST_CASE("the cluster id is drawn anew by each seed, and the configured one is kept") {
  TestBroker a({.overrides = {}, .seed = 1}), same({.overrides = {}, .seed = 1}),
      b({.overrides = {}, .seed = 2});
  CHECK(a.core().cluster_id().size() == 22);
  CHECK(a.core().cluster_id() == same.core().cluster_id());
  CHECK(a.core().cluster_id() != b.core().cluster_id());
  TestBroker named({.overrides = {{"cluster.id", "MkU3OEVBNTcwNTJENDM2Qk"}}});
  CHECK(named.core().cluster_id() == "MkU3OEVBNTcwNTJENDM2Qk");
}

TEST_CASE("a topic given at start is there, and a bad one is refused with a sentence") {
  TestBroker broker;
  CHECK(broker.core().create_topic("t", 3) == "");
  CHECK(broker.core().topics().find("t")->partition_count() == 3);
  CHECK(broker.core().create_topic("t", 3) != "");
  CHECK(broker.core().create_topic("a/b", 1) != "");
  CHECK(broker.core().create_topic("u", 0) != "");
}

}  // namespace mini::broker
