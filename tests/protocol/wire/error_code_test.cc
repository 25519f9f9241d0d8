#include "protocol/error_code.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <set>
#include <string>

#include "protocol/api_key.h"

namespace mini::protocol {
namespace {

constexpr int first = -1;
constexpr int last = 129;

}  // namespace

TEST_CASE("every code from -1 to 129 has a line of its own") {
  std::set<std::string_view> names;
  for (int code = first; code <= last; ++code) {
    CAPTURE(code);
    REQUIRE(is_known(static_cast<ErrorCode>(code)));
    const ErrorInfo& info = describe(static_cast<ErrorCode>(code));
    CHECK(static_cast<int>(info.code) == code);
    CHECK(names.insert(info.name).second);
    CHECK(std::all_of(info.name.begin(), info.name.end(),
                      [](char c) { return (c >= 'A' && c <= 'Z') || c == '_'; }));
    CHECK(info.message.size() > 5);
    CHECK(info.message.ends_with('.'));
  }
  CHECK(names.size() == 131);
}

TEST_CASE("a code outside the table is described as an unknown error") {
  for (const int code : {-2, 130, 32767, -32768}) {
    CHECK_FALSE(is_known(static_cast<ErrorCode>(code)));
    CHECK(describe(static_cast<ErrorCode>(code)).name == "UNKNOWN_SERVER_ERROR");
  }
}

TEST_CASE("names and retriability are those of Kafka") {
  struct Row {
    int code;
    const char* name;
    bool retriable;
  };
  const Row rows[] = {{-1, "UNKNOWN_SERVER_ERROR", false},
                      {0, "NONE", false},
                      {1, "OFFSET_OUT_OF_RANGE", false},
                      {2, "CORRUPT_MESSAGE", true},
                      {3, "UNKNOWN_TOPIC_OR_PARTITION", true},
                      {5, "LEADER_NOT_AVAILABLE", true},
                      {6, "NOT_LEADER_OR_FOLLOWER", true},
                      {7, "REQUEST_TIMED_OUT", true},
                      {10, "MESSAGE_TOO_LARGE", false},
                      {14, "COORDINATOR_LOAD_IN_PROGRESS", true},
                      {16, "NOT_COORDINATOR", true},
                      {19, "NOT_ENOUGH_REPLICAS", true},
                      {22, "ILLEGAL_GENERATION", false},
                      {25, "UNKNOWN_MEMBER_ID", false},
                      {27, "REBALANCE_IN_PROGRESS", false},
                      {35, "UNSUPPORTED_VERSION", false},
                      {36, "TOPIC_ALREADY_EXISTS", false},
                      {41, "NOT_CONTROLLER", true},
                      {45, "OUT_OF_ORDER_SEQUENCE_NUMBER", false},
                      {51, "CONCURRENT_TRANSACTIONS", true},
                      {74, "FENCED_LEADER_EPOCH", true},
                      {79, "MEMBER_ID_REQUIRED", false},
                      {82, "FENCED_INSTANCE_ID", false},
                      {87, "INVALID_RECORD", false},
                      {100, "UNKNOWN_TOPIC_ID", true},
                      {129, "REBOOTSTRAP_REQUIRED", false}};
  for (const Row& row : rows) {
    CAPTURE(row.name);
    const ErrorInfo& info = describe(static_cast<ErrorCode>(row.code));
    CHECK(info.name == row.name);
    CHECK(info.retriable == row.retriable);
  }
}

TEST_CASE("only none is no failure") {
  CHECK_FALSE(failed(ErrorCode::none));
  CHECK(failed(ErrorCode::unknown_server_error));
  CHECK(failed(static_cast<ErrorCode>(1000)));
}

TEST_CASE("every API key from 0 to 92 has a name of its own, and no other number has one") {
  std::set<std::string_view> names;
  for (int key = 0; key <= 92; ++key) CHECK(names.insert(name_of(static_cast<ApiKey>(key))).second);
  CHECK(names.count("Unknown") == 0);
  CHECK(name_of(ApiKey::produce) == "Produce");
  CHECK(name_of(ApiKey::api_versions) == "ApiVersions");
  CHECK(name_of(ApiKey::describe_topic_partitions) == "DescribeTopicPartitions");
  for (const int key : {-1, 93, 32767, -32768}) CHECK(name_of(static_cast<ApiKey>(key)) == "Unknown");
}

}  // namespace mini::protocol
