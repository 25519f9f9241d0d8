#pragma once

#include "alert_consumer/append_file.h"
#include "alert_consumer/sink.h"

namespace mini::alerts {

// Each reading as it came, one a line.
class JsonlSink : public Sink {
 public:
  JsonlSink(std::string path, AppendFile file) : path_(std::move(path)), file_(std::move(file)) {}

  void add(const Batch& batch) override;
  std::optional<SinkError> flush(bool all) override;

 private:
  std::string path_;
  AppendFile file_;
  std::string waiting_;
};

}  // namespace mini::alerts
