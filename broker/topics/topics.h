#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "broker/config/topic_config.h"
#include "broker/env/environment.h"
#include "broker/topics/partition.h"

// The topics of this broker: found by name or by id, created, grown, deleted.
//
//   auto created = topics.create({.name = "readings", .partitions = 3});
//   if (failed(created.error)) ...
//   Partition* partition = created.topic->partition(0);
//
// A topic is shared: whoever holds it may go on reading after its deletion, which `deleted()` tells. Its
// partitions never move. A topic created again under an old name is another topic with another id.
namespace mini::broker {

// Whether Kafka keeps a topic of this name for itself: nobody writes to it from outside.
bool is_internal_topic(std::string_view name);

class Topic {
 public:
  Topic(std::string name, Uuid id, TopicConfig config, const BrokerSettings& broker)
      : name_(std::move(name)),
        id_(id),
        config_(std::move(config)),
        log_settings_(log_settings(config_.settings(), broker)) {}

  const std::string& name() const { return name_; }
  const Uuid& id() const { return id_; }
  const TopicConfig& config() const { return config_; }
  const TopicSettings& settings() const { return config_.settings(); }
  bool internal() const { return is_internal_topic(name_); }
  bool deleted() const { return deleted_; }

  PartitionId partition_count() const { return static_cast<PartitionId>(partitions_.size()); }
  bool has_partition(PartitionId id) const { return id >= 0 && id < partition_count(); }
  Partition* partition(PartitionId id) const {
    return has_partition(id) ? partitions_[static_cast<std::size_t>(id)].get() : nullptr;
  }

 private:
  friend class Topics;

  const std::string name_;
  const Uuid id_;
  TopicConfig config_;
  const LogSettings log_settings_;  // of all its partitions
  std::vector<std::unique_ptr<Partition>> partitions_;
  bool deleted_ = false;
};

using TopicPtr = std::shared_ptr<Topic>;

// Kafka's rules: 1 to 249 of letters, digits, `.`, `_`, `-`, and neither "." nor "..". Why it is not legal,
// or "".
std::string why_illegal_topic_name(std::string_view name);

class Topics {
 public:
  struct NewTopic {
    std::string name;
    PartitionId partitions = 1;
    TopicConfig config;
    std::string_view reason = "asked for by a client";
  };
  struct Created {
    protocol::ErrorCode error = protocol::ErrorCode::none;
    std::string message;
    TopicPtr topic;
  };

  Topics(Environment& environment, Storage& storage, const BrokerSettings& settings);
  ~Topics();

  TopicPtr find(std::string_view name) const;
  TopicPtr find(const Uuid& id) const;
  const std::map<std::string, TopicPtr, std::less<>>& all() const { return by_name_; }  // sorted by name
  std::size_t partition_count() const { return partition_count_; }

  // What `create` would refuse, without creating anything.
  Created check(const NewTopic& topic) const;
  Created create(NewTopic topic);
  Created check_growth(const Topic& topic, PartitionId count) const;  // what stands in the way, if anything
  // Adds partitions until there are `count`; check_growth has been asked before.
  void grow(Topic& topic, PartitionId count);
  void remove(const TopicPtr& topic);

  // Applies retention to all partitions.
  void expire(Now now);

 private:
  void add_partitions(Topic& topic, PartitionId count);
  void expire(const Topic& topic, Partition& partition, Now now);
  std::string colliding_topic(std::string_view name) const;
  bool room_for(std::int64_t partitions) const;

  Environment& environment_;
  Storage& storage_;
  const BrokerSettings& settings_;
  std::map<std::string, TopicPtr, std::less<>> by_name_;
  std::map<Uuid, TopicPtr> by_id_;
  std::unordered_map<std::string, std::string>
      by_plain_name_;  // with '_' for '.', to find names that collide
  std::size_t partition_count_ = 0;
};

}  // namespace mini::broker
