#include "sensor_gen/random.h"

#include <doctest/doctest.h>

#include <array>
#include <cstdint>
#include <limits>

using mini::sensor_gen::Random;

TEST_CASE("one seed and stream give the same numbers, another stream gives others") {
  Random a(7, 1), again(7, 1), other_stream(7, 2), swapped(1, 7);
  const std::uint64_t first = a.next();
  CHECK(first == again.next());
  CHECK(first != other_stream.next());
  CHECK(first != swapped.next());
}

TEST_CASE("between reaches both ends, never leaves them and favours nobody") {
  Random random(1, 0);
  std::array<int, 11> seen{};
  for (int i = 0; i < 110'000; ++i) {
    const auto draw = random.between(-5, 5);
    REQUIRE(draw >= -5);
    REQUIRE(draw <= 5);
    ++seen[static_cast<std::size_t>(draw + 5)];
  }
  for (const int count : seen) CHECK(count == doctest::Approx(10'000).epsilon(0.05));
}

TEST_CASE("between takes the whole range of its type, and a single number") {
  Random random(1, 0);
  constexpr auto least = std::numeric_limits<std::int64_t>::min();
  constexpr auto greatest = std::numeric_limits<std::int64_t>::max();
  bool negative = false, positive = false;
  for (int i = 0; i < 64; ++i) (random.between(least, greatest) < 0 ? negative : positive) = true;
  CHECK((negative && positive));
  CHECK(random.between(3, 3) == 3);
}

TEST_CASE("a chance comes true as often as it says") {
  Random random(3, 0);
  int hits = 0;
  for (int i = 0; i < 200'000; ++i) hits += random.chance(50'000'000) ? 1 : 0;
  CHECK(hits == doctest::Approx(10'000).epsilon(0.05));
  CHECK_FALSE(random.chance(0));
  CHECK(random.chance(mini::sensor_gen::certain_ppb));
}

TEST_CASE("a bell stays within three deviations and is centred") {
  Random random(4, 0);
  std::int64_t sum = 0;
  for (int i = 0; i < 20'000; ++i) {
    const auto draw = random.bell(100);
    REQUIRE(draw >= -300);
    REQUIRE(draw <= 300);
    sum += draw;
  }
  CHECK(sum / 20'000 == doctest::Approx(0).epsilon(3));
}
