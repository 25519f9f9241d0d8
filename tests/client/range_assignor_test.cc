#include "client/consumer/range_assignor.h"

#include <doctest/doctest.h>

using namespace mini::client;

TEST_CASE("each topic is shared out in stretches, the first members get one more") {
  const auto shares = assign_ranges({{"b", "", {"t", "u"}}, {"a", "", {"t"}}}, {{"t", 3}, {"u", 2}});
  CHECK(shares.at("a") == std::vector<mini::TopicPartition>{{"t", 0}, {"t", 1}});
  CHECK(shares.at("b") == std::vector<mini::TopicPartition>{{"t", 2}, {"u", 0}, {"u", 1}});
}

TEST_CASE("members without a share, unknown topics and doubled names are fine") {
  const auto shares =
      assign_ranges({{"a", "", {"t", "t", "gone"}}, {"b", "", {"t"}}, {"c", "", {}}}, {{"t", 1}});
  CHECK(shares.at("a").size() == 1);
  CHECK(shares.at("b").empty());
  CHECK(shares.at("c").empty());
}

TEST_CASE("static members come first, by their own names, so that a restart moves nothing") {
  const auto shares =
      assign_ranges({{"x-9", "two", {"t"}}, {"a", "", {"t"}}, {"z-1", "one", {"t"}}}, {{"t", 3}});
  CHECK(shares.at("z-1").front().partition == 0);
  CHECK(shares.at("x-9").front().partition == 1);
  CHECK(shares.at("a").front().partition == 2);
}
