#pragma once

#include <optional>
#include <string>

#include "alert_consumer/batch.h"

// Something beside the database that batches go to, at least once each: before a batch's position is stored,
// flush() has brought out everything that was added and is not held back.
namespace mini::alerts {

struct SinkError {
  std::string sentence;  // "Cannot write to readings.csv: No space left on device"
  bool retriable = true;
};

class Sink {
 public:
  virtual ~Sink() = default;

  virtual void add(const Batch& batch) = 0;  // copies what it needs
  // With `all` nothing is held back. After an error the same call brings out what is left.
  virtual std::optional<SinkError> flush(bool all) = 0;
  virtual bool holds_back() const { return false; }
  // Lines: what a person may want to know of the last flush, and what a person has to know.
  virtual std::string take_note() { return {}; }
  virtual std::string take_warning() { return {}; }
};

}  // namespace mini::alerts
