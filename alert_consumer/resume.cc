#include "alert_consumer/resume.h"

namespace mini::alerts {

std::optional<std::int64_t> resume_at(const std::vector<Position>& stored, std::string_view topic_id,
                                      std::int32_t partition, std::optional<std::int64_t> committed) {
  for (const Position& position : stored)
    if (position.topic_id == topic_id && position.partition == partition &&
        position.next_offset > committed.value_or(-1))
      return position.next_offset;
  return std::nullopt;
}

}  // namespace mini::alerts
