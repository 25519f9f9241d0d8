#include "alert_consumer/idle.h"

#include "alert_consumer/nearest.h"

namespace mini::alerts {

std::string idle_reason(const IdleFacts& facts) {
  if (!facts.trouble.empty()) return facts.bootstrap_server + " cannot be reached: " + facts.trouble + ".";
  if (!facts.topic_exists)
    return "there is no topic " + facts.topic + " on " + facts.bootstrap_server +
           hint(facts.topic, facts.topics) + "; reading begins when it is made.";
  if (facts.partitions == 0)
    return "no partitions are assigned to this member of group " + facts.group +
           ": others have them all, or the group has not settled yet.";
  if (facts.lag.value_or(0) > 0)
    return std::to_string(*facts.lag) + " records wait in topic " + facts.topic + ", and none has come yet.";
  if (facts.messages_read == 0 && facts.position == 0) return "topic " + facts.topic + " is empty.";
  if (facts.messages_read == 0 && facts.reset_to_latest && !facts.position_was_known)
    return "reading began at the latest record of topic " + facts.topic +
           " (auto.offset.reset=latest), and none was written since; older ones are read by another --group "
           "with "
           "--from-beginning.";
  return "everything in topic " + facts.topic + " was read, and nothing new was written.";
}

void IdleExit::begin(Time now) {
  if (!silent_since_) silent_since_ = now;
}

IdleExit::Verdict IdleExit::verdict(Time now) const {
  using enum Verdict;
  if (!silence_max_) return go_on;
  if (silent_since_) return now - *silent_since_ >= *silence_max_ ? silent : go_on;
  if (now - started_ < *silence_max_ + (reached_ ? joining_max : reaching_max)) return go_on;
  return reached_ ? never_joined : never_reached;
}

void IdleWatch::record_came(Time now) {
  since_ = asked_ = now;
  said_.clear();
}

bool IdleWatch::due(Time now) {
  if (now - asked_ < patience) return false;
  asked_ = now;
  return true;
}

std::string IdleWatch::sentence(const IdleFacts& facts) {
  std::string reason = idle_reason(facts);
  if (reason == said_) return "";
  said_ = reason;
  const auto silent = std::chrono::duration_cast<std::chrono::seconds>(asked_ - since_);
  return "No message for " + std::to_string(silent.count()) + " s: " + reason;
}

}  // namespace mini::alerts
