#include <doctest/doctest.h>

#include "mini/admin.h"
#include "tests/client/interop/mock_cluster.h"

using namespace std::chrono_literals;
using mini::test::MockCluster;

TEST_CASE("topics and brokers are listed and described") {
  MockCluster cluster(3);
  cluster.create_topic("b", 2);
  cluster.create_topic("a", 1);
  mini::Admin admin({{"bootstrap.servers", cluster.bootstrap()}});
  CHECK(admin.list_topics() == std::vector<std::string>{"a", "b"});
  const auto topics = admin.describe_topics({"b"});
  const auto& b = std::get<mini::TopicInfo>(topics.at("b"));
  REQUIRE(b.partitions.size() == 2);
  CHECK(b.partitions[1].id == 1);
  CHECK(b.partitions[1].leader > 0);
  CHECK(admin.describe_cluster().brokers.size() == 3);
}

TEST_CASE("to ask for a topic does not create it, whatever version of Metadata a broker serves") {
  MockCluster cluster;
  cluster.create_topic("a", 1);
  mini::Admin admin({{"bootstrap.servers", cluster.bootstrap()}});
  const auto topics = admin.describe_topics({"missing", "a"});
  CHECK(topics.size() == 2);
  CHECK(std::holds_alternative<mini::TopicInfo>(topics.at("a")));
  CHECK(std::get<mini::Error>(topics.at("missing")).code == mini::kafka_error(3));
  CHECK(admin.list_topics() == std::vector<std::string>{"a"});
}

TEST_CASE("a call that the broker does not serve says so, naming broker and versions") {
  MockCluster cluster;
  mini::Admin admin({{"bootstrap.servers", cluster.bootstrap()}});
  try {
    admin.create_topics({{.name = "x", .partitions = 1}});
    FAIL("the mock has no CreateTopics");
  } catch (const mini::KafkaError& error) {
    CHECK(error.error().code == mini::ClientErrc::unsupported);
    CHECK(std::string(error.what()).find("CreateTopics") != std::string::npos);
  }
}

TEST_CASE("without a broker a call ends at its timeout") {
  mini::Admin admin({{"bootstrap.servers", "127.0.0.1:1"}});
  try {
    admin.list_topics(false, 300ms);
    FAIL("nobody is there");
  } catch (const mini::KafkaError& error) {
    CHECK(error.error().code == mini::ClientErrc::timed_out);
    CHECK(std::string(error.what()).find("127.0.0.1:1") != std::string::npos);
  }
}
