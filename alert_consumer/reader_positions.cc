// The reader's part about which log is read, and from where.
#include <thread>
#include <utility>

#include "alert_consumer/reader.h"
#include "alert_consumer/say.h"

namespace mini::alerts {
namespace {

constexpr Millis ask_again{100};
constexpr Millis committed_timeout{10'000};

}  // namespace

// Waits until the broker knows; false where it was told to stop first.
bool Reader::learn_log() {
  while (!stopping()) {
    const LogWatch::Answer answer = watch_.ask();
    if (answer.kind == LogWatch::Answer::known) {
      log_.topic_id = answer.topic_id;
      return true;
    }
    tell_trouble();
    std::this_thread::sleep_for(ask_again);
  }
  return false;
}

// A broker that was away may have come back with another log under the same name. True where what was polled
// belongs to the log that we take it for.
bool Reader::confirm_log() {
  while (!stopping()) {
    const LogWatch::Answer answer = watch_.ask();
    // A topic that is gone since has left records of the log that was.
    if (answer.kind == LogWatch::Answer::no_such_topic || answer.topic_id == log_.topic_id) return true;
    if (answer.kind == LogWatch::Answer::known) {
      go_to_new_log(answer.topic_id);
      return false;
    }
    tell_trouble();
    std::this_thread::sleep_for(ask_again);
  }
  return false;
}

void Reader::go_to_new_log(const std::string& topic_id) {
  drain();
  commit(true);
  log_.topic_id = topic_id;
  to_commit_.clear();
  say("Topic " + log_.topic + " was made anew (id " + topic_id + "): it is read from its beginning.\n");
  const std::vector<Position> stored = stored_positions();
  for (const TopicPartition& partition : ours_)
    consumer_.seek(partition, resume_at(stored, log_, partition.partition, {}).offset.value_or(0));
}

void Reader::assigned(std::span<const TopicPartition> partitions) {
  idle_exit_.begin(std::chrono::steady_clock::now());  // also where others have all the partitions
  if (partitions.empty() || stopping()) return;
  drain();
  if (!learn_log()) return;
  ours_.insert(partitions.begin(), partitions.end());
  seek(partitions);
}

void Reader::revoked(std::span<const TopicPartition> partitions, bool still_ours) {
  drain();
  if (still_ours) commit(true);
  for (const TopicPartition& partition : partitions) {
    ours_.erase(partition);
    to_commit_.erase(partition);
  }
}

void Reader::seek(std::span<const TopicPartition> partitions) {
  const std::vector<Position> stored = stored_positions();
  const Offsets committed = consumer_.committed(partitions, committed_timeout);
  bool said_new_log = false;
  for (const TopicPartition& partition : partitions) {
    const auto known = committed.find(partition);
    std::optional<Committed> told;
    if (known != committed.end()) told = Committed{known->second.offset, topic_id_of(known->second.metadata)};
    const Resume resume = resume_at(stored, log_, partition.partition, told);
    position_was_known_ = position_was_known_ || told || resume.offset;
    if (!resume.offset) continue;
    consumer_.seek(partition, *resume.offset);
    if (resume.why == Resume::Why::stored)
      say("Resuming " + partition.topic + "-" + std::to_string(partition.partition) + " at offset " +
          std::to_string(*resume.offset) + ", as stored in " + options_.database + "\n");
    else if (!std::exchange(said_new_log, true))
      say("Topic " + log_.topic + " was made anew (id " + log_.topic_id +
          "): it is read from its beginning.\n");
  }
}

std::vector<Position> Reader::stored_positions() {
  if (!positions_) return {};
  auto stored = positions_->positions();
  if (auto* error = std::get_if<StoreError>(&stored)) {
    problem_ = "Cannot read " + options_.database + ": " + error->message;
    return {};
  }
  return std::move(std::get<std::vector<Position>>(stored));
}

}  // namespace mini::alerts
