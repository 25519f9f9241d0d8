#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "mini/error.h"
#include "mini/record.h"

// What the admin client is told and tells.
namespace mini {

template <class Key, class T>
using Results = std::map<Key, std::variant<T, Error>>;
template <class T>
using PerKey = Results<std::string, T>;
using Errors = std::map<std::string, Error>;  // an empty Error: done

// ---- topics and the cluster ----

struct NewTopic {
  std::string name;
  std::int32_t partitions = -1;   // -1: the broker's default
  std::int16_t replication = -1;  // -1: the broker's default
  std::map<std::string, std::string> configs = {};
  // The brokers of each partition, the preferred leader first; in place of the two numbers above.
  std::vector<std::vector<std::int32_t>> assignments = {};
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
  std::string rack = {};
};

struct ClusterInfo {
  std::string id;  // empty where the broker gives none
  std::int32_t controller = -1;
  std::vector<BrokerInfo> brokers;
};

// ---- settings of topics and brokers ----

struct ConfigResource {
  enum class Type : std::int8_t { topic = 2, broker = 4 };  // Kafka's numbers
  Type type = Type::topic;
  std::string name;  // of a broker: its id; empty: the default of all brokers (to alter)
  friend auto operator<=>(const ConfigResource&, const ConfigResource&) = default;
};

struct ConfigEntry {
  std::optional<std::string> value;  // nothing where it is a secret
  bool is_default = false;
  bool read_only = false;
  bool sensitive = false;
  std::int8_t source = 0;  // Kafka's number: 1 the topic, 2 to 4 brokers, 5 the default
};
using ConfigEntries = std::map<std::string, ConfigEntry>;

struct ConfigChange {
  enum class Operation : std::int8_t { set = 0, remove = 1, append = 2, subtract = 3 };  // Kafka's numbers
  std::string name;
  std::string value = {};
  Operation operation = Operation::set;
};

// ---- groups ----

struct GroupListing {
  std::string id;
  std::string protocol_type;  // "consumer" for consumers
  std::string state;          // empty where the broker does not tell
  std::string type;           // "classic", "consumer"; empty where the broker does not tell
};

struct GroupMember {
  std::string member_id = {};
  std::string instance_id = {};  // of a static member
  std::string client_id = {};
  std::string host = {};
  std::vector<TopicPartition> assignment = {};
};

struct GroupInfo {
  std::string id;
  std::string state;  // "Stable", "Empty", ...; "Dead" where there is no such group
  std::string protocol_type;
  std::string assignor;
  std::vector<GroupMember> members;
};

// ---- offsets ----

// Which offset of a partition.
struct OffsetSpec {
  static constexpr OffsetSpec latest() { return {-1}; }
  static constexpr OffsetSpec earliest() { return {-2}; }
  static constexpr OffsetSpec max_timestamp() { return {-3}; }  // that of the record with the latest time
  static OffsetSpec at(Timestamp time) { return {time.time_since_epoch().count()}; }  // the first not before

  std::int64_t timestamp = -1;  // Kafka's number, or milliseconds since 1970
};

struct ListedOffset {
  std::int64_t offset = -1;                 // -1: there is none
  std::optional<Timestamp> timestamp = {};  // of the record, where it was looked for by time
  std::int32_t leader_epoch = -1;
};

}  // namespace mini
