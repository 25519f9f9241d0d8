#pragma once

#include <optional>
#include <string>

namespace mini::sensor_gen {

// What a source hands over: the record to send, and the line that tells a person about it.
struct Event {
  std::optional<std::string> key;
  std::string value;  // one JSON object
  std::string line;
};

}  // namespace mini::sensor_gen
