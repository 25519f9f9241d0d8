#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "alert_consumer/batch.h"

// Where reading goes on, of what the database and the group remember.
//
//   const Resume resume = resume_at(stored, log, partition, committed);
//   if (resume.offset) consumer.seek(partition, *resume.offset);       // else the group's position stands
//
// The database is written before the group is told, so after a kill it is ahead, and wins. It is behind only
// where another member, with a database of its own, has read on: then the group's word holds. Positions of
// another log under the same name do not count: a log that is new is read from its beginning.
namespace mini::alerts {

struct Committed {
  std::int64_t offset = 0;
  std::string topic_id;  // of the log it was committed for; empty where that is not known
};

struct Resume {
  enum class Why { group, stored, new_log };

  Why why = Why::group;
  std::optional<std::int64_t> offset;  // nothing: the group's, or where there is none auto.offset.reset's
  bool operator==(const Resume&) const = default;
};

Resume resume_at(const std::vector<Position>& stored, const Log& log, std::int32_t partition,
                 const std::optional<Committed>& committed);

// The log's id, as it is kept beside a committed offset; read back: empty where there is none.
std::string commit_note(std::string_view topic_id);
std::string topic_id_of(std::string_view commit_note);

}  // namespace mini::alerts
