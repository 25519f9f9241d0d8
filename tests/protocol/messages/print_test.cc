#include <doctest/doctest.h>

#include "protocol/messages/heartbeat.h"
#include "protocol/messages/metadata.h"
#include "protocol/messages/produce.h"
#include "tests/support/any_message.h"

namespace mini::protocol {

TEST_CASE("a printed message shows the fields of its version by name") {
  HeartbeatRequest request;
  request.group_id = "g";
  request.generation_id = 3;
  request.member_id = "m";
  CHECK(print(request, 0) == R"({group_id: "g", generation_id: 3, member_id: "m"})");
  CHECK(print(request, 3) == R"({group_id: "g", generation_id: 3, member_id: "m", group_instance_id: null})");
}

TEST_CASE("errors are printed by Kafka's name, booleans as words, ids as text, records by their size") {
  HeartbeatResponse response;
  response.error_code = ErrorCode::rebalance_in_progress;
  CHECK(print(response, 0) == "{error_code: REBALANCE_IN_PROGRESS}");
  MetadataRequest request;
  request.topics->push_back({});
  CHECK(print(request, 12) ==
        R"({topics: [{topic_id: AAAAAAAAAAAAAAAAAAAAAA, name: ""}], allow_auto_topic_creation: true, )"
        "include_topic_authorized_operations: false}");
  ProduceRequest::PartitionProduceData data;
  const Bytes records(1000);
  data.records.add(Slice(records));
  ProduceRequest produce;
  produce.topic_data.push_back({"t", {data}, {}});
  CHECK(print(produce, 3).find("records: <1000 bytes>") != std::string::npos);
}

TEST_CASE("control characters, quotes and bytes beyond ASCII never reach a log as they came") {
  HeartbeatRequest request;
  request.group_id = std::string("a\n\x1b[31m\"\\\x7f\0°", 13);
  CHECK(print(request, 0).starts_with(R"({group_id: "a\x0a\x1b[31m\x22\x5c\x7f\x00\xc2\xb0")"));
}

TEST_CASE("a long text is cut at 128 characters, a long list at 16 elements") {
  HeartbeatRequest request;
  request.group_id = std::string(128, 'a');
  CHECK(print(request, 0).find(std::string(128, 'a') + "\", ") != std::string::npos);
  request.group_id += 'a';
  CHECK(print(request, 0).find(std::string(128, 'a') + "...\", ") != std::string::npos);
  CHECK(print(request, 0).find(std::string(129, 'a')) == std::string::npos);

  ProduceRequest produce;
  produce.topic_data.resize(16);
  CHECK(print(produce, 3).find("... of") == std::string::npos);
  produce.topic_data.resize(1000);
  CHECK(print(produce, 3).ends_with(", ... of 1000]}"));
  CHECK(print(produce, 3).size() < 1000);
}

TEST_CASE("every message prints as one line of plain ASCII") {
  std::size_t printed = 0;
  for (const test::MessageType& type : test::message_types())
    for (std::int16_t v = type.info.versions.first; v <= type.info.versions.last; ++v) {
      test::RandomMessage random(static_cast<std::uint64_t>(v) + 5);
      const std::string line = type.random(random, v)->print(v);
      CAPTURE(line);
      REQUIRE(line.front() == '{');
      REQUIRE(line.back() == '}');
      REQUIRE(std::all_of(line.begin(), line.end(), [](char c) { return c >= 0x20 && c < 0x7f; }));
      ++printed;
    }
  CHECK(printed > 300);
}

}  // namespace mini::protocol
