#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "alert_consumer/batch.h"

// Where reading goes on, of what the database and the group remember.
//
//   if (auto offset = resume_at(stored, log_id, partition, committed)) consumer.seek(partition, *offset);
//
// The database is written before the group is told, so after a kill it is ahead, and wins. It is behind only
// where another member, with a database of its own, has read on: then the group's word holds. Positions of
// another log under the same name do not count.
namespace mini::alerts {

std::optional<std::int64_t> resume_at(const std::vector<Position>& stored, std::string_view topic_id,
                                      std::int32_t partition, std::optional<std::int64_t> committed);

}  // namespace mini::alerts
