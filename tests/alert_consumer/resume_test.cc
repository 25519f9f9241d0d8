#include "alert_consumer/resume.h"

#include <doctest/doctest.h>

using namespace mini::alerts;

TEST_CASE("the database wins only where it is ahead, of the same log and partition") {
  const std::vector<Position> stored{
      {"old", "readings", 0, 900}, {"new", "readings", 0, 50}, {"new", "readings", 1, 7}};
  struct Row {
    const char* what;
    std::string topic_id;
    std::int32_t partition;
    std::optional<Committed> committed;
    Resume expected;
  };
  for (const Row& row : {
           Row{"killed before the group was told anything", "new", 0, {}, {Resume::Why::stored, 50}},
           Row{"killed before the last commit", "new", 0, Committed{40, "new"}, {Resume::Why::stored, 50}},
           Row{"the same, committed by another program",
               "new",
               0,
               Committed{40, ""},
               {Resume::Why::stored, 50}},
           Row{"in step", "new", 0, Committed{50, "new"}, {}},
           Row{"another member read on", "new", 0, Committed{60, "new"}, {}},
           Row{"the group speaks of the log that was",
               "new",
               0,
               Committed{60, "old"},
               {Resume::Why::stored, 50}},
           Row{"another partition", "new", 1, Committed{0, ""}, {Resume::Why::stored, 7}},
           Row{"a log made anew", "newest", 0, {}, {Resume::Why::new_log, 0}},
           Row{"a log made anew, and the group speaks of the one before",
               "newest",
               0,
               Committed{900, "old"},
               {Resume::Why::new_log, 0}},
           Row{"a log made anew that another program has read", "newest", 0, Committed{5, ""}, {}},
       }) {
    CAPTURE(std::string(row.what));
    CHECK(resume_at(stored, {row.topic_id, "readings"}, row.partition, row.committed) == row.expected);
  }
}

TEST_CASE("a topic that nobody has read begins where the settings say") {
  const std::vector<Position> stored{{"a", "another topic", 0, 900}};
  CHECK(resume_at(stored, {"new", "readings"}, 0, {}) == Resume{});
  CHECK(resume_at({}, {"new", "readings"}, 0, Committed{5, "old"}) == Resume{Resume::Why::new_log, 0});
}

TEST_CASE("a commit remembers which log it speaks of") {
  CHECK(topic_id_of(commit_note("abc")) == "abc");
  CHECK(topic_id_of("") == "");
  CHECK(topic_id_of("somebody else's note") == "");
}
