#include "broker/api/fetch_plan.h"

#include <algorithm>
#include <array>
#include <memory_resource>
#include <numeric>

namespace mini::broker {

using protocol::FetchRequest;

namespace {

// One place of the request that names a partition.
struct Naming {
  std::size_t topic;  // the first place that names this topic
  std::size_t place;
  Wanted* wanted;

  bool same_as(const Naming& other) const {
    return topic == other.topic && wanted->partition == other.wanted->partition;
  }
  bool operator<(const Naming& other) const {
    return std::tuple(topic, wanted->partition, place) <
           std::tuple(other.topic, other.wanted->partition, other.place);
  }
};

// Finds the partitions that are named more than once. A fetch of the usual size takes no memory here.
class Namings {
 public:
  explicit Namings(Plan& plan) {
    const auto firsts = first_places(plan);
    std::size_t count = 0;
    for (const WantedTopic& topic : plan.topics) count += topic.partitions.size();
    all_.reserve(count);
    for (std::size_t i = 0; i < plan.topics.size(); ++i) {
      for (Wanted& wanted : plan.topics[i].partitions) all_.push_back({firsts[i], all_.size(), &wanted});
    }
  }

  // Whether there were any.
  bool merge() {
    if (!std::is_sorted(all_.begin(), all_.end())) std::sort(all_.begin(), all_.end());
    bool any = false;
    for (std::size_t i = 1; i < all_.size(); ++i) {
      if (!all_[i].same_as(all_[first_])) {
        first_ = i;
        continue;
      }
      *all_[first_].wanted = *all_[i].wanted;
      all_[i].wanted->taken_over = any = true;
    }
    return any;
  }

 private:
  // For each place of the plan the first one that names the same topic.
  std::pmr::vector<std::size_t> first_places(const Plan& plan) {
    const auto before = [&](std::size_t a, std::size_t b) {
      const WantedTopic &one = plan.topics[a], &other = plan.topics[b];
      const auto order = plan.by_topic_id() ? one.id <=> other.id : one.name <=> other.name;
      return order == 0 ? a < b : order < 0;
    };
    const auto same = [&](std::size_t a, std::size_t b) {
      return plan.by_topic_id() ? plan.topics[a].id == plan.topics[b].id
                                : plan.topics[a].name == plan.topics[b].name;
    };
    std::pmr::vector<std::size_t> order(plan.topics.size(), &memory_), firsts(plan.topics.size(), &memory_);
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::sort(order.begin(), order.end(), before);
    for (std::size_t i = 0; i < order.size(); ++i) {
      const bool again = i > 0 && same(order[i], order[i - 1]);
      firsts[order[i]] = again ? firsts[order[i - 1]] : order[i];
    }
    return firsts;
  }

  std::array<std::byte, 4096> room_;
  std::pmr::monotonic_buffer_resource memory_{room_.data(), room_.size()};
  std::pmr::vector<Naming> all_{&memory_};
  std::size_t first_ = 0;
};

void name_each_once(Plan& plan) {
  const bool one_alone = plan.topics.size() == 1 && plan.topics[0].partitions.size() == 1;
  if (one_alone) return;
  if (Namings(plan).merge()) {
    for (WantedTopic& topic : plan.topics) {
      std::erase_if(topic.partitions, [](const Wanted& wanted) { return wanted.taken_over; });
      topic.partitions.shrink_to_fit();  // a plan may wait for long
    }
  }
  std::erase_if(plan.topics, [](const WantedTopic& topic) { return topic.partitions.empty(); });
}

Wanted wanted_of(const FetchRequest::FetchPartition& asked) {
  return {asked.partition,          false,
          asked.fetch_offset,       asked.current_leader_epoch,
          asked.last_fetched_epoch, static_cast<std::size_t>(std::max(asked.partition_max_bytes, 0))};
}

}  // namespace

Plan plan_of(const Services& broker, const RequestContext& context, const FetchRequest& request) {
  Plan plan;
  plan.version = context.version;
  plan.committed_only = request.isolation_level == read_committed;
  plan.bytes_max =
      static_cast<std::size_t>(std::clamp(request.max_bytes, 0, broker.settings.fetch_max_bytes));
  plan.bytes_min = std::min(static_cast<std::size_t>(std::max(request.min_bytes, 0)), plan.bytes_max);
  for (const auto& asked : request.topics) {
    WantedTopic& topic = plan.topics.emplace_back();
    topic.name = asked.topic;
    topic.id = asked.topic_id;
    topic.topic = plan.by_topic_id() ? broker.topics.find(asked.topic_id) : broker.topics.find(asked.topic);
    for (const auto& partition : asked.partitions) topic.partitions.push_back(wanted_of(partition));
  }
  name_each_once(plan);
  return plan;
}

}  // namespace mini::broker
