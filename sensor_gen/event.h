#pragma once

#include <optional>
#include <string>

#include "sensor_gen/time_text.h"

namespace mini::sensor_gen {

// What a source hands over: the record to send, and the line that tells a person about it.
struct Event {
  std::optional<std::string> key;
  std::string value;  // one JSON object
  std::string line;
  bool unusual = false;  // worth a second look
};

// Where events come from, one after the other.
class EventSource {
 public:
  virtual ~EventSource() = default;

  // The next event, which happens at `when`; nothing where it fails to come (a dropout). Not once exhausted.
  virtual std::optional<Event> next(Instant when) = 0;
  virtual bool exhausted() const = 0;
};

}  // namespace mini::sensor_gen
