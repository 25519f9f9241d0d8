#pragma once

#include <string>
#include <vector>

#include "alert_consumer/sink.h"
#include "mini/producer.h"

namespace mini::alerts {

// Each alert as a JSON object in a topic of its own, keyed by the sensor; at least once each. Topic id,
// partition, offset and type tell a reader which alert came twice.
class AlertPublisher : public Sink {
 public:
  AlertPublisher(const Config& config, std::string topic) : topic_(std::move(topic)), producer_(config) {}

  void add(const Batch& batch) override;
  std::optional<SinkError> flush(bool all) override;

 private:
  struct Message {
    std::string key, json;
  };

  std::string topic_;
  std::vector<Message> waiting_;
  Producer producer_;
};

}  // namespace mini::alerts
