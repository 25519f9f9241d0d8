#include "alert_consumer/alert_publisher.h"

#include <nlohmann/json.hpp>
#include <utility>

namespace mini::alerts {
namespace {

std::string json_of(const Batch& batch, const RaisedAlert& raised) {
  nlohmann::ordered_json json{{"sensor_id", raised.sensor_id},
                              {"alert_type", raised.alert.type},
                              {"alert_severity", name_of(raised.alert.severity)},
                              {"metric", raised.alert.metric},
                              {"value", raised.alert.value},
                              {"threshold", raised.alert.threshold},
                              {"message", raised.alert.message},
                              {"timestamp", nullptr},
                              {"alert_ts", utc_text(batch.now)},
                              {"topic", batch.log.topic},
                              {"topic_id", batch.log.topic_id},
                              {"partition", raised.place.partition},
                              {"offset", raised.place.offset}};
  if (raised.reading_ts) json["timestamp"] = *raised.reading_ts;
  return json.dump();
}

// What no other try would change: too large, no name of a topic, not allowed, against a policy, not valid.
bool is_final(const Error& error) {
  for (const int code : {10, 17, 29, 31, 44, 87})
    if (error.code == kafka_error(code)) return true;
  return false;
}

std::string without_stop(std::string sentence) {
  while (sentence.ends_with('.')) sentence.pop_back();
  return sentence;
}

}  // namespace

void AlertPublisher::add(const Batch& batch) {
  for (const RaisedAlert& raised : batch.alerts)
    waiting_.push_back({raised.sensor_id, json_of(batch, raised)});
}

std::optional<SinkError> AlertPublisher::flush(bool) {
  std::vector<Receipt> receipts;
  receipts.reserve(waiting_.size());
  for (const Message& message : waiting_)
    receipts.push_back(producer_.send_tracked({.topic = topic_, .key = message.key, .value = message.json}));
  std::vector<Message> failed;
  Error why;
  for (std::size_t i = 0; i < receipts.size(); ++i)
    if (Error error = receipts[i].error()) {
      if (!is_final(why)) why = std::move(error);
      failed.push_back(std::move(waiting_[i]));
    }
  waiting_ = std::move(failed);
  if (waiting_.empty()) return std::nullopt;
  return SinkError{"Cannot publish alerts to " + topic_ + ": " + without_stop(why.message()), !is_final(why)};
}

}  // namespace mini::alerts
