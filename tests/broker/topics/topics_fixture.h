#pragma once

#include <doctest/doctest.h>

#include "broker/log/memory_storage.h"
#include "broker/topics/topics.h"
#include "tests/support/records.h"

// Topics with all they need, and a time that stands still unless a test moves it.
namespace mini::broker {

using namespace std::chrono_literals;
using protocol::ErrorCode;

struct TopicEvents : Events {
  void note(Level level, const std::string& sentence) override { notes.emplace_back(level, sentence); }
  void topic_created(const TopicCreated& event) override {
    created.push_back(std::string(event.topic) + " " + std::to_string(event.partitions) + " " +
                      std::string(event.reason) + " " + event.topic_id.to_string());
  }
  void topic_deleted(const TopicDeleted& event) override {
    deleted.push_back(std::string(event.topic) + " " + event.topic_id.to_string());
  }
  std::vector<std::pair<Level, std::string>> notes;
  std::vector<std::string> created, deleted;
};

class TopicsWorld {
 public:
  using Overrides = std::vector<std::pair<std::string, std::string>>;

  explicit TopicsWorld(const Overrides& overrides = {}) : loaded_(load(overrides)) {}

  const Config& config() const { return loaded_.config; }

  TopicPtr create(const std::string& name, PartitionId partitions = 1, const Overrides& settings = {}) {
    TopicConfig topic(config());
    for (const auto& [key, value] : settings) REQUIRE_FALSE(topic.set(key, value));
    const Topics::Created created = topics.create({name, partitions, topic});
    REQUIRE(created.topic);
    return created.topic;
  }
  Appended append(Partition& partition, std::string_view value, TimestampMs timestamp = 0) {
    const protocol::Bytes bytes = mini::test::batch_of({value}, {}, timestamp);
    return partition.append(*protocol::BatchView::parse(bytes), {.now = now});
  }

  MemoryBudget memory{std::size_t{1} << 30};
  TopicEvents events;
  Timers timers;
  Now now{1'000s, 1'700'000'000s};

 private:
  static LoadedConfig load(const Overrides& overrides) {
    ConfigInput input;
    input.overrides = overrides;
    return load_config(input);
  }

  LoadedConfig loaded_;
  Random random_{1};
  Environment environment_{random_, events, memory, timers};
  MemoryStorage storage_{memory};

 public:
  Topics topics{environment_, storage_, loaded_.config.broker()};
};

}  // namespace mini::broker
