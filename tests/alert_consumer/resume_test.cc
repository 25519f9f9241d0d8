#include "alert_consumer/resume.h"

#include <doctest/doctest.h>

using mini::alerts::Position;
using mini::alerts::resume_at;

TEST_CASE("the database wins only where it is ahead, of the same log and partition") {
  const std::vector<Position> stored{
      {"old", "readings", 0, 900}, {"new", "readings", 0, 50}, {"new", "readings", 1, 7}};
  struct Row {
    const char* what;
    std::string topic_id;
    std::int32_t partition;
    std::optional<std::int64_t> committed, expected;
  };
  for (const Row& row : {
           Row{"killed before the group was told anything", "new", 0, {}, 50},
           Row{"killed before the last commit", "new", 0, 40, 50},
           Row{"in step", "new", 0, 50, {}},
           Row{"another member read on", "new", 0, 60, {}},
           Row{"another partition", "new", 1, 0, 7},
           Row{"a partition never read", "new", 2, {}, {}},
           Row{"a log never read", "newest", 0, {}, {}},
       }) {
    CAPTURE(std::string(row.what));
    CHECK(resume_at(stored, row.topic_id, row.partition, row.committed) == row.expected);
  }
}
