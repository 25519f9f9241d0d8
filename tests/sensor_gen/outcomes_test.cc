#include "sensor_gen/outcomes.h"

#include <doctest/doctest.h>

#include <thread>

using mini::sensor_gen::Outcomes;

TEST_CASE("lines come out once and in order, with what failed among them") {
  Outcomes outcomes;
  CHECK(outcomes.take_lines().empty());
  outcomes.stored({"a", false, false});
  outcomes.failed("no");
  const auto lines = outcomes.take_lines();
  REQUIRE(lines.size() == 2);
  CHECK(lines[0].text == "a");
  CHECK(lines[1].failed);
  CHECK(outcomes.take_lines().empty());
  CHECK(outcomes.stored_count() == 1);
  CHECK(outcomes.failed_count() == 1);
}

TEST_CASE("nobody reading the lines costs lines, never counts") {
  Outcomes outcomes;
  for (std::size_t i = 0; i < Outcomes::lines_max + 5; ++i) outcomes.stored({"a", false, false});
  CHECK(outcomes.stored_count() == Outcomes::lines_max + 5);
  CHECK(outcomes.take_lines().size() == Outcomes::lines_max);
}

TEST_CASE("two threads meet without losing a count or a line") {
  Outcomes outcomes;
  std::thread teller([&] {
    for (int i = 0; i < 5000; ++i) outcomes.stored({std::to_string(i), false, false});
  });
  std::size_t next = 0;
  while (next < 5000)
    for (const auto& line : outcomes.take_lines()) CHECK(line.text == std::to_string(next++));
  teller.join();
  CHECK(outcomes.stored_count() == 5000);
}
