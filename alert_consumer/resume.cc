#include "alert_consumer/resume.h"

#include <algorithm>

namespace mini::alerts {
namespace {

constexpr std::string_view note_begin = "topic-id=";

}  // namespace

Resume resume_at(const std::vector<Position>& stored, const Log& log, std::int32_t partition,
                 const std::optional<Committed>& committed) {
  const auto is_here = [&](const Position& position) {
    return position.topic_id == log.topic_id && position.partition == partition;
  };
  const auto is_another_log = [&](const Position& position) {
    return position.topic == log.topic && position.topic_id != log.topic_id;
  };
  const bool counts = committed && (committed->topic_id.empty() || committed->topic_id == log.topic_id);
  const auto here = std::find_if(stored.begin(), stored.end(), is_here);
  if (here != stored.end() && (!counts || here->next_offset > committed->offset))
    return {Resume::Why::stored, here->next_offset};
  if (counts || here != stored.end()) return {};
  const bool knew_another = committed || std::any_of(stored.begin(), stored.end(), is_another_log);
  return knew_another ? Resume{Resume::Why::new_log, 0} : Resume{};
}

std::string commit_note(std::string_view topic_id) { return std::string(note_begin).append(topic_id); }

std::string topic_id_of(std::string_view note) {
  return note.starts_with(note_begin) ? std::string(note.substr(note_begin.size())) : "";
}

}  // namespace mini::alerts
