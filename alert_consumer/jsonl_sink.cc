#include "alert_consumer/jsonl_sink.h"

#include <algorithm>

namespace mini::alerts {

// A line end inside JSON is blank space: in a text it would have been written \n.
void JsonlSink::add(const Batch& batch) {
  for (const StoredReading& stored : batch.readings) {
    const std::size_t begin = waiting_.size();
    waiting_.append(stored.bytes);
    const auto is_end = [](char c) { return c == '\n' || c == '\r'; };
    std::replace_if(waiting_.begin() + static_cast<std::ptrdiff_t>(begin), waiting_.end(), is_end, ' ');
    waiting_ += '\n';
  }
}

std::optional<SinkError> JsonlSink::flush(bool) {
  if (waiting_.empty()) return std::nullopt;
  if (auto why = file_.append(waiting_)) return SinkError{"Cannot write to " + path_ + ": " + *why};
  waiting_.clear();
  return std::nullopt;
}

}  // namespace mini::alerts
