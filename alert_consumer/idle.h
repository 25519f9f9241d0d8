#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

// Why nothing comes, as a sentence.
//
//   IdleWatch watch;
//   watch.record_came(now);
//   if (watch.due(now)) say(watch.sentence(facts));        // nothing where it was said before
namespace mini::alerts {

struct IdleFacts {
  std::string bootstrap_server, topic, group;
  std::string trouble;  // in reaching the cluster; empty: none
  bool topic_exists = true;
  std::vector<std::string> topics;       // that do exist, where this one does not
  std::size_t partitions = 0;            // assigned
  bool reset_to_latest = false;          // auto.offset.reset=latest
  bool position_was_known = false;       // to the group or the database, when reading began
  std::uint64_t messages_read = 0;       // by this run
  std::optional<std::int64_t> position;  // sum over the partitions; nothing: not known yet
  std::optional<std::int64_t> lag;       // sum over the partitions
};

std::string idle_reason(const IdleFacts& facts);

class IdleWatch {
 public:
  using Time = std::chrono::steady_clock::time_point;
  static constexpr std::chrono::seconds patience{10};

  explicit IdleWatch(Time now) : since_(now), asked_(now) {}

  void record_came(Time now);
  bool due(Time now);                            // every ten seconds of silence
  std::string sentence(const IdleFacts& facts);  // "No message for 10 s: ...", each reason once
  Time since() const { return since_; }

 private:
  Time since_, asked_;
  std::string said_;
};

}  // namespace mini::alerts
