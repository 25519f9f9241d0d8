#include "alert_consumer/log_watch.h"

namespace mini::alerts {
namespace {

constexpr int unknown_topic_or_partition = 3;

}  // namespace

LogWatch::Answer LogWatch::ask(Millis patience) {
  try {
    const auto topics = admin_.describe_topics({topic_}, patience);
    const auto found = topics.find(topic_);
    if (found == topics.end()) return {Answer::not_now, {}, "the answer does not name the topic"};
    if (const auto* error = std::get_if<Error>(&found->second)) {
      if (error->code == kafka_error(unknown_topic_or_partition)) return {Answer::no_such_topic, {}, {}};
      return {Answer::not_now, {}, error->message()};
    }
    const std::string& id = std::get<TopicInfo>(found->second).id;
    return {Answer::known, !id.empty() ? id : admin_.describe_cluster(patience).id + "/" + topic_, {}};
  } catch (const KafkaError& error) {
    return {Answer::not_now, {}, error.what()};
  }
}

std::vector<std::string> LogWatch::topics() {
  try {
    return admin_.list_topics(false, answer_timeout);
  } catch (const KafkaError&) {
    return {};
  }
}

}  // namespace mini::alerts
