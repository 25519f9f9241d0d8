#pragma once

#include <string>
#include <vector>

#include "mini/admin.h"

// Which log a topic's name stands for just now.
//
//   const LogWatch::Answer answer = watch.ask();
//   if (answer.kind == LogWatch::Answer::known) use(answer.topic_id);
//
// Records that were fetched before an answer belong to the log of that answer, if it names the log that was
// read before too: an id that is gone never comes back.
namespace mini::alerts {

class LogWatch {
 public:
  struct Answer {
    enum Kind { known, no_such_topic, not_now } kind = not_now;
    std::string topic_id;  // where the broker has none: the cluster's id and the name
    std::string why;       // not_now
  };

  LogWatch(const Config& config, std::string topic) : topic_(std::move(topic)), admin_(config) {}

  static constexpr Millis answer_timeout{5'000};

  Answer ask(Millis patience = answer_timeout);
  std::vector<std::string> topics();  // those there are; none where nobody answers

 private:
  std::string topic_;
  Admin admin_;
};

}  // namespace mini::alerts
