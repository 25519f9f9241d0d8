#include "client/producer/topic_table.h"

#include <array>

namespace mini::client {
namespace {

// The topics that a thread used last, so that it finds them without the table's lock. An entry whose table is
// gone never matches: ids are not used twice.
struct Remembered {
  std::uint64_t table = 0;
  TopicState* topic = nullptr;
};
constexpr std::size_t remembered_max = 16;  // a power of two
constinit thread_local std::array<Remembered, remembered_max> remembered{};

Remembered& place_for(std::uint64_t table, std::string_view name) {
  const std::size_t mixed = name.empty() ? 0
                                         : name.size() + static_cast<unsigned char>(name.back()) * 7u +
                                               static_cast<unsigned char>(name[name.size() / 2]) * 3u;
  return remembered[(mixed + table) % remembered_max];
}

std::uint64_t next_id() {
  static std::atomic<std::uint64_t> last{0};
  return ++last;
}

}  // namespace

TopicTable::TopicTable() : id_(next_id()) {}

TopicState* TopicTable::find(std::string_view name) const {
  Remembered& place = place_for(id_, name);
  if (place.table == id_ && place.topic->name == name) return place.topic;
  const std::lock_guard lock(mutex_);
  const auto found = topics_.find(name);
  if (found == topics_.end()) return nullptr;
  place = {id_, found->second.get()};
  return found->second.get();
}

TopicState& TopicTable::at(std::string_view name) {
  const std::lock_guard lock(mutex_);
  auto found = topics_.find(name);
  if (found == topics_.end())
    found = topics_.emplace(std::string(name), std::make_unique<TopicState>(name)).first;
  return *found->second;
}

void TopicTable::publish(const Metadata& metadata) {
  const std::lock_guard lock(mutex_);
  for (const auto& [name, topic] : topics_) publish(*topic, metadata.topic(name));
}

void TopicTable::learn(std::string_view name, const Metadata& metadata) {
  TopicState& topic = at(name);
  const std::lock_guard lock(mutex_);
  publish(topic, metadata.topic(name));
}

void TopicTable::publish(TopicState& topic, const TopicMetadata* known) {
  const bool may_come =
      !known || (!known->usable() && (!failed(known->error) || protocol::describe(known->error).retriable));
  if (may_come) return topic.view.store(nullptr, std::memory_order_release);
  auto view = std::make_unique<TopicView>();
  view->error = known->error;
  for (std::size_t i = 0; i < known->partitions.size() && known->usable(); ++i) {
    if (i == topic.queues.size()) {
      topic.queues.push_back(std::make_unique<PartitionQueue>());
      topic.queues[i]->partition = {topic.name, static_cast<PartitionId>(i)};
      queues_.push_back(topic.queues[i].get());
    }
    view->partitions.push_back(topic.queues[i].get());
  }
  for (const auto& before : topic.views)
    if (*before == *view) return topic.view.store(before.get(), std::memory_order_release);
  topic.view.store(view.get(), std::memory_order_release);
  topic.views.push_back(std::move(view));
}

}  // namespace mini::client
