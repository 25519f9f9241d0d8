#include "broker/env/memory_budget.h"

#include <doctest/doctest.h>

#include <limits>
#include <utility>

using mini::broker::MemoryBudget;
using mini::broker::MemoryClaim;

TEST_CASE("a budget refuses what would pass its limit, and takes nothing then") {
  MemoryBudget memory(100);
  CHECK(memory.try_take(60));
  CHECK_FALSE(memory.try_take(41));
  CHECK_FALSE(memory.try_take(std::numeric_limits<std::size_t>::max()));
  CHECK(memory.used() == 60);
  CHECK(memory.try_take(40));
  CHECK(memory.available() == 0);
  memory.give_back(100);
  CHECK(memory.used() == 0);
}

TEST_CASE("what must go on may pass the limit; then nothing is available and new things are refused") {
  MemoryBudget memory(100);
  memory.take(150);
  CHECK(memory.used() == 150);
  CHECK(memory.available() == 0);
  CHECK_FALSE(memory.try_take(1));
  CHECK(memory.try_take(0) == true);
  memory.give_back(60);
  CHECK(memory.try_take(10));
}

TEST_CASE("work in hand may take what is left, and a little where nothing is") {
  const std::size_t little = MemoryBudget::least_room_for_work;
  MemoryBudget memory(10 * little);
  CHECK(memory.room_for_work() == 10 * little);
  memory.take(8 * little);
  CHECK(memory.room_for_work() == 2 * little);
  memory.take(3 * little);
  CHECK(memory.room_for_work() == little);
}

TEST_CASE("a claim grows and shrinks, and gives everything back when it goes") {
  MemoryBudget memory(100);
  {
    MemoryClaim claim(memory);
    CHECK(claim.try_resize(80));
    CHECK_FALSE(claim.try_resize(101));
    CHECK(claim.size() == 80);
    CHECK(claim.try_resize(30));
    CHECK(memory.used() == 30);
    claim.resize(130);
    CHECK(memory.used() == 130);
    CHECK(claim.try_resize(120));  // still past the limit, but smaller
    claim.release();
    CHECK(memory.used() == 0);
    claim.resize(10);
  }
  CHECK(memory.used() == 0);
}

TEST_CASE("moving a claim moves the debt") {
  MemoryBudget memory(100);
  MemoryClaim first(memory), second(memory);
  first.resize(40);
  second.resize(20);
  second = std::move(first);
  CHECK(memory.used() == 40);
  MemoryClaim third(std::move(second));
  CHECK(third.size() == 40);
  third = MemoryClaim();
  CHECK(memory.used() == 0);
}
