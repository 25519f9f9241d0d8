#pragma once

#include <map>
#include <memory>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "mini/config.h"
#include "mini/error.h"
#include "mini/record.h"

// Looks at the cluster and changes it. Every call waits for its answer, at most `timeout`.
//
//   mini::Admin admin({{"bootstrap.servers", "localhost:9092"}});
//   auto errors = admin.create_topics({{.name = "readings", .partitions = 3}});
//   if (errors["readings"]) ...
//   auto topics = admin.describe_topics({"readings"});
//
// Errors of one key stand at that key; what fails the whole call (nobody answers in time) is thrown as
// KafkaError. Any thread may call any function.
namespace mini {

namespace client {
class AdminFace;
}

struct NewTopic {
  std::string name;
  std::int32_t partitions = -1;   // -1: the broker's default
  std::int16_t replication = -1;  // -1: the broker's default
  std::map<std::string, std::string> configs = {};
};

struct PartitionInfo {
  std::int32_t id = 0;
  std::int32_t leader = -1;  // -1: none at the moment
  std::int32_t leader_epoch = -1;
  std::vector<std::int32_t> replicas;
  std::vector<std::int32_t> isr;
};

struct TopicInfo {
  std::string name;
  std::string id;  // as Kafka prints it, 22 characters; empty where the broker gives none
  bool internal = false;
  std::vector<PartitionInfo> partitions;  // by id
};

struct BrokerInfo {
  std::int32_t id = 0;
  std::string host;
  std::int32_t port = 0;
};

struct ClusterInfo {
  std::string id;  // empty where the broker gives none
  std::int32_t controller = -1;
  std::vector<BrokerInfo> brokers;
};

template <class T>
using PerKey = std::map<std::string, std::variant<T, Error>>;

class Admin {
 public:
  explicit Admin(const Config& config);  // throws KafkaError(invalid_config); connects later
  Admin(Admin&&) noexcept;
  Admin& operator=(Admin&&) noexcept;
  ~Admin();

  std::map<std::string, Error> create_topics(const std::vector<NewTopic>& topics,
                                             Millis timeout = Millis{30'000});
  std::vector<std::string> list_topics(bool internal = false, Millis timeout = Millis{30'000});  // sorted
  PerKey<TopicInfo> describe_topics(const std::vector<std::string>& names, Millis timeout = Millis{30'000});
  ClusterInfo describe_cluster(Millis timeout = Millis{30'000});

  std::string last_problem() const;  // the latest trouble in reaching the cluster; empty while all is well

 private:
  std::unique_ptr<client::AdminFace> face_;
};

}  // namespace mini
