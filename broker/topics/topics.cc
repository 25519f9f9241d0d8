#include "broker/topics/topics.h"

#include <algorithm>

namespace mini::broker {

using protocol::ErrorCode;

namespace {

constexpr std::size_t topic_name_size_max = 249;
// The metadata of one request is kept in one transaction of at most this many records.
constexpr std::int64_t partitions_in_one_request_max = 10'000;

bool is_legal(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' ||
         c == '-';
}

// Metric names cannot tell these two apart, hence Kafka's rule against names that collide.
std::string without_periods(std::string_view name) {
  std::string plain(name);
  std::replace(plain.begin(), plain.end(), '.', '_');
  return plain;
}

}  // namespace

bool is_internal_topic(std::string_view name) {
  return name == "__consumer_offsets" || name == "__transaction_state" || name == "__share_group_state";
}

std::string why_illegal_topic_name(std::string_view name) {
  if (name.empty()) return "A topic name must not be empty.";
  if (name == "." || name == "..") return "A topic name must not be '.' or '..'.";
  if (name.size() > topic_name_size_max) return "A topic name has at most 249 characters.";
  if (!std::all_of(name.begin(), name.end(), is_legal))
    return "A topic name consists of ASCII letters, digits, '.', '_' and '-'.";
  return "";
}

Topics::Topics(Environment& environment, Storage& storage, const BrokerSettings& settings)
    : environment_(environment), storage_(storage), settings_(settings) {}

Topics::~Topics() = default;

TopicPtr Topics::find(std::string_view name) const {
  const auto found = by_name_.find(name);
  return found == by_name_.end() ? nullptr : found->second;
}

TopicPtr Topics::find(const Uuid& id) const {
  const auto found = by_id_.find(id);
  return found == by_id_.end() ? nullptr : found->second;
}

std::string Topics::colliding_topic(std::string_view name) const {
  const auto found = by_plain_name_.find(without_periods(name));
  return found == by_plain_name_.end() ? "" : found->second;
}

bool Topics::room_for(std::int64_t partitions) const {
  return static_cast<std::int64_t>(partition_count_) + partitions <= settings_.partitions_max;
}

Topics::Created Topics::check(const NewTopic& topic) const {
  if (std::string why = why_illegal_topic_name(topic.name); !why.empty())
    return {ErrorCode::invalid_topic_exception, std::move(why), nullptr};
  if (find(topic.name))
    return {ErrorCode::topic_already_exists, "Topic '" + topic.name + "' already exists.", nullptr};
  if (const std::string other = colliding_topic(topic.name); !other.empty())
    return {ErrorCode::invalid_topic_exception,
            "Topic '" + topic.name + "' collides with existing topic '" + other +
                "': '.' and '_' are the same in metric names.",
            nullptr};
  if (topic.partitions <= 0)
    return {ErrorCode::invalid_partitions, "The number of partitions must be larger than 0.", nullptr};
  if (topic.partitions > partitions_in_one_request_max)
    return {ErrorCode::policy_violation, "At most 10000 partitions can be created at once.", nullptr};
  if (!room_for(topic.partitions))
    return {ErrorCode::policy_violation, "The broker holds at most mini.partitions.max partitions.", nullptr};
  return {};
}

Topics::Created Topics::create(NewTopic topic) {
  Created created = check(topic);
  if (failed(created.error)) return created;
  Uuid id = environment_.random.uuid();
  while (by_id_.contains(id)) id = environment_.random.uuid();
  created.topic = std::make_shared<Topic>(topic.name, id, std::move(topic.config), settings_);
  add_partitions(*created.topic, topic.partitions);
  by_name_.emplace(topic.name, created.topic);
  by_id_.emplace(id, created.topic);
  by_plain_name_.emplace(without_periods(topic.name), topic.name);
  environment_.events.topic_created({topic.name, id, topic.partitions, topic.reason});
  if (created.topic->settings().cleanup_compact)
    environment_.events.note(Level::warn, "Topic '" + topic.name +
                                              "' has cleanup.policy=compact: compaction is not "
                                              "built yet, so that every record is kept.");
  return created;
}

Topics::Created Topics::check_growth(const Topic& topic, PartitionId count) const {
  const PartitionId now = topic.partition_count();
  if (count <= now)
    return {ErrorCode::invalid_partitions,
            "The topic '" + topic.name() + "' has " + std::to_string(now) +
                " partitions; the new count must be larger.",
            nullptr};
  if (std::int64_t{count} - now > partitions_in_one_request_max || !room_for(std::int64_t{count} - now))
    return {ErrorCode::policy_violation, "The broker holds at most mini.partitions.max partitions.", nullptr};
  return {};
}

void Topics::grow(Topic& topic, PartitionId count) { add_partitions(topic, count); }

void Topics::add_partitions(Topic& topic, PartitionId count) {
  while (topic.partition_count() < count) {
    topic.partitions_.push_back(
        std::make_unique<Partition>(topic.partition_count(), storage_, topic.log_settings_));
    ++partition_count_;
  }
}

void Topics::remove(const TopicPtr& topic) {
  topic->deleted_ = true;
  for (const auto& partition : topic->partitions_) partition->waits().partition_gone();
  partition_count_ -= topic->partitions_.size();
  by_id_.erase(topic->id());
  by_plain_name_.erase(without_periods(topic->name()));
  by_name_.erase(topic->name());
  environment_.events.topic_deleted({topic->name(), topic->id()});
}

void Topics::expire(Now now) {
  for (const auto& [name, topic] : by_name_) {
    for (const auto& partition : topic->partitions_) expire(*topic, *partition, now);
  }
}

void Topics::expire(const Topic& topic, Partition& partition, Now now) {
  const Offset start_before = partition.log_start_offset();
  const std::size_t bytes_before = partition.log().size_bytes();
  if (partition.expire(now) == 0) return;
  environment_.events.segment_deleted({topic.name(), partition.id(), start_before,
                                       partition.log_start_offset(),
                                       bytes_before - partition.log().size_bytes(), "retention"});
}

}  // namespace mini::broker
