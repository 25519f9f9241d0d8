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

// When a run that is to end by itself (--idle-exit-ms) has waited long enough. Looking for a broker and
// joining the group are no silence of the topic: they have bounds of their own.
//
//   IdleExit idle_exit(500ms, now);
//   idle_exit.begin(now);                                  // partitions came, or there is no such topic
//   if (idle_exit.verdict(now) == IdleExit::Verdict::silent) leave();
class IdleExit {
 public:
  using Time = std::chrono::steady_clock::time_point;
  // Beside the silence itself. A member that died unseen keeps its group from settling for 45 s.
  static constexpr std::chrono::seconds reaching_max{10}, joining_max{60};
  enum class Verdict { go_on, silent, never_reached, never_joined };

  IdleExit(std::optional<std::chrono::milliseconds> silence_max, Time now)
      : silence_max_(silence_max), started_(now) {}

  void reached() { reached_ = true; }  // a broker has answered
  void begin(Time now);                // only the first call counts
  void record_came(Time now) { silent_since_ = now; }
  bool waits_to_begin() const { return silence_max_ && !silent_since_; }
  Verdict verdict(Time now) const;

 private:
  std::optional<std::chrono::milliseconds> silence_max_;  // nothing: it never ends by itself
  Time started_;
  std::optional<Time> silent_since_;
  bool reached_ = false;
};

class IdleWatch {
 public:
  using Time = std::chrono::steady_clock::time_point;
  static constexpr std::chrono::seconds patience{10};

  explicit IdleWatch(Time now) : since_(now), asked_(now) {}

  void record_came(Time now);
  bool due(Time now);                            // every ten seconds of silence
  std::string sentence(const IdleFacts& facts);  // "No message for 10 s: ...", each reason once

 private:
  Time since_, asked_;
  std::string said_;
};

}  // namespace mini::alerts
